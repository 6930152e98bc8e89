//! What the gateway does: read what is needed, let the domain decide, make everything that follows durable in one
//! commit. Flows know nothing of HTTP or of the wire; pages, clients' calls, workers and sandbox controls all come
//! through here.

pub mod attempt;
pub mod balance;
pub mod consent;
pub mod history;
pub mod idempotency;
pub mod link;
pub mod notification;
pub mod payment;
pub mod pre_auth;
mod race;
pub mod refund;
pub mod return_url;
pub mod review;
mod search;
pub mod status;
pub mod upkeep;
pub mod virtual_account;

use lunas_store::{CommitError, Unavailable};

/// Why a flow changed nothing: a reason of its family's own, `R`, or one that any flow may meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error<R> {
    /// The rules do not let it, or what it is about is not there.
    Refused(R),
    /// The call's external id was used before, and nothing is given again for it.
    KeyTaken,
    /// The call's external id was used before, for something else: this is what that call said.
    Inconsistent(Vec<u8>),
    /// The store is out of reach, or could not decide in time; nothing is known to have happened.
    Unavailable(String),
    /// The store went away while it was making the change durable: it may have happened or not.
    OutcomeUnknown,
    /// What the call is about is not there, and may be among what was answered and cannot be seen for the moment.
    InDoubt,
}

/// The reasons that a family of flows has of its own.
pub trait Family: Sized {
    /// What a guard of the store says to the family. None where no flow of it expects that guard: then it is a matter of
    /// the store, not of the caller.
    fn of_guard(_guard: &CommitError) -> Option<Self> {
        None
    }

    /// Whether it says that what a call is about is not there.
    fn is_absence(&self) -> bool {
        false
    }
}

impl<R> Error<R> {
    /// The same, as a wider family has it.
    pub fn map<S>(self, wider: impl FnOnce(R) -> S) -> Error<S> {
        match self {
            Self::Refused(refusal) => Error::Refused(wider(refusal)),
            Self::KeyTaken => Error::KeyTaken,
            Self::Inconsistent(first) => Error::Inconsistent(first),
            Self::Unavailable(reason) => Error::Unavailable(reason),
            Self::OutcomeUnknown => Error::OutcomeUnknown,
            Self::InDoubt => Error::InDoubt,
        }
    }

    /// The family's own reason; or else, for the log, what keeps the gateway from carrying out what claims no key.
    pub fn into_refusal(self) -> Result<R, String> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            Self::Unavailable(reason) => Err(reason),
            Self::OutcomeUnknown => Err(OUTCOME_UNKNOWN.to_owned()),
            Self::InDoubt => Err(IN_DOUBT.to_owned()),
            Self::KeyTaken | Self::Inconsistent(_) => Err("a replay key was claimed out of turn".to_owned()),
        }
    }
}

/// What the log says where nobody can say what became of a commit.
pub(crate) const OUTCOME_UNKNOWN: &str =
    "the store went away during the commit; it is not known whether the change was made";

/// What the log says where nobody can say whether something is there.
pub(crate) const IN_DOUBT: &str = "it is not there, and a node of the cluster has changes in doubt or does not answer: it may be one of them";

impl<R: Family> From<R> for Error<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R> From<Unavailable> for Error<R> {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl<R: Family> From<CommitError> for Error<R> {
    fn from(refused: CommitError) -> Self {
        if let Some(refusal) = R::of_guard(&refused) {
            return Self::Refused(refusal);
        }
        match refused {
            CommitError::Replay => Self::KeyTaken,
            CommitError::OutcomeUnknown => Self::OutcomeUnknown,
            CommitError::Unavailable(error) => error.into(),
            CommitError::OrderTaken
            | CommitError::LostRace
            | CommitError::InsufficientFunds
            | CommitError::AccountFull
            | CommitError::TooManyPinAttempts
            | CommitError::NumberTaken
            | CommitError::Exists { .. } => Self::Unavailable(refused.to_string()),
        }
    }
}
