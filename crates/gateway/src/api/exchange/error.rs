//! Why a call's road ends before its answer, and what the caller is told of it.

use lunas_snap::code::{Case, Failure};
use lunas_snap::field::FieldError;
use lunas_snap::fingerprint;
use lunas_snap::json::Value;
use lunas_snap::service::Service;
use lunas_store::Unavailable;

use crate::flow;
use crate::span;
use crate::wire::refusal::{self, AsFailure};

/// Why there is no answer. Whatever a road meets becomes one by `?`; how its service says it is decided at the end.
pub(in crate::api) enum Error {
    /// The call itself is wrong.
    Call(Failure),
    /// Its flow changed nothing.
    Flow(flow::Error<Box<dyn AsFailure + Send>>),
}

impl Error {
    /// What the caller is told says nothing of the inside; the call's line of the log does.
    pub(in crate::api) fn into_failure(self, service: Service, body: &Value) -> Failure {
        let error = match self {
            Self::Call(failure) => return failure,
            Self::Flow(error) => error,
        };
        match error {
            flow::Error::Refused(refusal) => refusal.as_failure(service),
            flow::Error::KeyTaken => refusal::key_taken(),
            flow::Error::Inconsistent(first) => {
                refusal::inconsistent(service, &fingerprint::difference(&first, body))
            }
            flow::Error::Unavailable(reason) => {
                span::fails_for(&reason);
                Failure::new(Case::InternalServerError)
            }
            // What the standard calls a time-out: whoever gets it asks for the status.
            flow::Error::OutcomeUnknown => {
                span::fails_for(flow::OUTCOME_UNKNOWN);
                Failure::new(Case::Timeout)
            }
            // The same: a query that is repeated is answered.
            flow::Error::InDoubt => {
                span::fails_for(flow::IN_DOUBT);
                Failure::new(Case::Timeout)
            }
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Call(error.into())
    }
}

impl From<Unavailable> for Error {
    fn from(error: Unavailable) -> Self {
        Self::Flow(error.into())
    }
}

impl<R: AsFailure + Send + 'static> From<flow::Error<R>> for Error {
    fn from(error: flow::Error<R>) -> Self {
        Self::Flow(error.map(|refusal| -> Box<dyn AsFailure + Send> { Box::new(refusal) }))
    }
}
