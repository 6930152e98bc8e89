//! Between BI-SNAP's messages and the terms of the flows, by hand, one file per message. The only room that knows both.

pub(crate) mod account;
pub(crate) mod auth_capture;
pub(crate) mod auth_payment;
pub(crate) mod auth_query;
pub(crate) mod auth_refund;
pub(crate) mod auth_void;
pub(crate) mod debit_cancel;
mod debit_notify;
pub(crate) mod debit_payment;
pub(crate) mod debit_refund;
pub(crate) mod debit_status;
pub(crate) mod history;
mod original;
pub(crate) mod qr_cancel;
pub(crate) mod qr_generate;
mod qr_notify;
pub(crate) mod qr_query;
pub(crate) mod qr_refund;
pub(crate) mod refusal;
mod va_account;
mod va_bill;
pub(crate) mod va_create;
pub(crate) mod va_delete;
pub(crate) mod va_inquiry;
pub(crate) mod va_notify;
pub(crate) mod va_report;
pub(crate) mod va_status;

use lunas_domain::merchant::NotifyText;
use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::json::Value;
use lunas_snap::message::NotificationText;
use lunas_snap::service::Service;

/// A JSON value as the bytes of an answer.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    value.to_compact().into_bytes()
}

/// A merchant's choice in the terms of the messages.
fn spelled(text: NotifyText) -> NotificationText {
    match text {
        NotifyText::Portable => NotificationText::Portable,
        NotifyText::Exact => NotificationText::Exact,
        NotifyText::Escaped => NotificationText::Escaped,
        NotifyText::Plain => NotificationText::Plain,
    }
}

/// What a merchant is told of a payment as it was at one of its versions, with the refunds made by then: the path that
/// is appended to its prefix, which the signature covers, and the body. Authorizations have no such message.
pub(crate) fn notification(
    payment: &Payment,
    refunds: &[Refund],
    text: NotifyText,
) -> Option<(&'static str, Vec<u8>)> {
    match payment.product {
        Product::DirectDebit => {
            Some((Service::DebitNotify.path(), debit_notify::body(payment, refunds, spelled(text))))
        }
        Product::Qris => Some((Service::QrNotify.path(), qr_notify::body(payment, refunds, spelled(text)))),
        Product::PreAuth => None,
    }
}
