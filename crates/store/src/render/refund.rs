//! Refunds, the tally that a merchant's refunds share, and why payments were called off.

use lunas_domain::payment::{Refund, RefundTally};
use lunas_vocab::ReferenceNo;

use crate::Refused;
use crate::step::{Step, Table, values};

pub(crate) static REFUND: Table = Table {
    name: "refund",
    columns: &["reference_no", "partner_refund_no", "refund_no", "version", "amount", "reason", "at"],
};

pub(super) fn refund_add(refund: Refund) -> Step {
    let values = values![
        refund.reference_no.into_string(),
        refund.partner_refund_no.into_string(),
        refund.refund_no.into_string(),
        refund.version,
        refund.amount.minor(),
        refund.reason,
        refund.at.ms(),
    ];
    Step::insert(&REFUND, values)
}

pub(crate) static CANCELLATION: Table = Table { name: "cancellation", columns: &["reference_no", "reason"] };

pub(super) fn cancellation_add(reference_no: ReferenceNo, reason: String) -> Step {
    Step::insert(&CANCELLATION, values![reference_no.into_string(), reason])
}

pub(crate) const TALLY_PUT: &str = "insert into merchant_refund (merchant_id, version, day_ends_at, refunded)
    values ($1, $2, $3, $4)
    on conflict (merchant_id) do update
    set version = excluded.version, day_ends_at = excluded.day_ends_at, refunded = excluded.refunded
    where merchant_refund.version = excluded.version - 1";

/// The first refund of a merchant finds no row and makes one; every other one finds the version that was read.
pub(super) fn tally_put(tally: RefundTally) -> Step {
    let RefundTally { merchant, version, day_ends_at, refunded } = tally;
    let values = values![merchant.into_string(), version, day_ends_at.ms(), refunded.minor()];
    Step::guarded(TALLY_PUT, values, Refused::LostRace)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[TALLY_PUT];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&REFUND, &CANCELLATION];
