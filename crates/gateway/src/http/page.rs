//! The review page: what `webRedirectUrl` opens, or a scanned code leads to, and where a customer pays or says no.
//!
//! Every post ends in a redirect to the page itself, which then shows where the payment stands; only what the customer
//! can put right is answered at once. The page works without its script, which adds a countdown and nothing else.

pub(crate) mod asset;
pub(crate) mod language;
pub(crate) mod respond;

mod consent;
pub(crate) mod edge;
mod form;
mod link;
mod scan;
mod text;
mod view;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Method, Status};
use lunas_vocab::ReferenceNo;

use crate::app::App;
use crate::app::consent::CONSENT_PATH;
use crate::app::link::{REVIEW_PATH, SCAN_PATH};
use crate::flow::Refusal;
use crate::flow::review::{self, PayRefusal, Review};
use crate::http::roads::Roads;
use form::{Browser, Form};
use language::Language;
use link::Link;
use text::Text;
use view::{Frame, Line, LinkedLine, Mistake, NoticePage, ResultPage, ReviewPage, State};

/// The most bytes of a form.
const FORM_BYTES_MAX: usize = 8 * 1024;

/// The page and the files it loads.
pub(crate) fn routes() -> Roads {
    Roads::new()
        .route("/", get(edge::start))
        .route(REVIEW_PATH, get(show).post(act).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)))
        .route(SCAN_PATH, get(scan::show).post(scan::find).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)))
        .route(
            CONSENT_PATH,
            get(consent::show).post(consent::act).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
        )
        .route("/assets/{fingerprint}/{name}", get(asset::serve))
}

/// One request for the page: everything but the payment.
struct Visit {
    app: Arc<App>,
    link: Link,
    headers: HeaderMap,
}

async fn show(Shared(app): Shared<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let visit = Visit { app, link: Link::read(query.as_deref()), headers };
    match visit.find().await {
        Ok((_, review)) if review.payment.status == Status::Pending => {
            visit.ask(&review, &Form::default(), None)
        }
        Ok((_, review)) => {
            let page = ResultPage::of(&review, visit.language(Some(&review)), &visit.link);
            respond::page(StatusCode::OK, &page)
        }
        Err(answer) => *answer,
    }
}

async fn act(
    Shared(app): Shared<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visit = Visit { app, link: Link::read(query.as_deref()), headers };
    let form = Form::read(&body);
    if form::is_from_elsewhere(&visit.headers) {
        return visit.notice(StatusCode::FORBIDDEN, State::Error, |text| (text.refused, text.refused_text));
    }
    let (reference_no, review) = match visit.find().await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if review.payment.status != Status::Pending {
        return respond::see_other(&visit.link.href());
    }
    if !form.is_ours(&visit.app, &visit.headers, &visit.link.tref) {
        return visit.ask(&review, &form, Some(|text, _| text.error_stale));
    }
    match form.action.as_str() {
        "cancel" => visit.cancel(&reference_no).await,
        _ => visit.pay(&reference_no, &review, &form).await,
    }
}

/// Picks a sentence out of a language, for a payment of that method.
type Sentence = fn(&'static Text, Method) -> &'static str;

impl Visit {
    /// The payment that the link names, or the page that says that there is none.
    async fn find(&self) -> Result<(ReferenceNo, Review), Box<Response>> {
        let Some(reference_no) = self.app.reference_of(&self.link.tref) else {
            return Err(Box::new(self.not_found()));
        };
        match review::view(&self.app, &reference_no).await {
            Ok(review) => Ok((reference_no, review)),
            Err(Refusal::Unavailable(reason)) => Err(Box::new(self.unavailable(&reason))),
            Err(_) => Err(Box::new(self.not_found())),
        }
    }

    async fn pay(&self, reference_no: &ReferenceNo, review: &Review, form: &Form) -> Response {
        let paid = if review.payer.is_some() {
            let Some(pin) = form.pin() else {
                return self.ask(review, form, Some(|text, _| text.error_pin_missing));
            };
            review::pay_linked(&self.app, reference_no, pin).await
        } else {
            let Some((phone, pin)) = form.attempt() else {
                return self.ask(review, form, Some(|text, _| text.error_incomplete));
            };
            let option = form.option.unwrap_or(PayOption::Wallet);
            review::pay(&self.app, reference_no, phone, pin, option).await
        };
        let sentence: Sentence = match paid {
            Ok(_) | Err(PayRefusal::Over(_)) => return respond::see_other(&self.link.href()),
            Err(PayRefusal::NotFound | PayRefusal::OtherAccount) => return self.not_found(),
            Err(PayRefusal::Unavailable(reason)) => return self.unavailable(&reason),
            Err(PayRefusal::WrongPhoneOrPin) => |text, _| text.error_phone_or_pin,
            Err(PayRefusal::WrongPin) => |text, _| text.error_pin,
            Err(PayRefusal::TooManyAttempts) => |text, _| text.error_too_many,
            Err(PayRefusal::InsufficientFunds) => |text, _| text.error_funds,
            Err(PayRefusal::PayLaterNotEnabled | PayRefusal::OptionNotOffered) => {
                |text, method| text.method(method).error_pay_later
            }
        };
        self.ask(review, form, Some(sentence))
    }

    async fn cancel(&self, reference_no: &ReferenceNo) -> Response {
        match review::decline(&self.app, reference_no).await {
            Ok(_) | Err(Refusal::Move(_)) => respond::see_other(&self.link.href()),
            Err(Refusal::Unavailable(reason)) => self.unavailable(&reason),
            Err(_) => self.not_found(),
        }
    }

    /// The page with its form; after a mistake with what was filled in, except the PIN.
    fn ask(&self, review: &Review, form: &Form, mistake: Option<Sentence>) -> Response {
        let Review { payment, merchant, payer } = review;
        let frame = Frame::new(self.language(Some(review)), &self.link, State::Payment(Status::Pending));
        let text = frame.text;
        let browser = Browser::known_or_new(&self.app, &self.headers);
        let method = payment.method;
        let error = mistake.map(|sentence| sentence(text, method)).map(|sentence| Mistake {
            text: sentence,
            is_in_account: [
                text.error_phone_or_pin,
                text.error_incomplete,
                text.error_pin,
                text.error_pin_missing,
            ]
            .contains(&sentence),
        });
        let page = ReviewPage {
            method: text.method(method),
            linked: payer.as_ref().map(|payer| LinkedLine::of(payer, method, text)),
            offers_pay_later: method.offers(PayOption::PayLater),
            action: self.link.href(),
            token: browser.token(&self.app, &self.link.tref),
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
        let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        browser.remember(&self.app, respond::page(status, &page))
    }

    fn not_found(&self) -> Response {
        self.notice(StatusCode::NOT_FOUND, State::Error, |text| (text.not_found, text.not_found_text))
    }

    fn unavailable(&self, reason: &str) -> Response {
        tracing::error!(reason, "the review page could not reach the payment");
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
        let frame = Frame::new(self.language(None), &self.link, state);
        let (title, sentence) = words(frame.text);
        let again = (state == State::Unavailable).then(|| self.link.href());
        respond::page(status, &NoticePage { frame, title, sentence, again })
    }

    fn language(&self, review: Option<&Review>) -> Language {
        let merchants = review.and_then(|review| review.payment.details.lang.as_deref());
        Language::choose(self.link.lang.as_deref(), merchants, &self.headers)
    }
}
