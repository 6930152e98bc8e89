//! A customer consents to be charged by a merchant: from the merchant's request to the code.

use std::convert::Infallible;
use std::sync::Arc;

use lunas_domain::merchant::Merchant;
use lunas_domain::pin_attempt::Subject;
use lunas_store::{CustomerRow, Unavailable};
use lunas_vocab::{MerchantId, Phone, Secret};

use super::attempt::{self, Attempt, Left, Visitor};
use super::idempotency::IdempotentCall;
use super::{Error, Family, link};
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
pub enum Refusal {
    /// The one-time password or the PIN is wrong. Which of them is not said.
    Wrong(Left),
    /// The attempt was not taken.
    Attempt(attempt::Refusal),
    /// The merchant or the customer is not there any more.
    NotFound,
}

impl Family for Refusal {}

impl From<Error<attempt::Refusal>> for Error<Refusal> {
    fn from(error: Error<attempt::Refusal>) -> Self {
        error.map(Refusal::Attempt)
    }
}

impl From<Error<link::Refusal>> for Error<Refusal> {
    fn from(error: Error<link::Refusal>) -> Self {
        error.map(|refusal| match refusal {
            link::Refusal::NotFound
            // What follows is about what a merchant calls with.
            | link::Refusal::CustomerToken
            | link::Refusal::OptionToken
            | link::Refusal::OptionTokenExpired(_)
            | link::Refusal::OptionDiffers(_)
            | link::Refusal::Inactive
            | link::Refusal::InsufficientFunds
            | link::Refusal::AuthCode
            | link::Refusal::Handle => Refusal::NotFound,
        })
    }
}

/// There is no reason not to ask a customer.
impl Family for Infallible {}

/// Whether the wallet has a customer of that number. A call that was signed takes its id for the day.
pub async fn ask(app: &App, phone: &Phone, call: Option<IdempotentCall>) -> Result<bool, Error<Infallible>> {
    let is_known = app.store.customer_find_by_phone(phone).await?.is_some();
    if let Some(call) = call.filter(|_| is_known) {
        call.take_for_today(app, app.env.now()).await?;
    }
    Ok(is_known)
}

/// What a request is about, for the page, as long as both parties are there.
pub async fn view(app: &App, request: &ConsentRequest) -> Result<Option<Consent>, Unavailable> {
    let ids = (Phone::new(request.phone.as_str()), MerchantId::new(request.merchant.as_str()));
    let (Ok(phone), Ok(merchant)) = ids else { return Ok(None) };
    let Some(merchant) = app.merchant(&merchant).await? else { return Ok(None) };
    let customer = app.store.customer_find_by_phone(&phone).await?;
    Ok(customer.map(|customer| Consent { merchant, customer }))
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
) -> Result<Secret<String>, Error<Refusal>> {
    let Consent { merchant, customer } = view(app, request).await?.ok_or(Refusal::NotFound)?;
    let page = Subject::Consent(request.id.clone());
    let attempt = Attempt::begin(app, visitor, &customer.customer.phone, page).await?;
    let is_pin_right = app.pin_checker.link_pin_is_right(&attempt.permit, pin, &customer).await;
    let is_otp_right = match (&customer.otp, otp) {
        (Some(right), Some(typed)) => is_equal(right, &typed),
        (Some(_), None) => false,
        (None, _) => true,
    };
    if !attempt.was(app, is_pin_right && is_otp_right) {
        let what = if is_pin_right { "wrong one-time password" } else { "wrong PIN" };
        event::wrong_credentials(what, Some(customer.customer.id.as_str()), merchant.id.as_str());
        return Err(Refusal::Wrong(attempt.left(app).await?).into());
    }
    Ok(link::consent(app, &merchant.id, &customer.customer.id, attempt.clears()).await?)
}
