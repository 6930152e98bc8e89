//! What the review page's templates are filled with: a payment in a customer's words.

use std::sync::Arc;

use askama::Template;
use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Details, Method, Payment, Status};
use lunas_snap::message::debit_payment::Item;
use lunas_snap::return_url;
use lunas_vocab::Money;

use super::asset;
use super::language::Language;
use super::link::Link;
use super::text::{MethodText, Text};
use crate::app::App;
use crate::brand::Brand;
use crate::flow::review::{LinkedPayer, Review};

/// What every page here has: its language, the way to the other one, and where the payment stands, for machines.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) brand: Arc<Brand>,
    pub(crate) language: Language,
    pub(crate) text: &'static Text,
    pub(crate) other_href: String,
    pub(crate) state: State,
}

impl Frame {
    pub(crate) fn new(app: &App, language: Language, link: &Link, state: State) -> Self {
        let (brand, other_href) = (app.brand.clone(), link.href_to(language.other()));
        Self { brand, language, text: Text::of(language), other_href, state }
    }
}

/// Where a page stands, as `data-state` and `data-outcome` say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The payment stands here.
    Payment(Status),
    /// The customer is to say which payment it is.
    Asking,
    /// There is nothing to show, and nothing came of it.
    Error,
    /// The gateway could not tell.
    Unavailable,
}

impl State {
    /// `data-state`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Payment(Status::Pending) | Self::Asking => "pending",
            Self::Payment(Status::Authorized) => "authorized",
            Self::Payment(Status::Paid | Status::Refunded) => "paid",
            Self::Payment(Status::Denied) => "denied",
            Self::Payment(Status::Cancelled) => "cancelled",
            Self::Payment(Status::Expired) => "expired",
            Self::Payment(Status::Failed) => "failed",
            Self::Error | Self::Unavailable => "error",
        }
    }

    /// `data-outcome`: what `launchPayment` reports of a page in this state. Nothing while it is undecided.
    pub(crate) fn outcome(self) -> &'static str {
        match self {
            Self::Payment(Status::Paid | Status::Refunded) => "success",
            Self::Payment(Status::Denied | Status::Cancelled | Status::Expired) => "failed",
            Self::Payment(Status::Failed) | Self::Unavailable => "pending",
            Self::Payment(Status::Pending | Status::Authorized) | Self::Asking | Self::Error => "",
        }
    }
}

/// A payment that waits for its customer.
#[derive(Debug, Template)]
#[template(path = "review.html")]
pub(crate) struct ReviewPage<'a> {
    pub(crate) frame: Frame,
    pub(crate) method: &'static MethodText,
    /// The linked account that pays, if it is not for the customer to say.
    pub(crate) linked: Option<LinkedLine>,
    /// Whether there is anything to choose between.
    pub(crate) offers_pay_later: bool,
    pub(crate) action: String,
    pub(crate) token: String,
    /// Whether whoever holds the link may also say no.
    pub(crate) may_refuse: bool,
    /// Where other codes are typed in.
    pub(crate) scan_href: String,
    /// Where the picture of a code is that leads a phone to this page.
    pub(crate) handover: Option<String>,
    /// Where the page asks how the payment stands.
    pub(crate) state_href: String,
    pub(crate) merchant: &'a str,
    pub(crate) order: &'a str,
    pub(crate) amount: String,
    pub(crate) items: Vec<Line>,
    pub(crate) valid_up_to: String,
    pub(crate) valid_up_to_iso: String,
    pub(crate) seconds_left: u64,
    pub(crate) phone: String,
    pub(crate) option: PayOption,
    pub(crate) error: Option<Mistake>,
}

/// A linked account as its customer knows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LinkedLine {
    /// Its number, with the middle hidden.
    pub(crate) phone: String,
    /// Out of what it pays.
    pub(crate) option: &'static str,
}

impl LinkedLine {
    pub(crate) fn of(payer: &LinkedPayer, method: Method, text: &'static Text) -> Self {
        Self { phone: masked(payer.customer.phone.as_str()), option: text.option(method, payer.option) }
    }
}

/// A phone number that its owner recognises and nobody else learns.
pub(crate) fn masked(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let (shown_first, shown_last) = (4.min(digits.len()), digits.len().saturating_sub(3));
    let hidden = |at: usize| at >= shown_first && at < shown_last;
    digits.iter().enumerate().map(|(at, digit)| if hidden(at) { '•' } else { *digit }).collect()
}

/// What is to be put right before the payment can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The sentence.
    pub(crate) text: String,
    /// Whether the number and the PIN are what is wrong.
    pub(crate) is_in_account: bool,
}

impl Mistake {
    /// The number or the PIN is wrong.
    pub(crate) fn in_account(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_in_account: true }
    }

    /// Something else is.
    pub(crate) fn elsewhere(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_in_account: false }
    }
}

/// One line of what is bought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) quantity: String,
    pub(crate) price: String,
    /// Quantity times price, where the quantity is a whole number.
    pub(crate) total: Option<String>,
}

impl Line {
    pub(crate) fn list(details: &Details, text: &'static Text) -> Vec<Self> {
        let items = details.items_json.as_ref().map(|items| Item::list_of_json(items.as_str()));
        items.iter().flatten().map(|item| Self::of(item, text)).collect()
    }

    fn of(item: &Item, text: &'static Text) -> Self {
        let quantity = item.quantity.as_str();
        let total = quantity.parse::<i64>().ok().and_then(|count| item.price.minor().checked_mul(count));
        Self {
            name: item.name.as_deref().unwrap_or(text.item_unnamed).to_owned(),
            quantity: quantity.to_owned(),
            price: item.price.to_rupiah(),
            total: total.map(|minor| Money::idr_minor(minor).to_rupiah()),
        }
    }
}

/// Time to read a receipt.
const STAY_SECONDS: u32 = 10;

/// A payment that is over.
#[derive(Debug, Template)]
#[template(path = "result.html")]
pub(crate) struct ResultPage<'a> {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) sentence: &'static str,
    pub(crate) merchant: &'a str,
    pub(crate) order: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) amount: String,
    pub(crate) option: Option<&'static str>,
    pub(crate) at: String,
    pub(crate) at_iso: String,
    pub(crate) way_back: Option<WayBack<'a>>,
    /// How long the page stays before it leads there by itself.
    pub(crate) stay_seconds: u32,
    /// Whether a container shows the page.
    pub(crate) is_hosted: bool,
}

/// How the customer gets back to the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WayBack<'a> {
    pub(crate) url: &'a str,
}

impl<'a> WayBack<'a> {
    /// Nothing for a page in a container, which has its own way back, and for what would run as code.
    pub(crate) fn of(details: &'a Details, link: &Link) -> Option<Self> {
        let target = details.return_url.as_ref().filter(|_| !link.is_hosted)?;
        // What was stored by another version, or came another way, is looked at again.
        return_url::kind(&target.url).ok().map(|_| Self { url: &target.url })
    }
}

impl<'a> ResultPage<'a> {
    /// The result of a payment that no longer waits.
    pub(crate) fn of(app: &App, review: &'a Review, language: Language, link: &Link) -> Self {
        let Review { payment, merchant, .. } = review;
        let frame = Frame::new(app, language, link, State::Payment(payment.status));
        let text = frame.text;
        let (title, sentence) = told(payment, text);
        // An expiry may be shown before it is recorded, and it happened when the time was up, not when it was noticed.
        // A payment that was refunded since is shown as the customer made it.
        let at = match payment.status {
            Status::Expired => payment.valid_up_to,
            Status::Paid
            | Status::Authorized
            | Status::Pending
            | Status::Refunded
            | Status::Cancelled
            | Status::Failed
            | Status::Denied => payment.paid_at.unwrap_or(payment.changed_at),
        };
        Self {
            title,
            sentence,
            merchant: &merchant.name,
            order: payment.partner_reference_no.as_str(),
            reference: payment.reference_no.as_str(),
            amount: payment.amount.to_rupiah(),
            option: payment
                .option
                .filter(|_| payment.paid_at.is_some())
                .map(|o| text.option(payment.method, o)),
            at: text.moment(at),
            at_iso: at.to_snap(),
            way_back: WayBack::of(&payment.details, link),
            stay_seconds: STAY_SECONDS,
            is_hosted: link.is_hosted,
            frame,
        }
    }
}

/// What happened, in a title and a sentence. A denial that names no payer is the customer's own no.
fn told(payment: &Payment, text: &'static Text) -> (&'static str, &'static str) {
    match payment.status {
        Status::Paid | Status::Refunded => (text.paid, text.paid_text),
        Status::Denied if payment.payer.is_none() => (text.declined, text.declined_text),
        Status::Denied => (text.denied, text.method(payment.method).denied_text),
        Status::Cancelled => (text.cancelled, text.cancelled_text),
        Status::Expired => (text.expired, text.expired_text),
        Status::Failed | Status::Pending | Status::Authorized => (text.failed, text.failed_text),
    }
}

/// The customer pastes what a QR code says.
#[derive(Debug, Template)]
#[template(path = "scan.html")]
pub(crate) struct ScanPage {
    pub(crate) frame: Frame,
    pub(crate) action: String,
    pub(crate) content: String,
    pub(crate) error: Option<&'static str>,
}

/// There is no payment to show.
#[derive(Debug, Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) sentence: &'static str,
    /// What the merchant needs to know, where it is the merchant's mistake.
    pub(crate) detail: Option<String>,
    /// The page to load again, where that may help.
    pub(crate) again: Option<String>,
}

#[cfg(test)]
mod tests {
    use lunas_domain::payment::ReturnUrl;

    use super::*;

    #[test]
    fn every_state_has_the_word_and_the_outcome_that_a_container_expects() {
        let check = |state: State, word: &str, outcome: &str| {
            assert_eq!((state.word(), state.outcome()), (word, outcome), "{state:?}");
        };
        check(State::Payment(Status::Pending), "pending", "");
        check(State::Payment(Status::Paid), "paid", "success");
        check(State::Payment(Status::Refunded), "paid", "success");
        check(State::Payment(Status::Denied), "denied", "failed");
        check(State::Payment(Status::Cancelled), "cancelled", "failed");
        check(State::Payment(Status::Expired), "expired", "failed");
        check(State::Payment(Status::Failed), "failed", "pending");
        check(State::Unavailable, "error", "pending");
        check(State::Asking, "pending", "");
        check(State::Error, "error", "");
    }

    #[test]
    fn a_number_is_shown_by_its_ends() {
        let check = |phone: &str, expected: &str| assert_eq!(masked(phone), expected);
        check("+628215023424", "+628••••••424");
        check("+62821", "+62821");
        check("", "");
    }

    #[test]
    fn a_line_has_a_total_only_where_there_is_one() {
        let text = Text::of(Language::English);
        let check =
            |name: Option<&str>, quantity: &str, price_minor: i64, expected: (&str, &str, Option<&str>)| {
                let item = Item {
                    id: None,
                    price: Money::idr_minor(price_minor),
                    quantity: quantity.into(),
                    name: name.map(str::to_owned),
                    merchant_name: None,
                    brand: None,
                    category: None,
                    url: None,
                };
                let line = Line::of(&item, text);
                assert_eq!((line.name.as_str(), line.price.as_str(), line.total.as_deref()), expected);
            };
        check(Some("Kopi"), "2", 1_800_000, ("Kopi", "Rp18.000", Some("Rp36.000")));
        check(None, "1", 100, ("Item", "Rp1", Some("Rp1")));
        check(Some("Beras"), "1.5 kg", 100, ("Beras", "Rp1", None));
        check(Some("X"), "9223372036854775807", 100, ("X", "Rp1", None));
    }

    #[test]
    fn the_way_back_is_a_link_and_never_code() {
        let check = |url: &str, is_deeplink: bool, host: &str, expected: bool| {
            let details = Details {
                return_url: Some(ReturnUrl { url: url.to_owned(), is_deeplink }),
                ..Details::default()
            };
            let link = Link::read(Some(host));
            let found = WayBack::of(&details, &link).map(|way| way.url);
            assert_eq!(found, expected.then_some(url), "{url}");
        };
        check("https://shop.example/done?x=1", false, "", true);
        check("https://shop.example/done", true, "", true);
        check("shopapp://done", true, "", true);
        check("https://shop.example/done", false, "host=container", false);
        check("javascript:alert(1)", true, "", false);
        check("JavaScript:alert(1)", true, "", false);
        check("data:text/html,x", false, "", false);
        check("not a url", false, "", false);
        check("https://shop.example:port/r", false, "", false);
        check("ms-msdt:/id", true, "", false);
        check("search-ms:query=x", true, "", false);
        assert_eq!(WayBack::of(&Details::default(), &Link::default()), None);
    }
}
