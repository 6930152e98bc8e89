//! Refunds and the tally that a merchant's refunds share.

use lunas_domain::payment::{Refund, RefundTally};
use rusqlite::params;

use super::Statements;
use crate::Refused;

const REFUND_ADD: &str =
    "insert into refund (refund_no, reference_no, version, partner_refund_no, amount, reason, at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

pub(super) fn refund_add(to: Statements<'_>, refund: &Refund) -> Result<(), Refused> {
    let values = params![
        refund.refund_no.as_str(),
        refund.reference_no.as_str(),
        refund.version,
        refund.partner_refund_no.as_str(),
        refund.amount.minor(),
        refund.reason,
        refund.at.ms(),
    ];
    to.run(REFUND_ADD, values).map(drop)
}

const TALLY_PUT: &str = "insert into merchant_refund (merchant_id, version, day_ends_at, refunded)
    values (?1, ?2, ?3, ?4)
    on conflict (merchant_id) do update
    set version = excluded.version, day_ends_at = excluded.day_ends_at, refunded = excluded.refunded
    where merchant_refund.version = excluded.version - 1";

/// The first refund of a merchant finds no row and makes one; every other one finds the version that was read.
pub(super) fn tally_put(to: Statements<'_>, tally: &RefundTally) -> Result<(), Refused> {
    let values =
        params![tally.merchant.as_str(), tally.version, tally.day_ends_at.ms(), tally.refunded.minor()];
    to.run_guarded(TALLY_PUT, values, Refused::LostRace)
}
