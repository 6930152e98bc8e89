//! How a control answers: plain JSON, or a refusal for people to read.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lunas_gateway::span;
use lunas_store::{CommitError, Unavailable};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What a control did, or why it did nothing.
pub(super) type Answer = Result<Json<Value>, Refused>;

/// A refusal: its status, and a sentence that says what to do.
#[derive(Debug)]
pub(super) struct Refused(StatusCode, String);

impl Refused {
    /// The order is not usable.
    pub(super) fn bad(reason: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.into())
    }

    /// There is no such thing.
    pub(super) fn missing(reason: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, reason.into())
    }

    /// Things are not so that it could be done.
    pub(super) fn conflict(reason: impl Into<String>) -> Self {
        Self(StatusCode::CONFLICT, reason.into())
    }

    /// It cannot be done now.
    pub(super) fn unavailable(reason: impl ToString) -> Self {
        let reason = reason.to_string();
        span::fails_for(&reason);
        Self(StatusCode::SERVICE_UNAVAILABLE, reason)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, reason) = self;
        (status, Json(json!({"error": reason}))).into_response()
    }
}

impl From<Unavailable> for Refused {
    fn from(error: Unavailable) -> Self {
        Self::unavailable(error)
    }
}

impl From<CommitError> for Refused {
    fn from(error: CommitError) -> Self {
        Self::unavailable(error)
    }
}

/// Reads a control's JSON body by hand, so that an absent body and an absent content type mean "nothing special".
pub(super) fn body<T: DeserializeOwned + Default>(raw: &[u8]) -> Result<T, Refused> {
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Ok(T::default());
    }
    serde_json::from_slice(raw).map_err(|error| Refused::bad(format!("the body is not usable: {error}")))
}
