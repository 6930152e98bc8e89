//! One `X-EXTERNAL-ID`, one operation: whoever calls again gets the first answer, whatever has become of it since.
//!
//! A call that fails is looked at here before it is refused, because idempotency comes before the rules. What a call
//! says is compared by value; how that is told from its spelling is the wire's.

use lunas_domain::replay::{self, Repetition, ReplayKey};
use lunas_store::{CommitError, Write};
use lunas_vocab::{ReferenceNo, Timestamp};

use super::Refusal;
use crate::app::App;

/// How often a flow that lost a race looks again before it gives up.
pub(super) const RACES_MAX: u32 = 8;

/// What a call is recognised by when it is repeated.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The key.
    pub key: ReplayKey,
    /// What it says: the same for calls that say the same, and without what only proves who asks.
    pub request: Vec<u8>,
}

/// Takes the call's key. `opened` is the payment it opened, if it did.
pub(super) fn claim(
    repeatable: &Repeatable,
    answer: &[u8],
    opened: Option<ReferenceNo>,
    now: Timestamp,
) -> Write {
    Write::ReplayClaim {
        key: repeatable.key.clone(),
        request: repeatable.request.clone(),
        body: answer.to_vec(),
        opened,
        now,
        kept_until: replay::kept_until(now),
    }
}

/// Takes the key of a call that is never answered again: nothing is kept of what it says, nor of its answer, which may
/// hold a customer's token.
pub(super) fn claim_once(key: ReplayKey, now: Timestamp, kept_until: Timestamp) -> Write {
    Write::ReplayClaim { key, request: Vec::new(), body: Vec::new(), opened: None, now, kept_until }
}

/// Why an attempt at a repeatable call did not go through.
pub(super) enum Attempt {
    /// Its key is taken.
    Replay,
    /// Anything else.
    Refused(Refusal),
}

impl Attempt {
    /// Why an attempt that claims no key did not go through.
    pub(super) fn without_key(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Replay => Refusal::Unavailable("a replay key was claimed out of turn".to_owned()),
        }
    }
}

impl From<Refusal> for Attempt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<CommitError> for Attempt {
    fn from(refused: CommitError) -> Self {
        match refused {
            CommitError::Replay => Self::Replay,
            other => Self::Refused(other.into()),
        }
    }
}

/// The answer, or the first one when the call is a repetition; else why it did not go through, or that its external id
/// stands for another call.
pub(super) async fn first_answer(
    app: &App,
    repeatable: &Repeatable,
    worked: Result<Vec<u8>, Attempt>,
) -> Result<Vec<u8>, Refusal> {
    match worked {
        Ok(answer) => Ok(answer),
        Err(attempt) => match repetition(app, repeatable, attempt).await? {
            Repetition::Same(answer) => Ok(answer),
            Repetition::Different(first) => Err(Refusal::Inconsistent(first)),
        },
    }
}

/// Whether a call that did not go through is a repetition. Idempotency comes before the rules: a repeated order whose
/// time is long up still gets its first answer.
pub(super) async fn repetition(
    app: &App,
    repeatable: &Repeatable,
    attempt: Attempt,
) -> Result<Repetition, Refusal> {
    let refusal = match attempt {
        Attempt::Refused(unavailable @ (Refusal::Unavailable(_) | Refusal::OutcomeUnknown)) => {
            return Err(unavailable);
        }
        Attempt::Refused(refusal) => refusal,
        Attempt::Replay => Refusal::Unavailable("the first answer expired while it was looked up".to_owned()),
    };
    let stored = app.store.replay_find(&repeatable.key, app.env.now()).await?;
    stored.map(|answer| answer.judge(&repeatable.request)).ok_or(refusal)
}

/// For a call that asks for what was done before, under the same number of its merchant or its bank: the answer that it
/// was given itself, if it was. A call whose external id stands for something else is refused.
pub(super) async fn own_answer(app: &App, repeatable: &Repeatable) -> Result<Option<Vec<u8>>, Refusal> {
    let stored = app.store.replay_find(&repeatable.key, app.env.now()).await?;
    match stored.map(|answer| answer.judge(&repeatable.request)) {
        None => Ok(None),
        Some(Repetition::Same(answer)) => Ok(Some(answer)),
        Some(Repetition::Different(first)) => Err(Refusal::Inconsistent(first)),
    }
}

/// The answer of the call with that key, if it said the same.
pub(super) async fn answer_of(
    app: &App,
    key: &ReplayKey,
    repeatable: &Repeatable,
) -> Result<Option<Vec<u8>>, Refusal> {
    let stored = app.store.replay_find(key, app.env.now()).await?;
    Ok(match stored.map(|answer| answer.judge(&repeatable.request)) {
        Some(Repetition::Same(answer)) => Some(answer),
        Some(Repetition::Different(_)) | None => None,
    })
}
