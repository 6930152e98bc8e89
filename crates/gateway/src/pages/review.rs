//! The review page: what `webRedirectUrl` opens, or a scanned code leads to, and where a customer pays or says no.
//!
//! Every post ends in a redirect to the page itself, which then shows where the payment stands; only what the customer
//! can put right is answered at once. The page works without its script, which adds a countdown and the news of a payment
//! that was made on the phone meanwhile.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lunas_domain::ledger::PayOption;
use lunas_domain::payment::Status;
use lunas_vocab::{Phone, ReferenceNo};

use super::form::{self, Browser, Form};
use super::language::Language;
use super::link::Link;
use super::respond;
use super::text::Text;
use super::view::{Frame, Line, LinkedLine, Mistake, NoticePage, ResultPage, ReviewPage, State};
use crate::app::App;
use crate::app::link::{LinkKind, SCAN_PATH};
use crate::flow::attempt::{self, Visitor};
use crate::flow::review::{self, Refusal, Review};
use crate::flow::{Error, payment};
use crate::http::peer::Peer;
use crate::http::too_many::check_attempt;
use crate::qr::image;
use crate::span;

/// One request for the page: everything but the payment.
struct Visit {
    app: Arc<App>,
    link: Link,
    headers: HeaderMap,
    peer: Option<Peer>,
}

/// The payment that a link names, and what the link lets its holder do.
struct Found {
    review: Review,
    kind: LinkKind,
}

pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let visit = Visit::new(app, query.as_deref(), headers, peer);
    match visit.find().await {
        Ok(found) if found.review.payment.status == Status::Pending => {
            visit.ask(&found, &Form::default(), StatusCode::OK, None)
        }
        Ok(Found { review, .. }) => {
            let page = ResultPage::of(&visit.app, &review, visit.language(Some(&review)), &visit.link);
            respond::page(StatusCode::OK, &page)
        }
        Err(answer) => *answer,
    }
}

/// The picture of a code that leads a phone to this page.
pub(super) async fn picture(Shared(app): Shared<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let link = Link::read(query.as_deref());
    let text = format!("{}{}", app.public_url, link.href());
    if app.reference_of(&link.tref).is_none() || text.len() > image::TEXT_MAX {
        return StatusCode::NOT_FOUND.into_response();
    }
    respond::private("image/svg+xml", image::svg(&text))
}

/// How the payment stands, in one word.
pub(super) async fn state(Shared(app): Shared<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let link = Link::read(query.as_deref());
    let Some((reference_no, _)) = app.reference_of(&link.tref) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match review::view(&app, &reference_no).await {
        Ok(Some(review)) => {
            respond::private("text/plain", State::Payment(review.payment.status).word().to_owned())
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            span::fails_for(&error.to_string());
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
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
        return visit.notice(StatusCode::FORBIDDEN, State::Error, |text| (text.refused, text.refused_text));
    }
    let found = match visit.find().await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if found.review.payment.status != Status::Pending {
        return respond::see_other(&visit.link.href());
    }
    let Some(cookie) = form.sender(&visit.app, &visit.headers, &visit.link.tref) else {
        let stale = Mistake::elsewhere(visit.text(&found.review).error_stale);
        return visit.ask(&found, &form, StatusCode::UNPROCESSABLE_ENTITY, Some(stale));
    };
    match (form.action.as_str(), found.kind) {
        ("cancel", LinkKind::Review) => visit.cancel(&found.review.payment.reference_no).await,
        ("cancel", LinkKind::Scan) => visit
            .notice(StatusCode::FORBIDDEN, State::Error, |text| (text.refused, text.scan_refuses_nothing)),
        _ => {
            let visitor = form::visitor(&visit.app, &visit.headers, visit.peer, cookie);
            visit.pay(&found, &form, &visitor).await
        }
    }
}

impl Visit {
    fn new(app: Arc<App>, query: Option<&str>, headers: HeaderMap, peer: Option<Extension<Peer>>) -> Self {
        Self { app, link: Link::read(query), headers, peer: peer.map(|Extension(peer)| peer) }
    }

    /// The payment that the link names, or the page that says that there is none.
    async fn find(&self) -> Result<Found, Box<Response>> {
        let Some((reference_no, kind)) = self.app.reference_of(&self.link.tref) else {
            return Err(Box::new(self.not_found()));
        };
        match review::view(&self.app, &reference_no).await {
            Ok(Some(review)) => Ok(Found { review, kind }),
            Ok(None) => Err(Box::new(self.not_found())),
            Err(error) => Err(Box::new(self.unavailable(&error.to_string()))),
        }
    }

    async fn pay(&self, found: &Found, form: &Form, visitor: &Visitor) -> Response {
        let Review { payment, payer, .. } = &found.review;
        let text = self.text(&found.review);
        let number = match payer {
            Some(payer) => Some(payer.customer.phone.clone()),
            None => form.attempt().and_then(|(phone, _)| Phone::normalise(phone)),
        };
        if let Some((seconds, until)) = number.and_then(|number| check_attempt(&self.app, &number)) {
            let mistake = Mistake::elsewhere(text.too_many(until));
            let page = self.ask(found, form, StatusCode::TOO_MANY_REQUESTS, Some(mistake));
            return respond::after(seconds, page);
        }
        let again = |mistake| self.ask(found, form, StatusCode::UNPROCESSABLE_ENTITY, Some(mistake));
        let (reference_no, is_linked) = (&payment.reference_no, payer.is_some());
        let paid = if is_linked {
            let Some(pin) = form.pin() else {
                return again(Mistake::in_account(text.error_pin_missing));
            };
            review::pay_linked(&self.app, reference_no, visitor, pin).await
        } else {
            let Some((phone, pin)) = form.attempt() else {
                return again(Mistake::in_account(text.error_incomplete));
            };
            let option = form.option.unwrap_or(PayOption::Wallet);
            review::pay(&self.app, reference_no, visitor, phone, pin, option).await
        };
        let wrong = if is_linked { text.error_pin } else { text.error_phone_or_pin };
        let Err(error) = paid else { return respond::see_other(&self.link.href()) };
        let refusal = match error.into_refusal() {
            Ok(refusal) => refusal,
            Err(reason) => return self.unavailable(&reason),
        };
        match refusal {
            Refusal::Over(_) => respond::see_other(&self.link.href()),
            Refusal::NotFound | Refusal::OtherAccount => self.not_found(),
            Refusal::NoPhone => again(Mistake::in_account(text.error_phone)),
            Refusal::Wrong(left) => again(Mistake::in_account(text.wrong(wrong, left))),
            Refusal::Attempt(attempt::Refusal::TooMany(until)) => {
                again(Mistake::elsewhere(text.too_many(until)))
            }
            Refusal::Attempt(attempt::Refusal::Busy) => {
                let busy = Mistake::elsewhere(text.error_busy);
                respond::soon(self.ask(found, form, StatusCode::SERVICE_UNAVAILABLE, Some(busy)))
            }
            Refusal::InsufficientFunds => again(Mistake::elsewhere(text.error_funds)),
            Refusal::PayLaterNotEnabled | Refusal::OptionNotOffered => {
                again(Mistake::elsewhere(text.method(payment.method).error_pay_later))
            }
        }
    }

    async fn cancel(&self, reference_no: &ReferenceNo) -> Response {
        match review::decline(&self.app, reference_no).await.map_err(Error::into_refusal) {
            Ok(_) | Err(Ok(payment::Refusal::Move(_))) => respond::see_other(&self.link.href()),
            Err(Ok(payment::Refusal::NotFound | payment::Refusal::NamesOther(_))) => self.not_found(),
            Err(Err(reason)) => self.unavailable(&reason),
        }
    }

    /// The page with its form; after a mistake with what was filled in, except the PIN.
    fn ask(&self, found: &Found, form: &Form, status: StatusCode, error: Option<Mistake>) -> Response {
        if let Some(mistake) = &error {
            span::fails_for(&mistake.text);
        }
        let Review { payment, merchant, payer } = &found.review;
        let language = self.language(Some(&found.review));
        let frame = Frame::new(&self.app, language, &self.link, State::Payment(Status::Pending));
        let text = frame.text;
        let browser = Browser::known_or_new(&self.app, &self.headers);
        let method = payment.method;
        let page = ReviewPage {
            method: text.method(method),
            linked: payer.as_ref().map(|payer| LinkedLine::of(payer, method, text)),
            offers_pay_later: method.offers(PayOption::PayLater),
            action: self.link.href(),
            token: browser.token(&self.app, &self.link.tref),
            may_refuse: found.kind == LinkKind::Review,
            scan_href: format!("{SCAN_PATH}?lang={}", language.tag()),
            // A phone that hosts the page is the phone.
            handover: (!self.link.is_hosted).then(|| self.link.picture_href()),
            state_href: self.link.state_href(),
            merchant: &merchant.name,
            order: payment.partner_reference_no.as_str(),
            amount: payment.amount.to_rupiah(),
            items: Line::list(&payment.details, text),
            valid_up_to: text.moment(payment.valid_up_to),
            valid_up_to_iso: payment.valid_up_to.to_snap(),
            // The second that has begun counts: the countdown must not end before the payment does.
            seconds_left: payment.valid_up_to.since(self.app.env.now()).as_secs() + 1,
            phone: form.phone.clone(),
            option: form.option.unwrap_or(PayOption::Wallet),
            error,
            frame,
        };
        browser.remember(&self.app, respond::page_with(status, &page, "connect-src 'self'"))
    }

    fn not_found(&self) -> Response {
        self.notice(StatusCode::NOT_FOUND, State::Error, |text| (text.not_found, text.not_found_text))
    }

    fn unavailable(&self, reason: &str) -> Response {
        span::fails_for(reason);
        self.notice(StatusCode::SERVICE_UNAVAILABLE, State::Unavailable, |text| {
            (text.unavailable, text.unavailable_text)
        })
    }

    fn notice(
        &self,
        status: StatusCode,
        state: State,
        words: fn(&'static Text) -> (&'static str, &'static str),
    ) -> Response {
        span::fails_for(words(Text::of(Language::English)).0);
        let frame = Frame::new(&self.app, self.language(None), &self.link, state);
        let (title, sentence) = words(frame.text);
        let again = (state == State::Unavailable).then(|| self.link.href());
        respond::page(status, &NoticePage { frame, title, sentence, detail: None, again })
    }

    fn text(&self, review: &Review) -> &'static Text {
        Text::of(self.language(Some(review)))
    }

    fn language(&self, review: Option<&Review>) -> Language {
        let merchants = review.and_then(|review| review.payment.details.lang.as_deref());
        Language::choose(self.link.lang.as_deref(), merchants, &self.headers)
    }
}
