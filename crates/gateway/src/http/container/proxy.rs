//! Carries a mini app's requests to its own server and its answers back.
//!
//! Only origins that the container has opened are reached, and those are on this machine. Nothing is followed, kept or
//! decoded on the way; a page is read in full, because the container's script has to be put into it.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::registry::{MiniApp, MiniApps};
use super::rewrite;
use crate::app::App;
use crate::http::page::asset;

/// The most bytes of a request's body, and of a page that the script is put into.
const BYTES_MAX: usize = 10 * 1024 * 1024;

/// Answers a request for a mini app's host name.
pub(crate) async fn proxy(app: Arc<App>, request: Request) -> Response {
    if request.uri().path() == rewrite::SCRIPT_PATH {
        return asset::GP_CONTAINER_JS.answer(HeaderValue::from_static("no-cache"));
    }
    let Some(mini_apps) = app.sandbox.as_ref().map(|controls| &controls.mini_apps) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(mini_app) = mini_apps.find(host) else {
        let container = format!("{}/container", app.public_url);
        let text = format!("No mini app is open under this name. Open it from {container} again.\n");
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    match carry(mini_apps, &mini_app, request).await {
        Ok(answer) => answer,
        Err((status, reason)) => {
            tracing::info!(origin = mini_app.origin, reason, "a mini app's request was not carried");
            (status, format!("The mini app at {} cannot be shown: {reason}.\n", mini_app.origin))
                .into_response()
        }
    }
}

/// Why a request was not carried, with the status that says so.
type Refused = (StatusCode, String);

async fn carry(mini_apps: &MiniApps, mini_app: &MiniApp, request: Request) -> Result<Response, Refused> {
    let bad_gateway = |reason: String| (StatusCode::BAD_GATEWAY, reason);
    let client =
        mini_apps.client().ok_or_else(|| bad_gateway("the HTTP client could not be set up".to_owned()))?;
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    if !target.starts_with('/') {
        return Err((StatusCode::BAD_REQUEST, "the request names no path".to_owned()));
    }
    let body = axum::body::to_bytes(body, BYTES_MAX)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, format!("a request may have {BYTES_MAX} bytes")))?;
    let answer = client
        .request(head.method.clone(), format!("{}{target}", mini_app.origin))
        .headers(rewrite::request_headers(&head.headers, mini_app))
        .body(body)
        .send()
        .await
        .map_err(|error| bad_gateway(described(&error)))?;
    let (mut parts, body) = axum::http::Response::<reqwest::Body>::from(answer).into_parts();
    parts.headers = rewrite::answer_headers(&parts.headers, mini_app);
    // Whatever the mini app's server speaks, this connection speaks HTTP/1.1.
    parts.version = axum::http::Version::HTTP_11;
    if head.method == Method::HEAD || !is_page(&parts.headers) {
        return Ok(Response::from_parts(parts, Body::new(body)));
    }
    let page = axum::body::to_bytes(Body::new(body), BYTES_MAX)
        .await
        .map_err(|_| bad_gateway(format!("the page broke off or has more than {BYTES_MAX} bytes")))?;
    parts.headers.remove(CONTENT_LENGTH);
    let page = Bytes::from(rewrite::with_script(&page, &mini_app.container));
    Ok(Response::from_parts(parts, Body::from(page)))
}

/// Whether an answer is a page that the script can be put into.
fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_html = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"));
    is_html && !headers.contains_key(CONTENT_ENCODING)
}

/// An error with its causes: the last of them is the one that helps ("connection refused").
fn described(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text
}
