//! Why a call has no answer to give, in the kinds that a merchant acts on differently.

use std::sync::Arc;
use std::time::Duration;

use lunas_snap::code::{Case, ResponseCode};
use lunas_vocab::ExternalId;

/// What became of a call that did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The gateway refused. Nothing was carried out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The gateway could not be reached, or did not answer a question. Nothing was carried out.
    #[error("the gateway cannot be reached")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The attempts ran out and one of them may have been carried out. Call again with the same external id, or ask
    /// for the status by it; a new id could charge twice.
    #[error("it is not known whether {external_id} was carried out, after {attempts} attempts")]
    UnknownOutcome {
        /// The `X-EXTERNAL-ID` of every attempt.
        external_id: ExternalId,
        /// How many attempts there were.
        attempts: u32,
        /// What came of the last attempt.
        #[source]
        cause: Box<Error>,
    },
    /// The answer is not what the contract says.
    #[error("the answer (HTTP {http}) cannot be read: {reason}")]
    Unreadable {
        /// The HTTP status.
        http: u16,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no access token to call with. Shared, because many callers may have waited for the same one.
    #[error("no access token was given")]
    Token(#[source] Arc<Error>),
}

/// A refusal: the response code decides, the message is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("refused with {code}: {message}")]
pub struct Refusal {
    /// `responseCode`.
    pub code: ResponseCode,
    /// `responseMessage`; its words differ between gateways.
    pub message: String,
    /// The HTTP status.
    pub http: u16,
    /// After how long the gateway asks to be called again, if it says so.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// The case of the code, if the standard has it.
    pub fn case(&self) -> Option<Case> {
        self.code.case()
    }
}

impl Error {
    /// The refusal behind this error, also when it was that of the token or of the last attempt.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::UnknownOutcome { cause, .. } => cause.refusal(),
            Self::Token(cause) => cause.refusal(),
            Self::Transport(_) | Self::Unreadable { .. } => None,
        }
    }

    /// The case of the response code, if there is one.
    pub fn case(&self) -> Option<Case> {
        self.refusal().and_then(Refusal::case)
    }

    /// Whether the same call with the same external id may succeed later. The client has tried already.
    pub fn is_retryable(&self) -> bool {
        let is_passing = |http: u16| http == 429 || http >= 500;
        match self {
            Self::Refused(refusal) => is_passing(refusal.http) || is_passing(refusal.code.http()),
            Self::Unreadable { http, .. } => is_passing(*http),
            Self::Transport(_) | Self::UnknownOutcome { .. } => true,
            Self::Token(cause) => cause.is_retryable(),
        }
    }

    /// Whether the call may have been carried out. Until that is known its external id must not change.
    pub fn is_unknown_outcome(&self) -> bool {
        matches!(self, Self::UnknownOutcome { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str) -> Error {
        let code = ResponseCode::parse(code).unwrap();
        let http = code.http();
        Error::Refused(Refusal { code, message: "words".to_owned(), http, retry_after: None })
    }

    #[test]
    fn errors_tell_what_to_do_next() {
        let check = |error: Error, case: Option<Case>, is_retryable: bool, is_unknown: bool| {
            let found = (error.case(), error.is_retryable(), error.is_unknown_outcome());
            assert_eq!(found, (case, is_retryable, is_unknown), "{error:?}");
        };
        check(refused("4035414"), Some(Case::InsufficientFunds), false, false);
        // The service digits of another service change nothing.
        check(refused("4031014"), Some(Case::InsufficientFunds), false, false);
        check(refused("4295400"), Some(Case::TooManyRequests), true, false);
        check(refused("4995499"), None, false, false);
        check(Error::Token(Arc::new(refused("4017300"))), Some(Case::Unauthorized), false, false);
        check(Error::Transport("refused".into()), None, true, false);
        check(Error::Unreadable { http: 404, reason: String::new() }, None, false, false);
        let external_id = ExternalId::new("e-1").unwrap();
        let cause = Box::new(refused("5045400"));
        let unknown = Error::UnknownOutcome { external_id, attempts: 4, cause };
        assert_eq!(unknown.to_string(), "it is not known whether e-1 was carried out, after 4 attempts");
        check(unknown, Some(Case::Timeout), true, true);
    }
}
