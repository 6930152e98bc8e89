//! Forgetting what nobody can ask for any more.

use lunas_vocab::{NotificationId, Timestamp};

use crate::ReplayMark;
use crate::statement::{Statement, expr};
use crate::step::{Step, values};
use crate::table::{ATTEMPT, BALANCE_CHECKPOINT, NOTIFICATION, PIN_ATTEMPT, REPLAY};

/// Keys in a slice of all, of which more is asked.
macro_rules! in_slice {
    ($($more:tt)+) => {
        expr![
            "(owner, service, external_id) > (" after_owner ", " after_service ", " after_external_id ")
            and (owner, service, external_id) <= (" last_owner ", " last_service ", " last_external_id ")"
            $($more)+
        ]
    };
}

pub(crate) const REPLAYS_DELETE: Statement = Statement::delete_if(
    "replays_delete",
    &REPLAY,
    &[
        "after_owner",
        "after_service",
        "after_external_id",
        "last_owner",
        "last_service",
        "last_external_id",
        "now",
    ],
    in_slice![" and opened is null and kept_until <= " now],
);

/// A key that opened a payment still leads to it; only what its call said and was answered goes.
pub(crate) const REPLAYS_EMPTY: Statement = Statement::update(
    "replays_empty",
    &REPLAY,
    &[
        "after_owner",
        "after_service",
        "after_external_id",
        "last_owner",
        "last_service",
        "last_external_id",
        "now",
        "nothing",
    ],
    expr!["request = " nothing ", body = " nothing],
    in_slice![" and opened is not null and kept_until <= " now " and length(body) > 0"],
);

pub(super) fn replays_forget(to: &mut Vec<Step>, after: ReplayMark, up_to: ReplayMark, now: Timestamp) {
    let values = values![
        after.owner,
        after.service,
        after.external_id,
        up_to.owner,
        up_to.service,
        up_to.external_id,
        now.ms(),
    ];
    let mut with_nothing = values.clone();
    with_nothing.extend(values![Vec::new()]);
    to.push(Step::new(REPLAYS_DELETE, values));
    to.push(Step::new(REPLAYS_EMPTY, with_nothing));
}

pub(crate) const ATTEMPTS_DELETE: Statement =
    Statement::delete_if("attempts_delete", &ATTEMPT, &["up_to"], expr!["notification_id <= " up_to]);

pub(super) fn attempts_forget(up_to: NotificationId) -> Step {
    Step::new(ATTEMPTS_DELETE, values![up_to.into_string()])
}

pub(crate) const PIN_ATTEMPTS_DELETE: Statement =
    Statement::delete_if("pin_attempts_delete", &PIN_ATTEMPT, &["now"], expr!["window_until <= " now]);

pub(super) fn pin_attempts_forget(now: Timestamp) -> Step {
    Step::new(PIN_ATTEMPTS_DELETE, values![now.ms()])
}

pub(crate) const ATTEMPTS_MEND: Statement = Statement::update(
    "attempts_mend",
    &NOTIFICATION,
    &["now", "attempt_until"],
    expr!["next_attempt_at = " now],
    expr!["state = 'pending' and next_attempt_at > " attempt_until],
);

pub(crate) const LEASES_MEND: Statement = Statement::update(
    "leases_mend",
    &NOTIFICATION,
    &["lease_until"],
    expr!["lease_until = 0"],
    expr!["state = 'pending' and lease_until > " lease_until],
);

pub(crate) const PIN_ATTEMPTS_MEND: Statement = Statement::delete_if(
    "pin_attempts_mend",
    &PIN_ATTEMPT,
    &["window_until"],
    expr!["window_until > " window_until],
);

pub(crate) const CHECKPOINTS_MEND: Statement =
    Statement::delete_if("checkpoints_mend", &BALANCE_CHECKPOINT, &["now"], expr!["up_to >= " now]);

pub(super) fn ahead_mend(to: &mut Vec<Step>, now: Timestamp, until: [Timestamp; 3]) {
    let [attempt, lease, window] = until.map(Timestamp::ms);
    to.push(Step::new(ATTEMPTS_MEND, values![now.ms(), attempt]));
    to.push(Step::new(LEASES_MEND, values![lease]));
    to.push(Step::new(PIN_ATTEMPTS_MEND, values![window]));
    to.push(Step::new(CHECKPOINTS_MEND, values![now.ms()]));
}
