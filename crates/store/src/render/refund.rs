//! Refunds, the tally that a merchant's refunds share, and why payments were called off.

use lunas_domain::payment::{Refund, RefundTally};
use lunas_vocab::ReferenceNo;

use crate::CommitError;
use crate::statement::Statement;
use crate::step::Step;
use crate::table::{CANCELLATION, MERCHANT_REFUND, REFUND, row};

pub(super) fn refund_add(refund: Refund) -> Step {
    let row = row!(REFUND {
        reference_no: refund.reference_no.into_string(),
        partner_refund_no: refund.partner_refund_no.into_string(),
        refund_no: refund.refund_no.into_string(),
        version: refund.version,
        amount: refund.amount.minor(),
        reason: refund.reason,
        at: refund.at.ms(),
    });
    Step::insert(&REFUND, row)
}

pub(super) fn cancellation_add(reference_no: ReferenceNo, reason: String) -> Step {
    let row = row!(CANCELLATION { reference_no: reference_no.into_string(), reason: reason });
    Step::insert(&CANCELLATION, row)
}

pub(crate) const TALLY_PUT: Statement =
    Statement::put_if("tally_put", &MERCHANT_REFUND, "merchant_refund.version = excluded.version - 1")
        .or(&CommitError::LostRace);

/// The first refund of a merchant finds no row and makes one; every other one finds the version that was read.
pub(super) fn tally_put(tally: RefundTally) -> Step {
    let RefundTally { merchant, version, day_ends_at, refunded } = tally;
    let row = row!(MERCHANT_REFUND {
        merchant_id: merchant.into_string(),
        version: version,
        day_ends_at: day_ends_at.ms(),
        refunded: refunded.minor(),
    });
    Step::new(TALLY_PUT, row)
}
