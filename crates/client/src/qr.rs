//! The messages about QR codes. They keep the names of the contract, which direct debit uses too, so they stand in a module
//! of their own; the calls are [`Client`](crate::Client)'s.

pub use lunas_snap::message::Original;
pub use lunas_snap::message::qr_cancel::{CancelAnswer, CancelRequest};
pub use lunas_snap::message::qr_generate::{Acquirer, GenerateAnswer, GenerateRequest};
pub use lunas_snap::message::qr_notify::{Notification, Parties};
pub use lunas_snap::message::qr_query::{QueryAnswer, QueryRequest};
pub use lunas_snap::message::qr_refund::{RefundAnswer, RefundRequest};
