//! The messages of each service, as types that are read from JSON and written to it.
//!
//! A request or a notification has the form the contract documents; reading takes every form that is documented or
//! seen, writing gives exactly one, or both names with equal values where the contract names one datum twice. What a
//! message means for a payment, and anything that needs the time of day, belongs to the domain.
//!
//! Each member of a message is declared once, with its Rust type, its place on the wire, its length and the line that
//! merchants read about it; [`catalogue`] lists the messages with what is declared of them.
//!
//! `read` of a request is strict and finds the first missing mandatory field before the first wrong format. `read` of
//! an answer or a notification takes what it can, because the sender is the gateway. An answer is read once its
//! response code, see [`error::ErrorAnswer`], says that the call succeeded.

pub mod catalogue;
mod declare;

pub mod account_binding;
pub mod account_inquiry;
pub mod account_notify;
pub mod account_unbinding;
pub mod auth_capture;
pub mod auth_code;
pub mod auth_payment;
pub mod auth_query;
pub mod auth_refund;
pub mod auth_void;
pub mod balance_inquiry;
mod builders;
pub mod debit_cancel;
pub mod debit_notify;
pub mod debit_payment;
pub mod debit_refund;
pub mod debit_status;
pub mod error;
pub mod history;
pub mod history_detail;
pub mod history_list;
mod language;
mod notification_text;
mod original;
pub mod qr_cancel;
pub mod qr_generate;
pub mod qr_notify;
pub mod qr_query;
pub mod qr_refund;
mod refund_entry;
mod service_code;
#[cfg(test)]
mod tests;
pub mod token;
mod transaction_status;
mod used_option;
mod va_account;
pub mod va_bill;
pub mod va_create;
pub mod va_delete;
pub mod va_inquiry;
pub mod va_notify;
pub mod va_report;
pub mod va_status;

use declare::message;
pub use notification_text::NotificationText;
pub use original::Original;
pub use refund_entry::RefundEntry;
pub use transaction_status::TransactionStatus;
pub use used_option::UsedOption;
pub use va_account::{CustomField, Holder};

use crate::code::{Case, ResponseCode};
use crate::json::{Object, Value};
use crate::service::Service;

/// The two members that open every successful answer.
fn success(service: Service) -> Object {
    Object::new()
        .with("responseCode", ResponseCode::new(service, Case::Successful).as_str())
        .with("responseMessage", Case::Successful.message())
}

/// Elements as a JSON array.
fn array<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Value {
    Value::Array(elements.iter().map(write).collect())
}
