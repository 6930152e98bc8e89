//! What is said where no handler has anything to say: every refusal has a body, and its sentence says what to do.
//!
//! A program gets a BI-SNAP body, whatever it called, so that an SDK which was given a wrong base URL shows a sentence
//! and not a parser's error. A browser gets a page. What is wrong with a client's call itself is the pipeline's to say.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lunas_snap::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use lunas_snap::message::error::ErrorAnswer;
use serde_json::json;

use super::extension::Extension;
use crate::app::{App, ids};
use crate::http::arrival::Arrival;
use crate::http::near::{self, no_such_path, shown};
use crate::http::person::{Stranded, wants_page};
use crate::http::reply;
use crate::pages::language::Language;
use crate::pages::{self, start};
use crate::span;

/// The most bytes of what a handler said in plain text.
const REASON_MAX: usize = 4096;

/// Marks the answer to a path that leads nowhere.
#[derive(Clone, Copy, Debug)]
struct Nowhere;

/// Answers what no path takes.
pub(super) async fn nowhere() -> Response {
    let mut answer = StatusCode::NOT_FOUND.into_response();
    answer.extensions_mut().insert(Nowhere);
    answer
}

/// What has to be known of a request after it has been answered.
pub(super) struct Asked {
    method: Method,
    uri: Uri,
    wants_page: bool,
    language: Language,
    arrival: Option<Arc<Arrival>>,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            wants_page: wants_page(request.method(), headers),
            language: Language::choose(None, None, headers),
            arrival: request.extensions().get::<Arc<Arrival>>().cloned(),
        }
    }
}

/// Gives a refusal the body that it lacks; every other answer stays as it is.
pub(super) async fn finish(
    app: &App,
    extension: Option<&dyn Extension>,
    paths: &[String],
    asked: &Asked,
    request_id: &str,
    answer: Response,
) -> Response {
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) || says_enough(&answer) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let reason = axum::body::to_bytes(body, REASON_MAX).await.unwrap_or_default();
    let reason = String::from_utf8_lossy(&reason).into_owned();
    let status = if asked.arrival.as_ref().is_some_and(|arrival| arrival.was_late()) {
        StatusCode::REQUEST_TIMEOUT
    } else {
        status
    };
    let right = parts.extensions.get::<Nowhere>().is_some().then(|| near::nearest(asked.uri.path(), paths));
    let allowed = parts.headers.get(ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let detail = match &right {
        Some(right) => no_such_path(asked.method.as_str(), asked.uri.path(), right.as_ref()),
        None => detail(app, status, asked, allowed, &reason),
    };
    span::fails_for(&detail);
    let said = if asked.wants_page {
        let right = right.flatten().filter(|right| !right.is_template());
        start::refused(app, status, asked.language, right.as_ref().map(near::Right::path))
    } else if extension.is_some_and(|extension| extension.answers_plainly(asked.uri.path())) {
        (status, axum::Json(json!({"error": detail}))).into_response()
    } else {
        reply::json(app, status, request_id, snap_body(status, &detail))
    };
    let (said_parts, body) = said.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(said_parts.headers);
    parts.status = status;
    Response::from_parts(parts, body)
}

/// Puts a page in the place of a refusal that a customer's browser would show as it is.
pub(super) fn seen(app: &App, mut answer: Response) -> Response {
    let Some(stranded) = answer.extensions_mut().remove::<Stranded>() else { return answer };
    let Stranded { query, headers, detail } = stranded;
    let mut page = pages::link_refused(app, &query, &headers, answer.status(), detail);
    // What ties the answer to the log, and the methods that are taken, are the same for both.
    for (name, value) in answer.headers() {
        if !page.headers().contains_key(name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// Pages and JSON are somebody's own words. Nothing, or a library's plain text, is not.
fn says_enough(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    answer.body().size_hint().exact() != Some(0) && !kind.is_empty() && !kind.starts_with("text/plain")
}

/// What to do about a refusal of a path that is there.
fn detail(app: &App, status: StatusCode, asked: &Asked, allowed: &str, reason: &str) -> String {
    let limits = &app.config.server;
    let path = shown(asked.uri.path());
    let mut text = match status {
        StatusCode::NOT_FOUND => format!("there is nothing at {path}, or no longer; ask for a new link"),
        StatusCode::GONE => format!("{path} was there and is over; ask for a new one"),
        StatusCode::METHOD_NOT_ALLOWED => {
            format!("{} {path} is not offered; call it with {allowed}", asked.method)
        }
        StatusCode::REQUEST_TIMEOUT => {
            format!("the body did not arrive within {} seconds; send it at once", limits.body_timeout_seconds)
        }
        StatusCode::PAYLOAD_TOO_LARGE => format!("the body is larger than {path} takes; send less"),
        status if status.is_server_error() => {
            "something failed on the gateway's side; try again in a moment".to_owned()
        }
        _ => format!("the request to {path} cannot be used; see the documentation of what it takes"),
    };
    let is_new = status != StatusCode::REQUEST_TIMEOUT && status != StatusCode::PAYLOAD_TOO_LARGE;
    if is_new && !reason.trim().is_empty() {
        text = reason.trim().to_owned();
    }
    text
}

/// A BI-SNAP body for any status. A status that the standard has no case for keeps its digits and its name.
fn snap_body(status: StatusCode, detail: &str) -> Vec<u8> {
    let case = match status.as_u16() {
        400 => Some(Case::BadRequest),
        403 => Some(Case::FeatureNotAllowed),
        404 => Some(Case::InvalidRouting),
        405 => Some(Case::FunctionNotSupported),
        429 => Some(Case::TooManyRequests),
        500 => Some(Case::InternalServerError),
        504 => Some(Case::Timeout),
        _ => None,
    };
    let answer = match case {
        Some(case) => ErrorAnswer::new(reply::NO_SERVICE, &Failure::with(case, detail)),
        None => {
            let code = ResponseCode::parse(&format!("{}{}00", status.as_u16(), reply::NO_SERVICE));
            let message = format!("{}. {detail}", status.canonical_reason().unwrap_or("Refused"));
            ErrorAnswer {
                code: code.expect("a status has three digits"),
                message: message.chars().take(MESSAGE_MAX).collect(),
                reference_no: None,
            }
        }
    };
    answer.write().to_compact().into_bytes()
}

/// The whole answer, as bytes, to what cannot be read as a request: it reaches no path.
pub(crate) fn unreadable(app: &App, status: u16) -> Vec<u8> {
    let limits = &app.config.server;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let (headers, bytes) = (limits.headers_max, limits.header_max_bytes);
    let detail = match status {
        StatusCode::REQUEST_TIMEOUT => {
            format!(
                "the headers did not arrive within {} seconds; send the request at once",
                limits.header_timeout_seconds
            )
        }
        StatusCode::URI_TOO_LONG | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            format!("a request may have {headers} headers, and {bytes} bytes up to its body; send less")
        }
        _ => "this is no HTTP/1.1 request: check its first line, its headers and Content-Length".to_owned(),
    };
    whole(app, status, &detail)
}

/// The whole answer to a request in plain HTTP where only TLS is spoken.
pub(crate) fn unencrypted(app: &App) -> Vec<u8> {
    let detail = format!("this port takes https only; call {}", app.public_url);
    whole(app, StatusCode::BAD_REQUEST, &detail)
}

fn whole(app: &App, status: StatusCode, detail: &str) -> Vec<u8> {
    let body = snap_body(status, detail);
    let answer = reply::json(app, status, &ids::request_id(&app.env), Vec::new());
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in answer.headers() {
        let _ = write!(text, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    let _ = write!(text, "content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [text.into_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_every_status_has_a_code_of_its_own_digits() {
        for status in (400..=431).chain(500..=511).filter_map(|status| StatusCode::from_u16(status).ok()) {
            let body = String::from_utf8(snap_body(status, &"x".repeat(300))).unwrap();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let code = body["responseCode"].as_str().unwrap();
            assert!(code.len() == 7 && code.starts_with(status.as_str()), "{status}: {code}");
            assert!(body["responseMessage"].as_str().unwrap().chars().count() <= MESSAGE_MAX);
        }
    }
}
