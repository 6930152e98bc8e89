//! Forgetting what nobody can ask for any more.

use lunas_vocab::{NoticeId, Timestamp};

use super::{Step, values};
use crate::ReplayMark;

const REPLAYS_DELETE: &str = "delete from replay
    where (merchant_id, service, external_id) > ($1, $2, $3)
    and (merchant_id, service, external_id) <= ($4, $5, $6)
    and opened is null and kept_until <= $7";

/// A key that opened a payment still leads to it; only its answer goes.
const REPLAYS_EMPTY: &str = "update replay set body = $8
    where (merchant_id, service, external_id) > ($1, $2, $3)
    and (merchant_id, service, external_id) <= ($4, $5, $6)
    and opened is not null and kept_until <= $7 and length(body) > 0";

pub(super) fn replays_forget(to: &mut Vec<Step>, after: ReplayMark, up_to: ReplayMark, now: Timestamp) {
    let values = values![
        after.merchant,
        after.service,
        after.external_id,
        up_to.merchant,
        up_to.service,
        up_to.external_id,
        now.ms(),
    ];
    let mut with_body = values.clone();
    with_body.extend(values![Vec::new()]);
    to.push(Step::run(REPLAYS_DELETE, values));
    to.push(Step::run(REPLAYS_EMPTY, with_body));
}

const ATTEMPTS_DELETE: &str = "delete from attempt where notice_id <= $1";

pub(super) fn attempts_forget(up_to: NoticeId) -> Step {
    Step::run(ATTEMPTS_DELETE, values![up_to.into_string()])
}

const GUESSES_DELETE: &str = "delete from guess where window_until <= $1";

pub(super) fn guesses_forget(now: Timestamp) -> Step {
    Step::run(GUESSES_DELETE, values![now.ms()])
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[REPLAYS_DELETE, REPLAYS_EMPTY, ATTEMPTS_DELETE, GUESSES_DELETE];
