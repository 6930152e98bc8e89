//! A partner's call as it came in, and what its headers say.

use std::net::IpAddr;

use axum::http::HeaderMap;
use lunas_snap::json::Value;
use lunas_snap::service::Service;

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
