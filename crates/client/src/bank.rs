//! What a bank asks and reports about virtual accounts. The calls are [`Client`](crate::Client)'s; merchants may not make
//! them.

pub use lunas_snap::message::va_bill::Bill;
pub use lunas_snap::message::va_inquiry::{InquiryAnswer, InquiryRequest};
pub use lunas_snap::message::va_report::{ReportAnswer, ReportRequest};
pub use lunas_snap::virtual_account::{Bank, Number};
pub use lunas_vocab::BankRequestId;
