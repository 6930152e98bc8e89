//! The page where a wallet's customer pastes what a QR code says. It leads to the review page, which asks and pays.
//!
//! The form changes nothing, so it needs no proof of where it came from.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use url::form_urlencoded::parse;

use super::language::Language;
use super::link::Link;
use super::respond;
use super::text::Text;
use super::view::{Frame, ScanPage, State};
use crate::app::App;
use crate::app::link::{LinkKind, SCAN_PATH};
use crate::qr::scan::{ScanRefusal, scan};
use crate::span;

/// The empty form; a link that names its payment leads there at once.
pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let link = Link::read(query.as_deref());
    if app.reference_of(&link.tref).is_some() {
        return respond::see_other(&link.href());
    }
    ask(&app, &link, &headers, String::new(), None, StatusCode::OK)
}

/// Looks for the payment that was scanned.
pub(super) async fn find(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let link = Link::read(query.as_deref());
    let content = parse(&body).find(|(name, _)| name == "qr").map(|(_, value)| value.into_owned());
    let content = content.unwrap_or_default();
    let (sentence, status): (fn(&'static Text) -> &'static str, _) = match scan(&app, &content).await {
        Ok(review) => {
            let tref = app.tref(&review.payment.reference_no, LinkKind::Scan);
            return respond::see_other(&Link { tref, ..link }.href());
        }
        Err(ScanRefusal::Unreadable(_)) => (|text| text.error_code, StatusCode::UNPROCESSABLE_ENTITY),
        Err(ScanRefusal::NotOurs) => (|text| text.error_code_unknown, StatusCode::NOT_FOUND),
        Err(ScanRefusal::Unavailable(reason)) => {
            span::fails_for(&reason);
            (|text| text.unavailable_text, StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    ask(&app, &link, &headers, content, Some(sentence), status)
}

fn ask(
    app: &App,
    link: &Link,
    headers: &HeaderMap,
    content: String,
    mistake: Option<fn(&'static Text) -> &'static str>,
    status: StatusCode,
) -> Response {
    let language = Language::choose(link.lang.as_deref(), None, headers);
    let href = |language: Language| format!("{SCAN_PATH}?lang={}", language.tag());
    let state = State::Asking;
    let frame = Frame { other_href: href(language.other()), ..Frame::new(app, language, link, state) };
    if let Some(sentence) = mistake {
        span::fails_for(sentence(Text::of(Language::English)));
    }
    let error = mistake.map(|sentence| sentence(frame.text));
    respond::page(status, &ScanPage { action: href(language), content, error, frame })
}
