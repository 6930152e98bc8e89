//! QR refund (78): what is to be refunded, and the answer.

use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::Value;
use lunas_snap::message::qr_refund::{RefundAnswer, RefundRequest};
use lunas_vocab::MerchantId;

use super::{original, qr_query};
use crate::flow::refund::RefundCommand;

/// Reads the request as a command, and the merchant it says that the payment is of.
pub(crate) fn command(body: &Value) -> Result<(RefundCommand, MerchantId), Failure> {
    let request = RefundRequest::read(body)?;
    if request.amount.is_some_and(|amount| !amount.is_positive()) {
        return Err(Failure::with(Case::InvalidAmount, "refundAmount.value: it must be more than zero"));
    }
    let command = RefundCommand {
        original: original::named(Product::Qris, body)?,
        partner_refund_no: Some(request.partner_refund_no),
        amount: request.amount,
        reason: request.reason,
    };
    Ok((command, request.merchant_id))
}

/// The answer for a refund.
pub(crate) fn answer(payment: &Payment, refund: &Refund) -> Value {
    RefundAnswer {
        original: qr_query::ids(payment),
        refund_no: refund.refund_no.clone(),
        partner_refund_no: refund.partner_refund_no.clone(),
        amount: Some(refund.amount),
        refunded_at: Some(refund.at),
    }
    .write()
}
