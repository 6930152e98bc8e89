//! One HTTP exchange: what goes out, what comes back, and what may have happened when nothing does.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use lunas_snap::json::{self, Value};
use lunas_snap::message::error::ErrorAnswer;
use lunas_snap::service::Service;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

use crate::retry::Outcome;
use crate::{Error, Refusal};

/// The most bytes of an answer that are read. Real ones have a few hundred.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

/// What one attempt came to.
pub(crate) enum Exchange {
    /// A BI-SNAP answer, of whatever code.
    Answered { http: u16, head: ErrorAnswer, body: Value, retry_after: Option<Duration> },
    /// An answer of some other kind, and what is wrong with it.
    Unreadable { http: u16, reason: String, retry_after: Option<Duration> },
    /// No connection.
    NotSent(reqwest::Error),
    /// No answer.
    NoAnswer(reqwest::Error),
}

impl Exchange {
    /// What the retry policy goes by.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Answered { http, head, retry_after, .. } => {
                Outcome::Answered { http: *http, code: head.code.clone(), retry_after: *retry_after }
            }
            Self::Unreadable { http, retry_after, .. } => {
                Outcome::Unreadable { http: *http, retry_after: *retry_after }
            }
            Self::NotSent(_) => Outcome::NotSent,
            Self::NoAnswer(_) => Outcome::NoAnswer,
        }
    }

    /// The exchange as a failure.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Answered { http, head, .. } if head.code.is_success() && !(200..300).contains(&http) => {
                Error::Unreadable { http, reason: format!("its response code {} says otherwise", head.code) }
            }
            Self::Answered { http, head, retry_after, .. } => {
                Error::Refused(Refusal { code: head.code, message: head.message, http, retry_after })
            }
            Self::Unreadable { http, reason, .. } => Error::Unreadable { http, reason },
            Self::NotSent(source) | Self::NoAnswer(source) => Error::Transport(source.into()),
        }
    }
}

/// Sends one request and reads its answer.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    base_url: &Url,
    service: Service,
    headers: HeaderMap,
    body: Bytes,
) -> Exchange {
    let mut url = base_url.clone();
    url.set_path(service.path());
    let sent = http.post(url).headers(headers).body(body).send().await;
    let mut response = match sent {
        Ok(response) => response,
        Err(source) if source.is_connect() || source.is_builder() => return Exchange::NotSent(source),
        Err(source) => return Exchange::NoAnswer(source),
    };
    let http = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut text = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if text.len() + chunk.len() > ANSWER_BYTES_MAX => {
                return Exchange::Unreadable {
                    http,
                    reason: format!("it has over {ANSWER_BYTES_MAX} bytes"),
                    retry_after,
                };
            }
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            Ok(None) => return read(http, retry_after, &text),
            Err(source) => return Exchange::NoAnswer(source),
        }
    }
}

/// What `Retry-After` says in seconds. Its other form, a date, says nothing without a clock that both sides agree on.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn read(http: u16, retry_after: Option<Duration>, text: &[u8]) -> Exchange {
    let body = match json::parse(text) {
        Ok(body) => body,
        Err(error) => return Exchange::Unreadable { http, reason: error.to_string(), retry_after },
    };
    match ErrorAnswer::read(&body) {
        Ok(head) => Exchange::Answered { http, head, body, retry_after },
        Err(error) => Exchange::Unreadable { http, reason: error.to_string(), retry_after },
    }
}

/// A header that holds a token or a signature and is kept out of logs.
pub(crate) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
