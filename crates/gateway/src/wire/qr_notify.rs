//! QR notify (52): what a merchant is told of a code's new state, spelled as [`super::debit_notify`] is.

use lunas_domain::payment::{Payment, Refund};
use lunas_snap::message::NotificationText;
use lunas_snap::message::qr_notify::{Notification, Parties};

use super::{debit_status, qr_generate, refund_history};

/// Whose wallet pays: the sandbox and this gateway know one issuer.
const ISSUER: &str = "gopay";

/// Who stands on either side of a code.
pub(super) fn parties(payment: &Payment) -> Parties {
    let acquirer = qr_generate::acquirer(payment).as_str().to_ascii_lowercase();
    Parties { issuer: ISSUER.to_owned(), acquirer }
}

/// The body that tells of the payment as it was at one of its versions, with the refunds made by then.
pub(super) fn body(payment: &Payment, refunds: &[Refund], text: NotificationText) -> Vec<u8> {
    let notification = Notification {
        original_reference_no: payment.reference_no.clone(),
        original_partner_reference_no: Some(payment.partner_reference_no.clone()),
        status: debit_status::status(payment),
        amount: Some(payment.amount),
        external_store_id: None,
        refund_history: refund_history::history(refunds),
        parties: payment.paid_at.map(|_| parties(payment)),
    };
    text.bytes(&notification.write(text))
}
