//! The consent page: a customer links the account to a merchant, or does not, and goes back to the merchant.
//!
//! The link carries the whole request, sealed. The form is guarded as the review page's is, and it may lead to one other
//! site: that of the URL which the merchant registered.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use lunas_snap::service::Service;
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use super::asset;
use super::form::{self, Browser, Form};
use super::language::Language;
use super::link::Link;
use super::respond;
use super::text::Text;
use super::view::{Frame, NoticePage, State, masked};
use crate::app::App;
use crate::app::consent::{CONSENT_PATH, ConsentRequest};
use crate::flow::attempt::{self, Visitor};
use crate::flow::consent::{self, Consent, Refusal};
use crate::http::peer::Peer;
use crate::http::too_many::check_attempt;
use crate::span;

/// What the merchant is told when the customer says no.
const REFUSED: (&str, &str) = ("4041004", "Transaction Cancelled. the customer did not link the account");

/// A customer is asked to link the account.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    frame: Frame,
    action: String,
    token: String,
    merchant: &'a str,
    phone: String,
    asks_for_otp: bool,
    error: Option<String>,
}

/// One request for the page.
struct Visit {
    app: Arc<App>,
    reference: String,
    lang: Option<String>,
    headers: HeaderMap,
    peer: Option<Peer>,
}

pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let visit = Visit::new(app, query.as_deref(), headers, peer);
    match visit.find().await {
        Ok((request, consent)) => visit.ask(&request, &consent, StatusCode::OK, None),
        Err(answer) => *answer,
    }
}

pub(super) async fn act(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visit = Visit::new(app, query.as_deref(), headers, peer);
    let form = Form::read(&body);
    if form::is_from_elsewhere(&visit.headers) {
        return visit.notice(StatusCode::FORBIDDEN, None, |text| (text.refused, text.consent_elsewhere));
    }
    let (request, consent) = match visit.find().await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let Some(cookie) = form.sender(&visit.app, &visit.headers, &request.id) else {
        let stale = visit.text(&request).error_consent_stale;
        return visit.ask(&request, &consent, StatusCode::UNPROCESSABLE_ENTITY, Some(stale.to_owned()));
    };
    match form.action.as_str() {
        "cancel" => {
            let (code, description) = REFUSED;
            back(&request, &[("errorCode", code), ("errorDesc", description), ("success", "false")])
        }
        _ => {
            let visitor = form::visitor(&visit.app, &visit.headers, visit.peer, cookie);
            visit.give(&request, &consent, &form, &visitor).await
        }
    }
}

impl Visit {
    fn new(app: Arc<App>, query: Option<&str>, headers: HeaderMap, peer: Option<Extension<Peer>>) -> Self {
        let first = |name: &str| {
            let mut pairs = parse(query.unwrap_or_default().as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let (reference, lang) = (first("referenceId").unwrap_or_default(), first("lang"));
        Self { app, reference, lang, headers, peer: peer.map(|Extension(peer)| peer) }
    }

    /// The request that the link carries, or the page that says that there is none.
    async fn find(&self) -> Result<(ConsentRequest, Consent), Box<Response>> {
        let words: fn(&'static Text) -> _ = |text| (text.consent_gone, text.consent_gone_text);
        let Some(request) = self.app.consent_request(&self.reference) else {
            return Err(Box::new(self.notice(StatusCode::NOT_FOUND, None, words)));
        };
        match consent::view(&self.app, &request).await {
            Ok(Some(consent)) => {
                span::note_merchant(&consent.merchant.id);
                Ok((request, consent))
            }
            Ok(None) => Err(Box::new(self.notice(StatusCode::NOT_FOUND, Some(&request), words))),
            Err(error) => Err(Box::new(self.unavailable(&error.to_string()))),
        }
    }

    async fn give(
        &self,
        request: &ConsentRequest,
        consent: &Consent,
        form: &Form,
        visitor: &Visitor,
    ) -> Response {
        let text = self.text(request);
        let again = |status, told: String| self.ask(request, consent, status, Some(told));
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        let otp = form.otp();
        let Some(pin) = form.pin().filter(|_| otp.is_some() || consent.customer.otp.is_none()) else {
            return again(wrong, text.error_consent_incomplete.to_owned());
        };
        if let Some((seconds, until)) = check_attempt(&self.app, &consent.customer.customer.phone) {
            return respond::after(seconds, again(StatusCode::TOO_MANY_REQUESTS, text.too_many(until)));
        }
        let error = match consent::give(&self.app, request, visitor, otp, pin).await {
            Ok(code) => return back(request, &[("authCode", code.expose()), ("success", "true")]),
            Err(error) => error,
        };
        let refusal = match error.into_refusal() {
            Ok(refusal) => refusal,
            Err(reason) => return self.unavailable(&reason),
        };
        match refusal {
            Refusal::Wrong(left) => again(wrong, text.wrong(text.error_otp_or_pin, left)),
            Refusal::Attempt(attempt::Refusal::TooMany(until)) => again(wrong, text.too_many(until)),
            Refusal::Attempt(attempt::Refusal::Busy) => {
                respond::soon(again(StatusCode::SERVICE_UNAVAILABLE, text.error_consent_busy.to_owned()))
            }
            Refusal::NotFound => self.notice(StatusCode::NOT_FOUND, Some(request), |text| {
                (text.consent_gone, text.consent_gone_text)
            }),
        }
    }

    fn ask(
        &self,
        request: &ConsentRequest,
        consent: &Consent,
        status: StatusCode,
        error: Option<String>,
    ) -> Response {
        if let Some(error) = &error {
            span::fails_for(error);
        }
        let browser = Browser::known_or_new(&self.app, &self.headers);
        let page = ConsentPage {
            frame: self.frame(Some(request), State::Asking),
            action: self.href(self.lang.as_deref()),
            token: browser.token(&self.app, &request.id),
            merchant: &consent.merchant.name,
            phone: masked(&request.phone),
            asks_for_otp: consent.customer.otp.is_some(),
            error,
        };
        let answer = respond::page_leading_to(status, &page, &site_of(&request.redirect_url));
        browser.remember(&self.app, answer)
    }

    fn text(&self, request: &ConsentRequest) -> &'static Text {
        Text::of(self.language(Some(request)))
    }

    fn language(&self, request: Option<&ConsentRequest>) -> Language {
        let merchants = request.map(|request| request.language.as_str());
        Language::choose(self.lang.as_deref(), merchants, &self.headers)
    }

    fn unavailable(&self, reason: &str) -> Response {
        span::fails_for(reason);
        self.notice(StatusCode::SERVICE_UNAVAILABLE, None, |text| {
            (text.unavailable, text.consent_unavailable)
        })
    }

    fn notice(
        &self,
        status: StatusCode,
        request: Option<&ConsentRequest>,
        words: fn(&'static Text) -> (&'static str, &'static str),
    ) -> Response {
        span::fails_for(words(Text::of(Language::English)).0);
        let is_down = status == StatusCode::SERVICE_UNAVAILABLE;
        let frame = self.frame(request, if is_down { State::Unavailable } else { State::Error });
        let (title, sentence) = words(frame.text);
        let again = is_down.then(|| self.href(self.lang.as_deref()));
        respond::page(status, &NoticePage { frame, title, sentence, detail: None, again })
    }

    fn frame(&self, request: Option<&ConsentRequest>, state: State) -> Frame {
        let language = self.language(request);
        let other_href = self.href(Some(language.other().tag()));
        Frame { other_href, ..Frame::new(&self.app, language, &Link::default(), state) }
    }

    fn href(&self, lang: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("referenceId", &self.reference);
        if let Some(lang) = lang {
            query.append_pair("lang", lang);
        }
        format!("{CONSENT_PATH}?{}", query.finish())
    }
}

/// The page for a browser whose merchant asked (10) in a way that leads nowhere, not even back to the merchant.
pub(crate) fn refused(
    app: &App,
    query: &str,
    headers: &HeaderMap,
    status: StatusCode,
    detail: String,
) -> Response {
    let lang = parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, lang)| lang);
    let language = Language::choose(None, lang.as_deref(), headers);
    let is_ours = status.is_server_error();
    let state = if is_ours { State::Unavailable } else { State::Error };
    let href = |language: Language| {
        let others = parse(query.as_bytes()).filter(|(name, _)| name != "lang");
        let mut query = Serializer::new(String::new());
        query.extend_pairs(others).append_pair("lang", language.tag());
        format!("{}?{}", Service::AuthCode.path(), query.finish())
    };
    let frame =
        Frame { other_href: href(language.other()), ..Frame::new(app, language, &Link::default(), state) };
    let text = frame.text;
    let (title, sentence) = match is_ours {
        true => (text.unavailable, text.consent_unavailable),
        false => (text.link_refused, text.link_refused_text),
    };
    let again = is_ours.then(|| href(language));
    respond::page(status, &NoticePage { frame, title, sentence, detail: Some(detail), again })
}

/// Back to the merchant, with what came of it and the merchant's own state.
fn back(request: &ConsentRequest, outcome: &[(&str, &str)]) -> Response {
    match Url::parse(&request.redirect_url) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(outcome).append_pair("state", &request.state);
            respond::see_other(url.as_str())
        }
        Err(_) => respond::see_other(CONSENT_PATH),
    }
}

/// What a policy calls the place that a form's answer leads to: a site, or an app's scheme.
fn site_of(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => "'self'".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_one_site_or_one_app() {
        let check = |url: &str, expected: &str| assert_eq!(site_of(url), expected);
        check("https://shop.example/return?x=1", "https://shop.example");
        check("http://127.0.0.1:3000/return", "http://127.0.0.1:3000");
        check("shopapp://pay/done", "shopapp:");
        check("no url", "'self'");
    }
}
