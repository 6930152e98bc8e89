//! One `X-EXTERNAL-ID`, one operation: whoever calls again gets the first answer, whatever has become of it since.
//!
//! A call that fails is looked at here before it is refused, because idempotency comes before the rules. What a call
//! says is compared by value; how that is told from its spelling is the wire's.

use std::time::Duration;

use lunas_domain::replay::{self, KeptAnswer, Repetition, ReplayKey};
use lunas_store::{Changes, Unavailable, Write};
use lunas_vocab::{ExternalId, ReferenceNo, Timestamp};

use super::{Error, Family};
use crate::app::App;

/// A call under an id of its own, and what it is recognised by when it is repeated.
#[derive(Clone, Debug)]
pub struct IdempotentCall {
    /// The key.
    pub key: ReplayKey,
    /// What it says: the same for calls that say the same, and without what only proves who asks.
    pub request: Vec<u8>,
}

impl IdempotentCall {
    /// Takes the key and keeps the answer. `opened` is the payment that the call opened, if it did.
    pub(super) fn claim(&self, answer: &[u8], opened: Option<ReferenceNo>, now: Timestamp) -> Write {
        self.claim_kept(KeptAnswer::Whole(answer.to_vec()), opened, now)
    }

    /// Takes the key and keeps so much of the answer.
    pub(super) fn claim_kept(
        &self,
        answer: KeptAnswer,
        opened: Option<ReferenceNo>,
        now: Timestamp,
    ) -> Write {
        let (key, request, body) = (self.key.clone(), self.request.clone(), answer.into_bytes());
        Write::ReplayClaim { key, request, body, opened, now, kept_until: replay::kept_until(now) }
    }

    /// Takes the key and keeps the answer for so long.
    pub(super) fn claim_for(&self, life: Duration, answer: &[u8], now: Timestamp) -> Write {
        let (key, request, body) = (self.key.clone(), self.request.clone(), answer.to_vec());
        Write::ReplayClaim { key, request, body, opened: None, now, kept_until: now.plus(life) }
    }

    /// Takes the key of a call that is never answered again: nothing is kept of what it says, nor of its answer, which
    /// may hold a customer's token.
    pub(super) fn claim_once(&self, now: Timestamp, kept_until: Timestamp) -> Write {
        let key = self.key.clone();
        Write::ReplayClaim { key, request: Vec::new(), body: Vec::new(), opened: None, now, kept_until }
    }

    /// Takes the key of a reading call for the rest of the day.
    pub(super) async fn take_for_today<R: Family>(&self, app: &App, now: Timestamp) -> Result<(), Error<R>> {
        let claim = self.claim_once(now, replay::taken_until(now));
        Ok(app.store.commit(Changes::new().with(claim)).await?)
    }

    /// The answer, or the first one when the call is a repetition; else why it did not go through, or that its external
    /// id stands for another call.
    pub(super) async fn replayed_answer<R>(
        &self,
        app: &App,
        worked: Result<Vec<u8>, Error<R>>,
    ) -> Result<Vec<u8>, Error<R>> {
        whole(self.replayed(app, worked).await?)
    }

    /// The answer, or what is kept of the first one when the call is a repetition.
    pub(super) async fn replayed<R>(
        &self,
        app: &App,
        worked: Result<Vec<u8>, Error<R>>,
    ) -> Result<KeptAnswer, Error<R>> {
        match worked {
            Ok(answer) => Ok(KeptAnswer::Whole(answer)),
            Err(error) => same(self.repetition(app, error).await?),
        }
    }

    /// The answer of a call that is not repeated: an id that succeeded before is a conflict, whatever else is wrong by
    /// now.
    pub(super) async fn answer_once<R>(
        &self,
        app: &App,
        worked: Result<Vec<u8>, Error<R>>,
    ) -> Result<Vec<u8>, Error<R>> {
        match worked {
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.repetition(app, error).await?;
                Err(Error::KeyTaken)
            }
        }
    }

    /// For a call that asks for what was done before, under the same number of its merchant or its bank: the answer that
    /// it was given itself, if it was. A call whose external id stands for something else is refused.
    pub(super) async fn own_answer<R>(&self, app: &App) -> Result<Option<Vec<u8>>, Error<R>> {
        self.judged(app, &self.key).await?.map(|repetition| whole(same(repetition)?)).transpose()
    }

    /// The answer of the owner's call under another id, if that said the same.
    pub(super) async fn answer_under<R>(
        &self,
        app: &App,
        external_id: ExternalId,
    ) -> Result<Option<Vec<u8>>, Error<R>> {
        self.kept_under(app, external_id).await?.map(whole).transpose()
    }

    /// What is kept of the answer of the owner's call under another id, if that said the same.
    pub(super) async fn kept_under(
        &self,
        app: &App,
        external_id: ExternalId,
    ) -> Result<Option<KeptAnswer>, Unavailable> {
        let key = ReplayKey { external_id, ..self.key.clone() };
        Ok(match self.judged(app, &key).await? {
            Some(Repetition::Same(answer)) => Some(answer),
            Some(Repetition::Different(_)) | None => None,
        })
    }

    /// What a call that did not go through repeats, if anything. Idempotency comes before the rules: a repeated order
    /// whose time is long up still gets its first answer.
    async fn repetition<R>(&self, app: &App, error: Error<R>) -> Result<Repetition, Error<R>> {
        let error = match error {
            Error::Refused(refusal) => Error::Refused(refusal),
            Error::KeyTaken => {
                Error::Unavailable("the first answer expired while it was looked up".to_owned())
            }
            Error::Inconsistent(_) | Error::Unavailable(_) | Error::OutcomeUnknown | Error::InDoubt => {
                return Err(error);
            }
        };
        self.judged(app, &self.key).await?.ok_or(error)
    }

    /// What the call is beside the one with that key, if there was one.
    async fn judged(&self, app: &App, key: &ReplayKey) -> Result<Option<Repetition>, Unavailable> {
        let stored = app.store.replay_find(key, app.env.now()).await?;
        Ok(stored.map(|answer| answer.judge(&self.request)))
    }
}

/// The answer of a call that opened no payment, of which the whole is kept.
fn whole<R>(kept: KeptAnswer) -> Result<Vec<u8>, Error<R>> {
    match kept {
        KeptAnswer::Whole(answer) => Ok(answer),
        KeptAnswer::Mark(_) => {
            Err(Error::Unavailable("an answer is not kept that nobody can make".to_owned()))
        }
    }
}

/// What is kept of the first answer, for a call that says the same.
fn same<R>(repetition: Repetition) -> Result<KeptAnswer, Error<R>> {
    match repetition {
        Repetition::Same(answer) => Ok(answer),
        Repetition::Different(first) => Err(Error::Inconsistent(first)),
    }
}
