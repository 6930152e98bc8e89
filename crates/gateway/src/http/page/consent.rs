//! The consent page: a customer links the account to a merchant, or does not, and goes back to the merchant.
//!
//! The link carries the whole request, sealed. The form is guarded as the review page's is, and it may lead to one other
//! site: that of the URL which the merchant registered.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
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
use crate::flow::Refusal;
use crate::flow::consent::{self, Consent, ConsentRefusal};

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
    error: Option<&'static str>,
}

/// Picks a sentence out of a language.
type Sentence = fn(&'static Text) -> &'static str;

/// One request for the page.
struct Visit {
    app: Arc<App>,
    reference: String,
    lang: Option<String>,
    headers: HeaderMap,
}

pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let visit = Visit::new(app, query.as_deref(), headers);
    match visit.find().await {
        Ok((request, consent)) => visit.ask(&request, &consent, None),
        Err(answer) => *answer,
    }
}

pub(super) async fn act(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visit = Visit::new(app, query.as_deref(), headers);
    let form = Form::read(&body);
    if form::is_from_elsewhere(&visit.headers) {
        return visit.notice(StatusCode::FORBIDDEN, None, |text| (text.refused, text.consent_elsewhere));
    }
    let (request, consent) = match visit.find().await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if !form.is_ours(&visit.app, &visit.headers, &request.id) {
        return visit.ask(&request, &consent, Some(|text| text.error_consent_stale));
    }
    match form.action.as_str() {
        "cancel" => {
            let (code, description) = REFUSED;
            back(&request, &[("errorCode", code), ("errorDesc", description), ("success", "false")])
        }
        _ => visit.give(&request, &consent, &form).await,
    }
}

impl Visit {
    fn new(app: Arc<App>, query: Option<&str>, headers: HeaderMap) -> Self {
        let first = |name: &str| {
            let mut pairs = parse(query.unwrap_or_default().as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        Self { app, reference: first("referenceId").unwrap_or_default(), lang: first("lang"), headers }
    }

    /// The request that the link carries, or the page that says that there is none.
    async fn find(&self) -> Result<(ConsentRequest, Consent), Box<Response>> {
        let words: fn(&'static Text) -> _ = |text| (text.consent_gone, text.consent_gone_text);
        let Some(request) = self.app.consent_request(&self.reference) else {
            return Err(Box::new(self.notice(StatusCode::NOT_FOUND, None, words)));
        };
        match consent::view(&self.app, &request).await {
            Ok(consent) => Ok((request, consent)),
            Err(Refusal::Unavailable(reason)) => Err(Box::new(self.unavailable(&reason))),
            Err(_) => Err(Box::new(self.notice(StatusCode::NOT_FOUND, Some(&request), words))),
        }
    }

    async fn give(&self, request: &ConsentRequest, consent: &Consent, form: &Form) -> Response {
        let otp = form.otp();
        let Some(pin) = form.pin().filter(|_| otp.is_some() || consent.customer.otp.is_none()) else {
            return self.ask(request, consent, Some(|text| text.error_consent_incomplete));
        };
        let sentence: Sentence = match consent::give(&self.app, request, otp, pin).await {
            Ok(code) => return back(request, &[("authCode", code.expose()), ("success", "true")]),
            Err(ConsentRefusal::WrongOtpOrPin) => |text| text.error_otp_or_pin,
            Err(ConsentRefusal::TooManyAttempts) => |text| text.error_too_many,
            Err(ConsentRefusal::NotFound) => |text| text.consent_gone_text,
            Err(ConsentRefusal::Unavailable(reason)) => return self.unavailable(&reason),
        };
        self.ask(request, consent, Some(sentence))
    }

    fn ask(&self, request: &ConsentRequest, consent: &Consent, mistake: Option<Sentence>) -> Response {
        let frame = self.frame(Some(request), State::Asking);
        let browser = Browser::known_or_new(&self.app, &self.headers);
        let error = mistake.map(|sentence| sentence(frame.text));
        let page = ConsentPage {
            action: self.href(self.lang.as_deref()),
            token: browser.token(&self.app, &request.id),
            merchant: &consent.merchant.name,
            phone: masked(&request.phone),
            asks_for_otp: consent.customer.otp.is_some(),
            error,
            frame,
        };
        let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let answer = respond::page_leading_to(status, &page, &site_of(&request.redirect_url));
        browser.remember(&self.app, answer)
    }

    fn unavailable(&self, reason: &str) -> Response {
        tracing::error!(reason, "the consent page could not reach what it shows");
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
        let is_down = status == StatusCode::SERVICE_UNAVAILABLE;
        let frame = self.frame(request, if is_down { State::Unavailable } else { State::Error });
        let (title, sentence) = words(frame.text);
        let again = is_down.then(|| self.href(self.lang.as_deref()));
        respond::page(status, &NoticePage { frame, title, sentence, again })
    }

    fn frame(&self, request: Option<&ConsentRequest>, state: State) -> Frame {
        let merchants = request.map(|request| request.language.as_str());
        let language = Language::choose(self.lang.as_deref(), merchants, &self.headers);
        let other_href = self.href(Some(language.other().tag()));
        Frame { other_href, ..Frame::new(language, &Link::default(), state) }
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
