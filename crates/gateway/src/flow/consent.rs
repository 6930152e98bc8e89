//! A customer consents to be charged by a merchant: from the merchant's request to the code.

use std::sync::Arc;

use lunas_domain::merchant::Merchant;
use lunas_domain::pin_attempt::Subject;
use lunas_store::CustomerRow;
use lunas_vocab::{MerchantId, Phone, Secret, Timestamp};

use super::attempt::{Attempt, AttemptRefusal, Left, Visitor};
use super::idempotency::Repeatable;
use super::{Refusal, history, link};
use crate::app::App;
use crate::app::consent::ConsentRequest;
use crate::app::pin::is_equal;
use crate::event;

/// What the page shows.
#[derive(Debug)]
pub struct Consent {
    /// Who asks.
    pub merchant: Arc<Merchant>,
    /// Who is asked.
    pub customer: CustomerRow,
}

/// Why a customer's consent came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentRefusal {
    /// The one-time password or the PIN is wrong. Which of them is not said.
    Wrong(Left),
    /// Too many attempts; this is when the next one is welcome.
    TooManyAttempts(Timestamp),
    /// Too many others are being checked.
    Busy,
    /// The merchant or the customer is not there any more.
    NotFound,
    /// The gateway could not do it now.
    Unavailable(String),
}

/// Whether the wallet has a customer of that number. A call that was signed takes its id for the day.
pub async fn ask(app: &App, phone: &Phone, key: Option<Repeatable>) -> Result<bool, Refusal> {
    let is_known = app.store.customer_find_by_phone(phone).await?.is_some();
    if let Some(key) = key.filter(|_| is_known) {
        history::take(app, key, app.env.now()).await?;
    }
    Ok(is_known)
}

/// What a request is about, for the page.
pub async fn view(app: &App, request: &ConsentRequest) -> Result<Consent, Refusal> {
    let phone = Phone::new(request.phone.as_str()).map_err(|_| Refusal::NotFound)?;
    let merchant = MerchantId::new(request.merchant.as_str()).map_err(|_| Refusal::NotFound)?;
    let merchant = app.merchant(&merchant).await?.ok_or(Refusal::NotFound)?;
    let customer = app.store.customer_find_by_phone(&phone).await?.ok_or(Refusal::NotFound)?;
    Ok(Consent { merchant, customer })
}

/// Checks the customer and makes the code.
///
/// Every attempt is counted before anything is looked at, against this request and against the number; what is right
/// clears the number's counts in the commit that makes the code. A customer without a one-time password is known by the
/// PIN alone: none is sent yet.
pub async fn give(
    app: &App,
    request: &ConsentRequest,
    visitor: &Visitor,
    otp: Option<Secret<String>>,
    pin: Secret<String>,
) -> Result<Secret<String>, ConsentRefusal> {
    let Consent { merchant, customer } = view(app, request).await?;
    let page = Subject::Consent(request.id.clone());
    let attempt = Attempt::begin(app, visitor, &customer.customer.phone, page).await?;
    let is_pin_right = app.pin_checker.link_pin_is_right(&attempt.permit, pin, &customer).await;
    let is_otp_right = match (&customer.otp, otp) {
        (Some(right), Some(typed)) => is_equal(right, &typed),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if !(is_pin_right && is_otp_right) {
        let what = if is_pin_right { "wrong one-time password" } else { "wrong PIN" };
        event::wrong_credentials(what, Some(customer.customer.id.as_str()), merchant.id.as_str());
        return Err(ConsentRefusal::Wrong(attempt.left(app).await.map_err(Refusal::from)?));
    }
    Ok(link::consent(app, &merchant.id, &customer.customer.id, attempt.clears()).await?)
}

impl From<AttemptRefusal> for ConsentRefusal {
    fn from(refusal: AttemptRefusal) -> Self {
        match refusal {
            AttemptRefusal::TooMany(until) => Self::TooManyAttempts(until),
            AttemptRefusal::Busy => Self::Busy,
            AttemptRefusal::Unavailable(reason) => Self::Unavailable(reason),
        }
    }
}

impl From<Refusal> for ConsentRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unavailable(reason) => Self::Unavailable(reason),
            Refusal::OutcomeUnknown => {
                Self::Unavailable("it is not known whether the code was made".to_owned())
            }
            Refusal::NotFound
            | Refusal::OtherMerchant
            | Refusal::Open(_)
            | Refusal::Move(_)
            | Refusal::Inconsistent(_)
            | Refusal::RefundDiffers
            | Refusal::Window(_)
            | Refusal::KeyTaken
            | Refusal::RefundRepeated
            | Refusal::NotOnQris
            | Refusal::OrderTaken
            | Refusal::NoAccess
            | Refusal::AccountOpen(_)
            | Refusal::AccountMove(_)
            | Refusal::TrxIdTaken
            | Refusal::NamesOther(_)
            | Refusal::BankMissing
            | Refusal::BillNotFound
            | Refusal::Bill(_)
            | Refusal::ReportDiffers
            | Refusal::Link(_) => Self::NotFound,
        }
    }
}
