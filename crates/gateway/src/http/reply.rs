//! Answers to clients: a SNAP body, its HTTP status and the headers that the standard asks for.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use lunas_snap::code::Failure;
use lunas_snap::message::error::ErrorAnswer;
use lunas_snap::service::Service;

use crate::app::App;

static X_TIMESTAMP: HeaderName = HeaderName::from_static("x-timestamp");
static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service's digits where a request reached no service.
pub(crate) const NO_SERVICE: &str = "00";

/// An answer with that status and body.
pub(crate) fn json(app: &App, status: StatusCode, request_id: &str, body: Vec<u8>) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // The machine's time, so that a client whose clock is off can see it.
    let texts = [(&X_TIMESTAMP, app.env.wall().to_snap()), (&X_REQUEST_ID, request_id.to_owned())];
    for (name, text) in texts {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    answer
}

/// Puts the id of a request into its answer.
pub(crate) fn identify(answer: &mut Response, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        answer.headers_mut().insert(&X_REQUEST_ID, value);
    }
}

/// A refusal. Its HTTP status is the first three digits of its code. All of them are made here, so it is here that they are
/// counted.
pub(crate) fn refusal(app: &App, service: Option<Service>, request_id: &str, failure: &Failure) -> Response {
    app.tally.answered(service, failure.case);
    // The services about tokens and accounts give a trace id with their errors; other bodies must not show a
    // `referenceNo`, which there names a transaction.
    let gives_trace = matches!(
        service,
        Some(
            Service::AccessTokenB2b
                | Service::AuthCode
                | Service::AccountBinding
                | Service::AccountInquiry
                | Service::AccountUnbinding
        )
    );
    let trace = gives_trace.then(|| request_id.to_owned());
    let body = ErrorAnswer {
        reference_no: trace,
        ..ErrorAnswer::new(service.map_or(NO_SERVICE, Service::code), failure)
    };
    let status = StatusCode::from_u16(body.code.http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = json(app, status, request_id, body.write().to_compact().into_bytes());
    if let Some(seconds) = failure.retry_after_seconds {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let (405, Some(service)) = (status.as_u16(), service)
        && let Ok(method) = HeaderValue::from_str(service.method())
    {
        answer.headers_mut().insert(ALLOW, method);
    }
    answer
}
