//! QR cancel (77): which payment is meant and why it is called off, and that it is.

use lunas_domain::payment::{Payment, Product};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::qr_cancel::{CancelAnswer, CancelRequest};
use lunas_vocab::MerchantId;

use super::{original, qr_query};
use crate::flow::payment::Original;

/// The payment the request names, the merchant it says that it is of, and the reason.
pub(crate) fn original(body: &Value) -> Result<(Original, MerchantId, String), Failure> {
    let request = CancelRequest::read(body)?;
    Ok((original::named(Product::Qris, body)?, request.merchant_id, request.reason))
}

/// The answer for a cancelled payment.
pub(crate) fn answer(payment: &Payment) -> Value {
    CancelAnswer {
        original: qr_query::ids(payment),
        cancelled_at: Some(payment.changed_at),
        created_at: Some(payment.created_at),
    }
    .write()
}
