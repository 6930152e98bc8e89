//! Carries a mini app's requests to its own server and its answers back.
//!
//! Only origins that the container has opened are reached, and those are on this machine. Nothing is followed, kept or
//! decoded on the way; a page is read in full, because the container's script has to be put into it.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use lunas_gateway::span;

use super::rewrite;
use crate::asset;
use crate::mini_apps::{MiniApp, MiniApps};
use crate::running::Running;

/// The most bytes of a request's body, and of a page that the script is put into.
const BYTES_MAX: usize = 10 * 1024 * 1024;

/// What pages are, as their servers call it.
const PAGE_TYPES: [&str; 2] = ["text/html", "application/xhtml+xml"];

/// Answers a request for a mini app's host name.
pub(crate) async fn proxy(sandbox: &Running, request: Request) -> Response {
    if request.uri().path() == rewrite::SCRIPT_PATH {
        return asset::GP_CONTAINER_JS.answer(HeaderValue::from_static("no-cache"));
    }
    let mini_apps = &sandbox.own.mini_apps;
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(mini_app) = mini_apps.find(host) else {
        let container = format!("{}/container", sandbox.app.public_url);
        let text = format!("No mini app is open under this name. Open it from {container} again.\n");
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    match carry(mini_apps, &mini_app, request).await {
        Ok(answer) => answer,
        Err((status, reason)) => {
            let text = format!("The mini app at {} cannot be shown: {reason}.\n", mini_app.origin);
            span::fails_for(text.trim_end());
            (status, text).into_response()
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
        .headers(rewrite::request_headers(&head.method, &head.headers, mini_app))
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
    if let Some(reason) = not_injectable(&parts.headers) {
        return Err(bad_gateway(reason));
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
    let kind = kind(headers);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    PAGE_TYPES.iter().any(|page| kind.eq_ignore_ascii_case(page))
}

fn kind(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// Why the script cannot be put into a page, if it cannot. A page without its bridge would only look as if it worked.
fn not_injectable(headers: &HeaderMap) -> Option<String> {
    let coded = headers.get_all(CONTENT_ENCODING).iter().map(|coding| coding.to_str().unwrap_or("?"));
    let coding = coded.flat_map(|codings| codings.split(',')).map(str::trim);
    if let Some(coding) = coding.into_iter().find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Some(format!(
            "its page is compressed ({coding}) although the container asked for one that is not, so window.gpContainer \
             cannot be put into it; compress nothing that came without Accept-Encoding"
        ));
    }
    let charset = kind(headers).split(';').skip(1).filter_map(|part| part.trim().split_once('='));
    let mut charset = charset.filter(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let charset = charset.next().map(|(_, charset)| charset.trim_matches('"').to_ascii_lowercase());
    charset.filter(|charset| ["utf-16", "utf-32", "ucs-2"].iter().any(|wide| charset.starts_with(wide))).map(|charset| {
        format!("its page is written in {charset}, so window.gpContainer cannot be put into it; write it in UTF-8")
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_what_cannot_have_the_script_says_so() {
        let check = |kind: &'static str, coding: Option<&'static str>, page: bool, reason: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            if let Some(coding) = coding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
            assert_eq!(is_page(&headers), page, "{kind}");
            let said = not_injectable(&headers);
            assert_eq!(said.is_some(), reason.is_some(), "{kind} {coding:?}: {said:?}");
            assert!(said.unwrap_or_default().contains(reason.unwrap_or_default()), "{kind} {coding:?}");
        };
        check("text/html", None, true, None);
        check("Text/HTML; Charset=\"UTF-8\"", None, true, None);
        check("text/html; charset=iso-8859-1", Some("identity"), true, None);
        check("application/xhtml+xml", None, true, None);
        check("text/html", Some("gzip"), true, Some("compressed (gzip)"));
        check("text/html", Some("identity, br"), true, Some("compressed (br)"));
        check("text/html; charset=UTF-16LE", None, true, Some("written in utf-16le"));
        check("text/plain", None, false, None);
        check("text/htmlx", None, false, None);
    }
}
