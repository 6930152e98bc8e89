//! Auth refund (69): what is to be refunded of what was captured, and the answer that it is.

use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::auth_refund::{RefundAnswer, RefundRequest};

use super::auth_query::ids;
use super::original;
use crate::flow::refund::RefundCommand;

/// Reads the request as a command.
pub(crate) fn command(body: &Value) -> Result<RefundCommand, Failure> {
    let request = RefundRequest::read(body)?;
    Ok(RefundCommand {
        original: original::named(Product::PreAuth, body)?,
        partner_refund_no: Some(request.partner_refund_no),
        amount: request.amount,
        reason: request.reason,
    })
}

/// The answer for a refund.
pub(crate) fn answer(payment: &Payment, refund: &Refund) -> Value {
    RefundAnswer {
        original: ids(payment),
        refund_no: refund.refund_no.clone(),
        partner_refund_no: Some(refund.partner_refund_no.clone()),
        amount: Some(refund.amount),
        refunded_at: Some(refund.at),
    }
    .write()
}
