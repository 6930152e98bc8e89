//! A notification as a request: its path, its body, and the headers that prove who sends it.

use lunas_domain::merchant::{Merchant, NotifyText};
use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::header::{CHANNEL_ID, X_EXTERNAL_ID, X_PARTNER_ID, X_SIGNATURE, X_TIMESTAMP, canonical};
use lunas_snap::json;
use lunas_snap::service::Service;
use lunas_snap::signature::{self, SigningKey};
use lunas_vocab::{NotificationId, Timestamp};

use super::spelling::spelled;
use super::{debit_notify, qr_notify};

/// The channel id sent along; the standard wants five digits and gives them no meaning.
const CHANNEL: &str = "00000";

/// What a merchant is told of a payment as it was at one of its versions, with the refunds made by then: the path that
/// is appended to its prefix, which the signature covers, and the body. Authorizations have no such message.
pub(crate) fn of_payment(
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

/// The headers of a notification under that id, signed over its path, its body and the time.
pub(crate) fn headers(
    key: &SigningKey,
    merchant: &Merchant,
    id: &NotificationId,
    path: &str,
    body: &[u8],
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let timestamp = now.to_snap();
    let hash = signature::body_hash(&json::minify(body));
    let signature = key.sign(&signature::notification_text("POST", path, &hash, &timestamp));
    vec![
        ("Content-Type", "application/json".to_owned()),
        (canonical(X_TIMESTAMP), timestamp),
        (canonical(X_SIGNATURE), signature),
        (canonical(X_PARTNER_ID), merchant.notify_partner_id.clone()),
        (canonical(X_EXTERNAL_ID), id.to_string()),
        (canonical(CHANNEL_ID), CHANNEL.to_owned()),
    ]
}
