//! Direct-debit notify (56): what a merchant is told of a payment's new state.
//!
//! Merchants verify the signature over a body that they wrote anew from its parsed form, so free texts are spelled as
//! the merchant chose for its language.

use lunas_domain::payment::{Payment, Refund};
use lunas_snap::message::NotificationText;
use lunas_snap::message::debit_notify::Notification;

use super::debit_status::{status, used_options};
use super::refund_history::history;

/// The body that tells of the payment as it was at one of its versions, with the refunds made by then.
pub(super) fn body(payment: &Payment, refunds: &[Refund], text: NotificationText) -> Vec<u8> {
    let notification = Notification {
        original_reference_no: payment.reference_no.clone(),
        original_partner_reference_no: Some(payment.partner_reference_no.clone()),
        original_external_id: Some(payment.external_id.clone()),
        merchant_id: Some(payment.merchant.clone()),
        amount: Some(payment.amount),
        status: status(payment),
        created_at: Some(payment.created_at),
        finished_at: payment.paid_at,
        refund_history: history(refunds),
        total_refunded: Some(payment.refunded).filter(|refunded| refunded.is_positive()),
        used_options: used_options(payment),
    };
    text.bytes(&notification.write(text))
}
