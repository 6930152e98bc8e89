//! How authorizations ended.

use lunas_domain::payment::Closing;

use crate::step::{Step, Table, values};

pub(crate) static CLOSING: Table = Table {
    name: "closing",
    columns: &[
        "reference_no",
        "version",
        "kind",
        "closing_no",
        "partner_closing_no",
        "amount",
        "reason",
        "at",
    ],
};

pub(super) fn closing_add(closing: Closing) -> Step {
    let values = values![
        closing.reference_no.into_string(),
        closing.version,
        closing.kind.word(),
        closing.closing_no.into_string(),
        closing.partner_closing_no.into_string(),
        closing.amount.minor(),
        closing.reason,
        closing.at.ms(),
    ];
    Step::insert(&CLOSING, values)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&CLOSING];
