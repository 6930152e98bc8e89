//! How authorizations ended.

use lunas_domain::payment::Resolution;

use crate::step::Step;
use crate::table::{RESOLUTION, row};

pub(super) fn resolution_add(resolution: Resolution) -> Step {
    let row = row!(RESOLUTION {
        reference_no: resolution.reference_no.into_string(),
        version: resolution.version,
        kind: resolution.kind.word(),
        resolution_no: resolution.resolution_no.into_string(),
        partner_resolution_no: resolution.partner_resolution_no.into_string(),
        amount: resolution.amount.minor(),
        reason: resolution.reason,
        at: resolution.at.ms(),
    });
    Step::insert(&RESOLUTION, row)
}
