//! How authorizations ended.

use lunas_domain::payment::Closing;

use crate::step::Step;
use crate::table::{RESOLUTION, row};

pub(super) fn resolution_add(closing: Closing) -> Step {
    let row = row!(RESOLUTION {
        reference_no: closing.reference_no.into_string(),
        version: closing.version,
        kind: closing.kind.word(),
        resolution_no: closing.closing_no.into_string(),
        partner_resolution_no: closing.partner_closing_no.into_string(),
        amount: closing.amount.minor(),
        reason: closing.reason,
        at: closing.at.ms(),
    });
    Step::insert(&RESOLUTION, row)
}
