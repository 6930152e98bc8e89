//! How authorizations ended.

use lunas_domain::payment::Closing;

use crate::step::Step;
use crate::table::{CLOSING, row};

pub(super) fn closing_add(closing: Closing) -> Step {
    let row = row!(CLOSING {
        reference_no: closing.reference_no.into_string(),
        version: closing.version,
        kind: closing.kind.word(),
        closing_no: closing.closing_no.into_string(),
        partner_closing_no: closing.partner_closing_no.into_string(),
        amount: closing.amount.minor(),
        reason: closing.reason,
        at: closing.at.ms(),
    });
    Step::insert(&CLOSING, row)
}
