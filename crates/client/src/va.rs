//! The messages about virtual accounts. They keep the names of the contract, which direct debit uses too, so they stand
//! in a module of their own; the calls are [`Client`](crate::Client)'s.

pub use lunas_snap::message::va_bill::Bill;
pub use lunas_snap::message::va_create::{
    CreateAnswer, CreateRequest, Details, FreeText, MandiriBill, Words,
};
pub use lunas_snap::message::va_delete::{DeleteAnswer, DeleteRequest};
pub use lunas_snap::message::va_notify::Notification;
pub use lunas_snap::message::va_status::{MultiUse, Payment, SingleUse, State, StatusAnswer, StatusRequest};
pub use lunas_snap::message::{CustomField, Holder};
pub use lunas_snap::virtual_account::{Bank, Number};
