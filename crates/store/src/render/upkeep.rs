//! Forgetting what nobody can ask for any more.

use lunas_vocab::{NoticeId, Timestamp};

use crate::ReplayMark;
use crate::step::{Step, values};

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

const ATTEMPTS_MEND: &str =
    "update notice set next_attempt_at = $1 where state = 'pending' and next_attempt_at > $2";

const LEASES_MEND: &str = "update notice set lease_until = 0 where state = 'pending' and lease_until > $1";

const GUESSES_MEND: &str = "delete from guess where window_until > $1";

const CHECKPOINTS_MEND: &str = "delete from balance_checkpoint where up_to >= $1";

pub(super) fn ahead_mend(to: &mut Vec<Step>, now: Timestamp, until: [Timestamp; 3]) {
    let [attempt, lease, window] = until.map(Timestamp::ms);
    to.push(Step::run(ATTEMPTS_MEND, values![now.ms(), attempt]));
    to.push(Step::run(LEASES_MEND, values![lease]));
    to.push(Step::run(GUESSES_MEND, values![window]));
    to.push(Step::run(CHECKPOINTS_MEND, values![now.ms()]));
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    REPLAYS_DELETE,
    REPLAYS_EMPTY,
    ATTEMPTS_DELETE,
    GUESSES_DELETE,
    ATTEMPTS_MEND,
    LEASES_MEND,
    GUESSES_MEND,
    CHECKPOINTS_MEND,
];
