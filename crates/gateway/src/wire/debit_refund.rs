//! Direct-debit refund (58): what is to be refunded, and the answer.

use lunas_domain::payment::{Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::debit_refund::{RefundAnswer, RefundRequest};

use super::original;
use crate::flow::refund::RefundCommand;

/// Reads the request as a command.
pub(crate) fn command(body: &Value) -> Result<RefundCommand, Failure> {
    let request = RefundRequest::read(body)?;
    Ok(RefundCommand {
        original: original::named(Product::DirectDebit, body)?,
        partner_refund_no: request.partner_refund_no,
        amount: request.amount,
        reason: request.reason,
    })
}

/// The answer for a refund.
pub(crate) fn answer(refund: &Refund) -> Value {
    RefundAnswer {
        original_reference_no: refund.reference_no.clone(),
        refund_no: refund.refund_no.clone(),
        partner_refund_no: refund.partner_refund_no.clone(),
        amount: Some(refund.amount),
        refunded_at: Some(refund.at),
    }
    .write()
}
