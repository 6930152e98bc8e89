//! What is said where no handler has anything to say: every refusal has a body, and its sentence says what to do.
//!
//! A program gets a BI-SNAP body, whatever it called, so that an SDK which was given a wrong base URL shows a sentence
//! and not a parser's error. A browser gets a page. What is wrong with a partner's call itself is the pipeline's to say.

mod near;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri, request};
use axum::response::{IntoResponse, Response};
use lunas_snap::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use lunas_snap::message::error::ErrorAnswer;
use lunas_snap::service::Service;
use serde_json::json;

use super::page::edge;
use super::page::language::Language;
use super::reply;
use crate::app::{App, ids};
use crate::wire;

/// The most characters of a path that are repeated in a sentence.
const SHOWN_MAX: usize = 36;
/// The most bytes of what a handler said in plain text.
const REASON_MAX: usize = 4096;
/// The sandbox's controls, whose refusals have a form of their own.
const CONTROLS: &str = "/sandbox/v1/";

/// How a request's body arrives. The server keeps the time and notes it here.
#[derive(Debug, Default)]
pub(crate) struct Arrival(AtomicU8);

const WHOLE: u8 = 1;
const LATE: u8 = 2;

impl Arrival {
    /// Notes that all of it was read.
    pub(crate) fn is_whole(&self) {
        self.0.store(WHOLE, Ordering::Relaxed);
    }

    /// Notes that its time is over.
    pub(crate) fn is_late(&self) {
        self.0.store(LATE, Ordering::Relaxed);
    }

    /// Whether there is, or may be, something of it that nobody has read.
    pub(crate) fn is_unread(&self) -> bool {
        self.0.load(Ordering::Relaxed) != WHOLE
    }

    fn was_late(&self) -> bool {
        self.0.load(Ordering::Relaxed) == LATE
    }
}

/// A body's time is over.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive within {seconds} seconds")]
pub(crate) struct TooSlow {
    /// The limit.
    pub(crate) seconds: u64,
}

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

/// Whether a person looks at the answer. Some HTTP libraries accept `text/html` by themselves, but they do not open a page
/// or send a form.
pub(super) fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = || text(CONTENT_TYPE).to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let is_visit = method == Method::GET || method == Method::HEAD || is_form();
    is_visit && text(ACCEPT).to_ascii_lowercase().contains("text/html")
}

/// Gives a refusal the body that it lacks; every other answer stays as it is.
pub(super) async fn finish(app: &App, paths: &[String], asked: &Asked, answer: Response) -> Response {
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
    tracing::info!(method = %asked.method, path = asked.uri.path(), status = status.as_u16(), detail, "refused");
    let said = if asked.wants_page {
        let right = right.flatten().filter(|right| !right.is_template());
        edge::refused(app, status, asked.language, right.as_ref().map(near::Right::path))
    } else if asked.uri.path().starts_with(CONTROLS) && app.sandbox.is_some() {
        (status, axum::Json(json!({"error": detail}))).into_response()
    } else {
        reply::json(app, status, &ids::request_id(&app.env), snap_body(status, &detail))
    };
    let (said_parts, body) = said.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(said_parts.headers);
    parts.status = status;
    Response::from_parts(parts, body)
}

/// Pages and JSON are somebody's own words. Nothing, or a library's plain text, is not.
fn says_enough(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    answer.body().size_hint().exact() != Some(0) && !kind.is_empty() && !kind.starts_with("text/plain")
}

/// The refusal of a partner's path that is not there.
pub(super) fn unknown_service(parts: &request::Parts) -> Failure {
    let path = parts.uri.path();
    let right = near::nearest(path, &[]);
    Failure::with(Case::InvalidRouting, no_such_path(parts.method.as_str(), path, right.as_ref()))
}

fn no_such_path(method: &str, path: &str, right: Option<&near::Right<'_>>) -> String {
    if let Some(service) = Service::find(path).filter(|service| !service.inbound()) {
        return format!("the gateway calls {} at the merchant's URL; nobody calls it here", service.path());
    }
    let shown = shown(path);
    match right {
        Some(near::Right::Service(service)) => {
            format!("call {} {}; this gateway has no {shown}", service.method(), service.path())
        }
        Some(near::Right::Page(page)) => format!("call {page}; this gateway has no {shown}"),
        None => format!("this gateway has no {method} {shown}; calls go to paths like /v1.0/debit/status"),
    }
}

fn shown(path: &str) -> String {
    let mut shown: String = path.chars().take(SHOWN_MAX).collect();
    if path.chars().count() > SHOWN_MAX {
        shown.push('…');
    }
    shown
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
    wire::bytes(&answer.write())
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
    fn r4_a_person_opens_a_page_or_sends_a_form_and_a_program_does_neither() {
        let check = |method: Method, headers: &[(&'static str, &'static str)], expected: bool| {
            let headers = headers.iter().map(|(name, value)| {
                (axum::http::HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
            });
            assert_eq!(wants_page(&method, &headers.collect()), expected);
        };
        let browser = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        check(Method::GET, &[browser], true);
        check(Method::HEAD, &[browser], true);
        check(Method::POST, &[browser, ("content-type", "application/x-www-form-urlencoded")], true);
        check(Method::POST, &[browser, ("content-type", "application/json")], false);
        check(Method::POST, &[browser], false);
        check(Method::GET, &[("accept", "*/*")], false);
        check(Method::GET, &[("accept", "application/json")], false);
        check(Method::GET, &[], false);
    }

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
