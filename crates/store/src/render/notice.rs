//! The outbox: adding notices, leasing them, and recording what came of them.

use lunas_domain::notice::{Next, Notice};
use lunas_vocab::{MerchantId, NoticeId, Timestamp};

use crate::record::FIRST;
use crate::step::{Step, values};
use crate::table::{ATTEMPT, row};
use crate::{NoticeKey, NoticeState, Refused};

/// The first notice of all that are told of its record: nothing holds it back.
pub(crate) const NOTICE_FIRST: &str =
    "insert into notice (reference_no, version, id, merchant_id, created_at, state,
    attempts, round_attempts, next_attempt_at, lease_until, holds_back, about)
    values ($1, $2, $3, $4, $5, 'pending', 0, 0, $5, 0, 1, $6)";

/// A notice that was never tried holds back later ones: they are told in their order unless the merchant objects. One
/// that is held back itself waits, so that the index of what is due holds nothing that cannot be sent.
pub(crate) const NOTICE_ADD: &str =
    "insert into notice (reference_no, version, id, merchant_id, created_at, state,
    attempts, round_attempts, next_attempt_at, lease_until, holds_back, about)
    values ($1, $2, $3, $4, $5, case when exists (
        select 1 from notice e where e.reference_no = $1 and e.version < $2
        and e.state in ('pending', 'waiting') and e.holds_back = 1) then 'waiting' else 'pending' end,
    0, 0, $5, 0, 1, $6)";

pub(super) fn notice_add(id: NoticeId, notice: Notice, merchant: MerchantId, at: Timestamp) -> Step {
    let sql = if notice.version == FIRST { NOTICE_FIRST } else { NOTICE_ADD };
    let values = values![
        notice.reference_no.into_string(),
        notice.version,
        id.into_string(),
        merchant.into_string(),
        at.ms(),
        notice.about.word(),
    ];
    Step::run(sql, values)
}

pub(crate) const NOTICE_LEASE: &str = "update notice set lease_until = $5
    where reference_no = $1 and version = $2 and id = $3
    and state = 'pending' and lease_until = $4 and lease_until <= $6";

pub(super) fn notice_lease(
    key: NoticeKey,
    seen_lease_until: Timestamp,
    lease_until: Timestamp,
    now: Timestamp,
) -> Step {
    let NoticeKey { reference_no, version, id } = key;
    let (seen, until) = (seen_lease_until.ms(), lease_until.ms());
    let values = values![reference_no.into_string(), version, id.into_string(), seen, until, now.ms()];
    Step::guarded(NOTICE_LEASE, values, Refused::LostRace)
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
pub(crate) const NOTICE_JUDGE: &str = "update notice set
    attempts = $4, round_attempts = round_attempts + 1, last_status = coalesce($5, last_status), lease_until = 0,
    state = case when state = 'superseded' and $6 <> 'delivered' then state else $6 end,
    next_attempt_at = coalesce($7, next_attempt_at), holds_back = coalesce($8, holds_back)
    where reference_no = $1 and version = $2 and id = $3";

/// What the merchant did not want to hear earlier is old news once it heard something later.
pub(crate) const NOTICE_SUPERSEDE: &str = "update notice set state = 'superseded'
    where reference_no = $1 and version < $2 and state = 'pending' and holds_back = 0";

/// Once a notice holds back no more, the first one that waited for it and for nothing else is due.
pub(crate) const NOTICE_RELEASE: &str = "update notice set state = 'pending'
    where reference_no = $1 and state = 'waiting' and not exists (
        select 1 from notice e where e.reference_no = notice.reference_no and e.version < notice.version
        and e.state in ('pending', 'waiting') and e.holds_back = 1)";

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
    to.push(Step::guarded(NOTICE_JUDGE, values, Refused::LostRace));
    if state == NoticeState::Delivered {
        to.push(Step::run(NOTICE_SUPERSEDE, values![reference_no.clone(), version]));
    }
    let still_holds_back = matches!(next, Next::Retry { holds_back_later: true, .. });
    if !still_holds_back {
        to.push(Step::run(NOTICE_RELEASE, values![reference_no]));
    }
}

/// The lease stays: an attempt that is under way is not doubled by asking for another.
pub(crate) const NOTICE_RESEND: &str = "update notice
    set state = 'pending', next_attempt_at = $4, round_attempts = 0, holds_back = 1
    where reference_no = $1 and version = $2 and id = $3";

pub(super) fn notice_resend(key: NoticeKey, at: Timestamp) -> Step {
    let NoticeKey { reference_no, version, id } = key;
    let values = values![reference_no.into_string(), version, id.into_string(), at.ms()];
    Step::guarded(NOTICE_RESEND, values, Refused::LostRace)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[NOTICE_FIRST, NOTICE_ADD, NOTICE_LEASE, NOTICE_JUDGE, NOTICE_SUPERSEDE, NOTICE_RELEASE, NOTICE_RESEND];
