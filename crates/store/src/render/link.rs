//! Links between customers' accounts and merchants.

use lunas_domain::link::Link;

use crate::Refused;
use crate::step::{Step, Table, values};

pub(crate) static LINK: Table = Table {
    name: "link",
    columns: &[
        "merchant_id",
        "customer_id",
        "reference_no",
        "status",
        "version",
        "changed_at",
        "cause",
        "round",
        "code_hash",
        "code_until",
    ],
};

pub(super) fn link_open(to: &mut Vec<Step>, link: Link) {
    let transition = transition(&link);
    let (code_hash, code_until) = link.code.map(|code| (code.hash, code.valid_until.ms())).unzip();
    let values = values![
        link.merchant.into_string(),
        link.customer.into_string(),
        link.reference_no.into_string(),
        link.status.word(),
        link.version,
        link.changed_at.ms(),
        link.cause.word(),
        link.round,
        code_hash,
        code_until,
    ];
    to.push(Step::insert(&LINK, values));
    to.push(transition);
}

pub(crate) const LINK_MOVE: &str =
    "update link set status = $2, version = $3, changed_at = $4, cause = $5, round = $6,
    code_hash = $7, code_until = $8 where reference_no = $1 and version = cast($3 as bigint) - 1";

pub(super) fn link_move(to: &mut Vec<Step>, link: Link) {
    let transition = transition(&link);
    let (code_hash, code_until) = link.code.map(|code| (code.hash, code.valid_until.ms())).unzip();
    let values = values![
        link.reference_no.into_string(),
        link.status.word(),
        link.version,
        link.changed_at.ms(),
        link.cause.word(),
        link.round,
        code_hash,
        code_until,
    ];
    to.push(Step::guarded(LINK_MOVE, values, Refused::LostRace));
    to.push(transition);
}

pub(crate) static LINK_TRANSITION: Table = Table {
    name: "link_transition",
    columns: &["reference_no", "version", "status", "changed_at", "cause", "round"],
};

fn transition(link: &Link) -> Step {
    let reference_no = link.reference_no.as_str().to_owned();
    let (status, cause) = (link.status.word(), link.cause.word());
    let values = values![reference_no, link.version, status, link.changed_at.ms(), cause, link.round];
    Step::insert(&LINK_TRANSITION, values)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LINK_MOVE];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&LINK, &LINK_TRANSITION];
