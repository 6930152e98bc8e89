//! A client's call as it came in, what it says of itself, and the line of the log that it has if it fails.

use std::net::IpAddr;

use axum::http::{HeaderMap, request};
use lunas_snap::code::Failure;
use lunas_snap::header;
use lunas_snap::json::Value;
use lunas_snap::service::Service;

use crate::env::Stopwatch;
use crate::span;

/// A call whose bytes arrived whole and parsed.
pub(crate) struct Received<'a> {
    /// Which service it is for.
    pub service: Service,
    /// The id that ties the answer and the log together.
    pub request_id: &'a str,
    /// The method as it was sent: the signature covers it.
    pub method: &'a str,
    /// Path and query as they were sent: the signature covers both.
    pub path: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The other end of the connection.
    pub peer: Option<IpAddr>,
    /// The body as it was sent.
    pub raw: &'a [u8],
    /// The body as JSON.
    pub body: &'a Value,
}

/// The first value of a header that is text and not blank; some senders add an empty line of the same name.
pub(crate) fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .map(str::trim)
        .find(|text| !text.is_empty())
}

/// Notes in the call's span by which ids its body says what it is about.
pub(super) fn note_names(body: &Value) {
    let Some(members) = body.as_object() else { return };
    let (mut reference_no, mut partner_reference_no) = (None, None);
    for (name, value) in members.iter() {
        match name {
            "referenceNo" | "originalReferenceNo" => reference_no = value.as_str(),
            "partnerReferenceNo" | "originalPartnerReferenceNo" | "trxId" => {
                partner_reference_no = value.as_str()
            }
            _ => {}
        }
    }
    span::note_sent(reference_no, partner_reference_no);
}

/// The one line of a call that fails: the reason that was noted on the way, or what the caller is told.
pub(super) fn log_failure(parts: &request::Parts, stopwatch: Stopwatch, failure: &Failure) {
    let of = |name| text_of(&parts.headers, name);
    let (partner_id, debug_id) = (of(header::X_PARTNER_ID), of(header::DEBUG_ID));
    let (path, http) = (parts.uri.path(), failure.case.http());
    let elapsed_us = stopwatch.elapsed_us();
    let reason = || span::reason().unwrap_or_else(|| failure.message());
    if http >= 500 {
        tracing::error!(partner_id, debug_id, path, http, elapsed_us, reason = reason(), "failed");
    } else {
        tracing::info!(partner_id, debug_id, path, http, elapsed_us, reason = reason(), "refused");
    }
}
