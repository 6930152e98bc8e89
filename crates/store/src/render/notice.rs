//! The outbox: adding notices, leasing them, and recording what came of them.

use lunas_domain::notice::{Next, Notice};
use lunas_vocab::{MerchantId, NoticeId, Timestamp};

use crate::record::FIRST;
use crate::statement::{Held, Statement, expr};
use crate::step::{Step, values};
use crate::table::{ATTEMPT, NOTICE, row};
use crate::{NoticeKey, NoticeState, Refused};

/// The first notice of all that are told of its record: nothing holds it back.
pub(crate) const NOTICE_FIRST: Statement = Statement::insert(
    "notice_first",
    &NOTICE,
    &["reference_no", "version", "id", "merchant_id", "created_at", "about"],
    (
        "state, attempts, round_attempts, next_attempt_at, lease_until, holds_back",
        expr!["'pending', 0, 0, " created_at ", 0, 1"],
    ),
);

/// A notice that was never tried holds back later ones: they are told in their order unless the merchant objects. One
/// that is held back itself waits, so that the index of what is due holds nothing that cannot be sent.
pub(crate) const NOTICE_ADD: Statement = Statement::insert(
    "notice_add",
    &NOTICE,
    &["reference_no", "version", "id", "merchant_id", "created_at", "about"],
    (
        "state, attempts, round_attempts, next_attempt_at, lease_until, holds_back",
        expr![
            "case when exists (
            select 1 from notice e where e.reference_no = " reference_no " and e.version < " version "
            and e.state in ('pending', 'waiting') and e.holds_back = 1) then 'waiting' else 'pending' end,
        0, 0, " created_at ", 0, 1"
        ],
    ),
)
.holding(Held::Notices);

pub(super) fn notice_add(id: NoticeId, notice: Notice, merchant: MerchantId, at: Timestamp) -> Step {
    let statement = if notice.version == FIRST { NOTICE_FIRST } else { NOTICE_ADD };
    let values = values![
        notice.reference_no.into_string(),
        notice.version,
        id.into_string(),
        merchant.into_string(),
        at.ms(),
        notice.about.word(),
    ];
    Step::new(statement, values)
}

pub(crate) const NOTICE_LEASE: Statement = Statement::update(
    "notice_lease",
    &NOTICE,
    &["reference_no", "version", "id", "seen_lease_until", "lease_until", "now"],
    expr!["lease_until = " lease_until],
    expr![
        "reference_no = " reference_no " and version = " version " and id = " id "
        and state = 'pending' and lease_until = " seen_lease_until " and lease_until <= " now
    ],
)
.or(&Refused::LostRace);

pub(super) fn notice_lease(
    key: NoticeKey,
    seen_lease_until: Timestamp,
    lease_until: Timestamp,
    now: Timestamp,
) -> Step {
    let NoticeKey { reference_no, version, id } = key;
    let (seen, until) = (seen_lease_until.ms(), lease_until.ms());
    let values = values![reference_no.into_string(), version, id.into_string(), seen, until, now.ms()];
    Step::new(NOTICE_LEASE, values)
}

/// What an attempt's row says besides its key.
pub(super) struct Made {
    pub(super) at: Timestamp,
    pub(super) latency_ms: i64,
    pub(super) status: Option<u16>,
    pub(super) response: String,
}

pub(super) fn attempt_add(id: &NoticeId, attempt_no: u32, made: Made) -> Step {
    let Made { at, latency_ms, status, response } = made;
    let row = row!(ATTEMPT {
        notice_id: id.as_str().to_owned(),
        attempt_no: attempt_no,
        at: at.ms(),
        latency_ms: latency_ms,
        status: status,
        response: response,
    });
    Step::insert(&ATTEMPT, row)
}

/// A notice that was superseded while it was on its way stays so, unless it arrived.
pub(crate) const NOTICE_JUDGE: Statement = Statement::update(
    "notice_judge",
    &NOTICE,
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
.or(&Refused::LostRace)
.holding(Held::Notices);

/// What the merchant did not want to hear earlier is old news once it heard something later.
pub(crate) const NOTICE_SUPERSEDE: Statement = Statement::update(
    "notice_supersede",
    &NOTICE,
    &["reference_no", "version"],
    expr!["state = 'superseded'"],
    expr![
        "reference_no = " reference_no " and version < " version "
        and state = 'pending' and holds_back = 0"
    ],
);

/// Once a notice holds back no more, the first one that waited for it and for nothing else is due.
pub(crate) const NOTICE_RELEASE: Statement = Statement::update(
    "notice_release",
    &NOTICE,
    &["reference_no"],
    expr!["state = 'pending'"],
    expr![
        "reference_no = " reference_no " and state = 'waiting' and not exists (
            select 1 from notice e where e.reference_no = notice.reference_no and e.version < notice.version
            and e.state in ('pending', 'waiting') and e.holds_back = 1)"
    ],
);

pub(super) fn notice_judge(
    to: &mut Vec<Step>,
    key: NoticeKey,
    attempt_no: u32,
    status: Option<u16>,
    next: Next,
) {
    let (state, at, holds_back) = match next {
        Next::Delivered => (NoticeState::Delivered, None, None),
        Next::Parked => (NoticeState::Parked, None, None),
        Next::Retry { at, holds_back_later } => {
            (NoticeState::Pending, Some(at.ms()), Some(i64::from(holds_back_later)))
        }
    };
    let NoticeKey { reference_no, version, id } = key;
    let (reference_no, id, state_word) = (reference_no.into_string(), id.into_string(), state.word());
    let values = values![reference_no.clone(), version, id, attempt_no, status, state_word, at, holds_back];
    to.push(Step::new(NOTICE_JUDGE, values));
    if state == NoticeState::Delivered {
        to.push(Step::new(NOTICE_SUPERSEDE, values![reference_no.clone(), version]));
    }
    let still_holds_back = matches!(next, Next::Retry { holds_back_later: true, .. });
    if !still_holds_back {
        to.push(Step::new(NOTICE_RELEASE, values![reference_no]));
    }
}

/// The lease stays: an attempt that is under way is not doubled by asking for another.
pub(crate) const NOTICE_RESEND: Statement = Statement::update(
    "notice_resend",
    &NOTICE,
    &["reference_no", "version", "id", "next_attempt_at"],
    expr!["state = 'pending', next_attempt_at = " next_attempt_at ", round_attempts = 0, holds_back = 1"],
    expr!["reference_no = " reference_no " and version = " version " and id = " id],
)
.or(&Refused::LostRace)
.holding(Held::Notices);

pub(super) fn notice_resend(key: NoticeKey, at: Timestamp) -> Step {
    let NoticeKey { reference_no, version, id } = key;
    let values = values![reference_no.into_string(), version, id.into_string(), at.ms()];
    Step::new(NOTICE_RESEND, values)
}
