//! The refunds of a payment, as status queries and notifications list them.

use lunas_domain::payment::Refund;
use lunas_snap::message::{RefundEntry, TransactionStatus};

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
