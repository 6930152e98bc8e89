//! Links between customers' accounts and merchants.

use lunas_domain::link::Link;

use crate::CommitError;
use crate::statement::Statement;
use crate::step::Step;
use crate::table::{LINK, LINK_TRANSITION, row, state};

pub(super) fn link_open(to: &mut Vec<Step>, link: Link) {
    let transition = transition(&link);
    let (code_hash, code_until) = link.code.map(|code| (code.hash, code.valid_until.ms())).unzip();
    let row = row!(LINK {
        merchant_id: link.merchant.into_string(),
        customer_id: link.customer.into_string(),
        reference_no: link.reference_no.into_string(),
        status: link.status.word(),
        version: link.version,
        changed_at: link.changed_at.ms(),
        cause: link.cause.word(),
        round: link.round,
        code_hash: code_hash,
        code_until: code_until,
    });
    to.push(Step::insert(&LINK, row));
    to.push(transition);
}

pub(crate) const LINK_MOVE: Statement = Statement::moved("link_move", &LINK).or(&CommitError::LostRace);

pub(super) fn link_move(to: &mut Vec<Step>, link: Link) {
    let transition = transition(&link);
    let (code_hash, code_until) = link.code.map(|code| (code.hash, code.valid_until.ms())).unzip();
    let state = state!(LINK {
        reference_no: link.reference_no.into_string(),
        status: link.status.word(),
        version: link.version,
        changed_at: link.changed_at.ms(),
        cause: link.cause.word(),
        round: link.round,
        code_hash: code_hash,
        code_until: code_until,
    });
    to.push(Step::new(LINK_MOVE, state));
    to.push(transition);
}

fn transition(link: &Link) -> Step {
    let row = row!(LINK_TRANSITION {
        reference_no: link.reference_no.as_str().to_owned(),
        version: link.version,
        status: link.status.word(),
        changed_at: link.changed_at.ms(),
        cause: link.cause.word(),
        round: link.round,
    });
    Step::insert(&LINK_TRANSITION, row)
}
