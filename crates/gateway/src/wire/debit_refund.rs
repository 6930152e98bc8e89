//! Direct-debit refund (58): what is to be refunded, the answer, and the history that status and notification tell.

use lunas_domain::payment::{Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::debit_refund::{RefundAnswer, RefundRequest};
use lunas_snap::message::{RefundEntry, TransactionStatus};

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

/// Refunds as `refundHistory` lists them. Only refunds that were made are kept, so each of them is a success.
pub(super) fn history(refunds: &[Refund]) -> Vec<RefundEntry> {
    let entry = |refund: &Refund| RefundEntry {
        refund_no: refund.refund_no.to_string(),
        partner_refund_no: refund.partner_refund_no.to_string(),
        amount: refund.amount,
        status: TransactionStatus::Success,
        refunded_at: refund.at,
        reason: refund.reason.clone().unwrap_or_default(),
    };
    refunds.iter().map(entry).collect()
}
