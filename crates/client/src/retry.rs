//! What to do after each attempt at a call, as pure code: nothing here sends, waits or reads a clock.
//!
//! Trying again is safe because an attempt repeats the `X-EXTERNAL-ID` and the body of the first one, and a gateway
//! carries out one id once. What needs care is the other side of it: an attempt without a clear answer may have been
//! carried out, and from then on only an answer about the payment itself clears the doubt.

use std::time::Duration;

use lunas_snap::code::{Case, ResponseCode};

/// The waits before the second attempt, the third and so on, each at its [longest](spread).
pub const DELAYS: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_millis(2_000), Duration::from_millis(5_000)];

/// The longest wait that a gateway may ask for (`Retry-After`) and get. A caller that would wait for longer is told instead,
/// and may be told for how long: [`Refusal::retry_after`](crate::Refusal::retry_after).
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(30);

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with a response code.
    Answered {
        /// The HTTP status; it should be the first three digits of the code.
        http: u16,
        /// The response code.
        code: ResponseCode,
        /// After how long the gateway asks to be called again, if it says so.
        retry_after: Option<Duration>,
    },
    /// An answer that is not BI-SNAP: a proxy's page, a torn body.
    Unreadable {
        /// The HTTP status.
        http: u16,
        /// After how long whoever answered asks to be called again, if it says so.
        retry_after: Option<Duration>,
    },
    /// No connection came about, so the gateway never saw the request.
    NotSent,
    /// The request went out, and no answer came back in time or at all.
    NoAnswer,
}

/// Whether a call changes anything at the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It asks. Nobody minds whether it was carried out.
    Reads,
    /// It charges or cancels.
    Changes,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Hand the answer to the caller: it was carried out.
    Accept,
    /// Fetch a new access token and try again at once.
    RenewToken,
    /// Try again, later.
    Again {
        /// How long to wait before.
        after: Duration,
    },
    /// Hand the failure to the caller: it was not carried out.
    Fail,
    /// Hand the doubt to the caller: it may have been carried out.
    Doubt,
}

/// One attempt, and what the ones before it left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The first one is 1. An attempt with a renewed token is not counted anew.
    pub number: u32,
    /// Whether the token was renewed for this call already.
    pub token_renewed: bool,
    /// Whether an earlier attempt may have been carried out.
    pub in_doubt: bool,
    /// What the call does.
    pub effect: Effect,
}

impl Attempt {
    /// The first attempt at a call.
    pub const fn first(effect: Effect) -> Self {
        Self { number: 1, token_renewed: false, in_doubt: false, effect }
    }

    /// The attempt after this one, given what came of this one and what was decided.
    #[must_use]
    pub fn following(self, outcome: &Outcome, decision: Decision) -> Self {
        let renewed = decision == Decision::RenewToken;
        Self {
            number: if renewed { self.number } else { self.number + 1 },
            token_renewed: self.token_renewed || renewed,
            in_doubt: self.in_doubt || self.leaves_doubt(outcome),
            effect: self.effect,
        }
    }

    fn leaves_doubt(self, outcome: &Outcome) -> bool {
        self.effect == Effect::Changes && outcome.may_be_carried_out()
    }
}

impl Outcome {
    /// Whether the request may have been carried out although no answer says so.
    pub fn may_be_carried_out(&self) -> bool {
        match self {
            Self::Answered { http, code, .. } => is_unclear(*http) || is_unclear(code.http()),
            Self::Unreadable { http, .. } => is_unclear(*http) || (200..300).contains(http),
            Self::NotSent => false,
            Self::NoAnswer => true,
        }
    }

    /// After how long it asks to be called again.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answered { retry_after, .. } | Self::Unreadable { retry_after, .. } => *retry_after,
            Self::NotSent | Self::NoAnswer => None,
        }
    }
}

/// Decides by the response code's class and case, and by HTTP status where there is no code. `delays` are the waits
/// between attempts: their number and one more is how many attempts there are. A wait is as long as the answer asks for
/// if that is longer; beyond [`RETRY_AFTER_MAX`] there is no further attempt, because one before that is refused.
pub fn next(attempt: Attempt, outcome: &Outcome, delays: &[Duration]) -> Decision {
    let again_or = |run_out: Decision| {
        let done = usize::try_from(attempt.number.saturating_sub(1)).unwrap_or(usize::MAX);
        let asked = outcome.retry_after().unwrap_or_default();
        let after = delays.get(done).filter(|_| asked <= RETRY_AFTER_MAX);
        after.map_or(run_out, |after| Decision::Again { after: asked.max(*after) })
    };
    let in_doubt = attempt.in_doubt || attempt.leaves_doubt(outcome);
    let failure = if in_doubt { Decision::Doubt } else { Decision::Fail };
    let (http, code) = match outcome {
        Outcome::NotSent | Outcome::NoAnswer => return again_or(failure),
        Outcome::Unreadable { http, .. } => (*http, None),
        Outcome::Answered { http, code, .. } => (*http, Some(code)),
    };
    let class = code.map_or(http, ResponseCode::http);
    if is_unclear(http) || is_unclear(class) || class == 429 {
        return again_or(failure);
    }
    let Some(code) = code else { return failure };
    if code.is_success() && (200..300).contains(&http) {
        return Decision::Accept;
    }
    match code.case() {
        Some(Case::InvalidToken | Case::TokenNotFound) if !attempt.token_renewed => Decision::RenewToken,
        // The id is taken by an earlier attempt of this very call, which the gateway is still busy with.
        Some(Case::Conflict) if in_doubt => again_or(Decision::Doubt),
        // These speak of the payment. Everything else speaks of this attempt, and clears up nothing about earlier ones.
        _ if matches!(class, 403 | 404) => Decision::Fail,
        _ => failure,
    }
}

/// The wait that is made of `after` by a number by chance: half of it at least, and no more than all of it. Merchants that
/// a gateway cut off at the same time would otherwise all come back at the same time.
pub fn spread(after: Duration, chance: u64) -> Duration {
    let half = after / 2;
    let span_us = u64::try_from((after - half).as_micros()).unwrap_or(u64::MAX - 1);
    half + Duration::from_micros(chance % (span_us + 1))
}

/// A status after which the request may or may not have been carried out.
fn is_unclear(http: u16) -> bool {
    http == 202 || http >= 500
}

#[cfg(test)]
mod tests;
