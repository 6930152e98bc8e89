//! Between BI-SNAP's messages and the terms of the flows, by hand, one file per message. The only room that knows both.

pub(crate) mod account;
pub(crate) mod auth_capture;
pub(crate) mod auth_payment;
pub(crate) mod auth_query;
pub(crate) mod auth_refund;
pub(crate) mod auth_void;
pub(crate) mod balance_inquiry;
pub(crate) mod debit_cancel;
mod debit_notify;
pub(crate) mod debit_payment;
pub(crate) mod debit_refund;
pub(crate) mod debit_status;
pub(crate) mod history;
pub(crate) mod notification;
mod original;
pub(crate) mod qr_cancel;
pub(crate) mod qr_generate;
mod qr_notify;
pub(crate) mod qr_query;
pub(crate) mod qr_refund;
mod refund_history;
pub(crate) mod refusal;
mod spelling;
mod va_account;
mod va_bill;
pub(crate) mod va_create;
pub(crate) mod va_delete;
pub(crate) mod va_inquiry;
pub(crate) mod va_notify;
pub(crate) mod va_report;
pub(crate) mod va_status;

use lunas_snap::json::Value;

/// A JSON value as the bytes of an answer.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    value.to_compact().into_bytes()
}
