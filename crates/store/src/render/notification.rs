//! The outbox: adding notifications, leasing them, and recording what came of them.

use lunas_domain::notification::{Next, Notification};
use lunas_vocab::{MerchantId, NotificationId, Timestamp};

use crate::record::FIRST;
use crate::statement::{Beside, Held, Statement, expr};
use crate::step::{Step, values};
use crate::table::{ATTEMPT, NOTIFICATION, row};
use crate::{CommitError, NotificationKey, NotificationState};

/// The first notification of all that are told of its record: nothing holds it back.
pub(crate) const NOTIFICATION_FIRST: Statement = Statement::insert(
    "notification_first",
    &NOTIFICATION,
    &["reference_no", "version", "id", "merchant_id", "created_at", "about"],
    (
        "state, attempts, round_attempts, next_attempt_at, lease_until, holds_back",
        expr!["'pending', 0, 0, " created_at ", 0, 1"],
    ),
);

/// A notification that was never tried holds back later ones: they are told in their order unless the merchant objects.
/// One that is held back itself waits, so that the index of what is due holds nothing that cannot be sent.
pub(crate) const NOTIFICATION_ADD: Statement = Statement::insert(
    "notification_add",
    &NOTIFICATION,
    &["reference_no", "version", "id", "merchant_id", "created_at", "about"],
    (
        "state, attempts, round_attempts, next_attempt_at, lease_until, holds_back",
        expr!["case when e.version < " version " then 'waiting' else 'pending' end, 0, 0, " created_at ", 0, 1"],
    ),
)
.beside(Beside {
    key: "reference_no",
    least: "version",
    only: "state in ('pending', 'waiting') and holds_back = 1",
})
.holding(Held::Notifications);

pub(super) fn notification_add(
    id: NotificationId,
    notification: Notification,
    merchant: MerchantId,
    at: Timestamp,
) -> Step {
    let statement = if notification.version == FIRST { NOTIFICATION_FIRST } else { NOTIFICATION_ADD };
    let values = values![
        notification.reference_no.into_string(),
        notification.version,
        id.into_string(),
        merchant.into_string(),
        at.ms(),
        notification.about.word(),
    ];
    Step::new(statement, values)
}

pub(crate) const NOTIFICATION_LEASE: Statement = Statement::update(
    "notification_lease",
    &NOTIFICATION,
    &["reference_no", "version", "id", "seen_lease_until", "lease_until", "now"],
    expr!["lease_until = " lease_until],
    expr![
        "reference_no = " reference_no " and version = " version " and id = " id "
        and state = 'pending' and lease_until = " seen_lease_until " and lease_until <= " now
    ],
)
.or(&CommitError::LostRace);

pub(super) fn notification_lease(
    key: NotificationKey,
    seen_lease_until: Timestamp,
    lease_until: Timestamp,
    now: Timestamp,
) -> Step {
    let NotificationKey { reference_no, version, id } = key;
    let (seen, until) = (seen_lease_until.ms(), lease_until.ms());
    let values = values![reference_no.into_string(), version, id.into_string(), seen, until, now.ms()];
    Step::new(NOTIFICATION_LEASE, values)
}

/// What an attempt's row says besides its key.
pub(super) struct Made {
    pub(super) at: Timestamp,
    pub(super) latency_ms: i64,
    pub(super) status: Option<u16>,
    pub(super) response: String,
}

pub(super) fn attempt_add(id: &NotificationId, attempt_no: u32, made: Made) -> Step {
    let Made { at, latency_ms, status, response } = made;
    let row = row!(ATTEMPT {
        notification_id: id.as_str().to_owned(),
        attempt_no: attempt_no,
        at: at.ms(),
        latency_ms: latency_ms,
        status: status,
        response: response,
    });
    Step::insert(&ATTEMPT, row)
}

/// A notification that was superseded while it was on its way stays so, unless it arrived.
pub(crate) const NOTIFICATION_JUDGE: Statement = Statement::update(
    "notification_judge",
    &NOTIFICATION,
    &["reference_no", "version", "id", "attempts", "last_status", "state", "next_attempt_at", "holds_back"],
    expr![
        "attempts = " attempts ", round_attempts = round_attempts + 1,
        last_status = coalesce(" last_status ", last_status), lease_until = 0,
        state = case when state = 'superseded' and " state " <> 'delivered' then state else " state " end,
        next_attempt_at = coalesce(" next_attempt_at ", next_attempt_at),
        holds_back = coalesce(" holds_back ", holds_back)"
    ],
    expr!["reference_no = " reference_no " and version = " version " and id = " id],
)
.or(&CommitError::LostRace)
.holding(Held::Notifications);

/// What the merchant did not want to hear earlier is old news once it heard something later.
pub(crate) const NOTIFICATION_SUPERSEDE: Statement = Statement::update(
    "notification_supersede",
    &NOTIFICATION,
    &["reference_no", "version"],
    expr!["state = 'superseded'"],
    expr![
        "reference_no = " reference_no " and version < " version "
        and state = 'pending' and holds_back = 0"
    ],
);

/// Once a notification holds back no more, the first one that waited for it and for nothing else is due.
pub(crate) const NOTIFICATION_RELEASE: Statement = Statement::update(
    "notification_release",
    &NOTIFICATION,
    &["reference_no"],
    expr!["state = 'pending'"],
    expr![
        "reference_no = " reference_no " and state = 'waiting' and not exists (
            select 1 from notification e where e.reference_no = notification.reference_no and e.bucket = notification.bucket and e.version < notification.version
            and e.state in ('pending', 'waiting') and e.holds_back = 1)"
    ],
);

pub(super) fn notification_judge(
    to: &mut Vec<Step>,
    key: NotificationKey,
    attempt_no: u32,
    status: Option<u16>,
    next: Next,
) {
    let (state, at, holds_back) = match next {
        Next::Delivered => (NotificationState::Delivered, None, None),
        Next::Parked => (NotificationState::Parked, None, None),
        Next::Retry { at, holds_back_later } => {
            (NotificationState::Pending, Some(at.ms()), Some(i64::from(holds_back_later)))
        }
    };
    let NotificationKey { reference_no, version, id } = key;
    let (reference_no, id, state_word) = (reference_no.into_string(), id.into_string(), state.word());
    let values = values![reference_no.clone(), version, id, attempt_no, status, state_word, at, holds_back];
    to.push(Step::new(NOTIFICATION_JUDGE, values));
    if state == NotificationState::Delivered {
        to.push(Step::new(NOTIFICATION_SUPERSEDE, values![reference_no.clone(), version]));
    }
    let still_holds_back = matches!(next, Next::Retry { holds_back_later: true, .. });
    if !still_holds_back {
        to.push(Step::new(NOTIFICATION_RELEASE, values![reference_no]));
    }
}

/// The lease stays: an attempt that is under way is not doubled by asking for another.
pub(crate) const NOTIFICATION_RESEND: Statement = Statement::update(
    "notification_resend",
    &NOTIFICATION,
    &["reference_no", "version", "id", "next_attempt_at"],
    expr!["state = 'pending', next_attempt_at = " next_attempt_at ", round_attempts = 0, holds_back = 1"],
    expr!["reference_no = " reference_no " and version = " version " and id = " id],
)
.or(&CommitError::LostRace)
.holding(Held::Notifications);

pub(super) fn notification_resend(key: NotificationKey, at: Timestamp) -> Step {
    let NotificationKey { reference_no, version, id } = key;
    let values = values![reference_no.into_string(), version, id.into_string(), at.ms()];
    Step::new(NOTIFICATION_RESEND, values)
}
