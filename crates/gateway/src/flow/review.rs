//! The review page's two deeds: a customer pays, or says no.

use std::sync::Arc;

use lunas_domain::customer::{Customer, Standing};
use lunas_domain::ledger::PayOption;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{Command, Payment, Rejection, Status};
use lunas_domain::pin_attempt::Subject;
use lunas_store::{Scope, Unavailable, Write};
use lunas_vocab::{CustomerId, Phone, ReferenceNo, Secret};

use super::attempt::{self, Attempt, Left, Visitor};
use super::{Error, Family, payment};
use crate::app::App;
use crate::event;
use crate::span;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Review {
    /// The payment; one whose time is up counts as expired, whether or not that is recorded yet.
    pub payment: Payment,
    /// Whose it is.
    pub merchant: Arc<Merchant>,
    /// Who pays, if the payment charges a linked account.
    pub payer: Option<LinkedPayer>,
}

/// The customer whose linked account a payment charges.
#[derive(Clone, Debug)]
pub struct LinkedPayer {
    /// Who.
    pub customer: Customer,
    /// Out of what.
    pub option: PayOption,
}

/// Why a customer's attempt to pay did not pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What was typed is no phone number.
    NoPhone,
    /// The number and the PIN do not go together. Which of them is wrong is not said.
    Wrong(Left),
    /// The attempt was not taken.
    Attempt(attempt::Refusal),
    /// The account does not hold enough.
    InsufficientFunds,
    /// The account has no pay-later.
    PayLaterNotEnabled,
    /// The payment's method has no pay-later.
    OptionNotOffered,
    /// The payment charges a linked account, and this is none of it.
    OtherAccount,
    /// The payment can no longer be paid; this is where it stands.
    Over(Status),
    /// There is no such payment.
    NotFound,
}

impl Family for Refusal {}

impl From<Error<attempt::Refusal>> for Error<Refusal> {
    fn from(error: Error<attempt::Refusal>) -> Self {
        error.map(Refusal::Attempt)
    }
}

impl From<Error<payment::Refusal>> for Error<Refusal> {
    fn from(error: Error<payment::Refusal>) -> Self {
        error.map(|refusal| match refusal {
            payment::Refusal::Move(Rejection::InsufficientFunds) => Refusal::InsufficientFunds,
            payment::Refusal::Move(Rejection::OptionNotOffered) => Refusal::OptionNotOffered,
            payment::Refusal::Move(Rejection::OtherAccount) => Refusal::OtherAccount,
            payment::Refusal::Move(rejection) => {
                payment::standing(rejection).map_or(Refusal::NotFound, Refusal::Over)
            }
            payment::Refusal::NotFound | payment::Refusal::NamesOther(_) => Refusal::NotFound,
        })
    }
}

/// The payment behind a link, for the page, if there is one.
pub async fn view(app: &App, reference_no: &ReferenceNo) -> Result<Option<Review>, Unavailable> {
    span::note_reference(reference_no);
    let found = app.store.payment_find(Scope::System, reference_no).await?;
    let Some(mut payment) = found else { return Ok(None) };
    span::note_payment(&payment);
    let Some(merchant) = app.merchant(&payment.merchant).await? else { return Ok(None) };
    if payment.status == Status::Pending && app.env.now() >= payment.valid_up_to {
        payment.status = Status::Expired;
    }
    let payer = match linked(&payment) {
        Some((customer, option)) => {
            let Some(row) = app.store.customer_find(&customer).await? else { return Ok(None) };
            Some(LinkedPayer { customer: row.customer, option })
        }
        None => None,
    };
    Ok(Some(Review { payment, merchant, payer }))
}

/// The account that a payment charges, if it charges one.
pub fn linked(payment: &Payment) -> Option<(CustomerId, PayOption)> {
    let linked = payment.details.linked.as_ref()?;
    linked.customer().zip(linked.option())
}

/// Checks the PIN of the linked account that the payment charges, and pays.
pub async fn pay_linked(
    app: &App,
    reference_no: &ReferenceNo,
    visitor: &Visitor,
    pin: Secret<String>,
) -> Result<Payment, Error<Refusal>> {
    let Review { payment, payer, .. } = view(app, reference_no).await?.ok_or(Refusal::NotFound)?;
    if payment.status != Status::Pending {
        return Err(Refusal::Over(payment.status).into());
    }
    let payer = payer.ok_or(Refusal::NotFound)?;
    let row = app.store.customer_find(&payer.customer.id).await?.ok_or(Refusal::NotFound)?;
    let attempt = begin(app, reference_no, visitor, &row.customer.phone).await?;
    let is_right = app.pin_checker.link_pin_is_right(&attempt.permit, pin, &row).await;
    if !attempt.was(app, is_right) {
        event::wrong_credentials("wrong PIN", Some(row.customer.id.as_str()), reference_no.as_str());
        return Err(Refusal::Wrong(attempt.left(app).await?).into());
    }
    charge(app, reference_no, row.customer, payer.option, attempt.clears()).await
}

/// Checks the customer and pays. A blocked customer's payment is denied, which is a result and not a refusal.
///
/// Every attempt is counted before the PIN is looked at, and before it is known whether there is such a customer; a
/// right PIN clears the number's counts in the commit that pays.
pub async fn pay(
    app: &App,
    reference_no: &ReferenceNo,
    visitor: &Visitor,
    phone: &str,
    pin: Secret<String>,
    option: PayOption,
) -> Result<Payment, Error<Refusal>> {
    let review = view(app, reference_no).await?.ok_or(Refusal::NotFound)?;
    if review.payment.status != Status::Pending {
        return Err(Refusal::Over(review.payment.status).into());
    }
    let phone = Phone::normalise(phone).ok_or(Refusal::NoPhone)?;
    let attempt = begin(app, reference_no, visitor, &phone).await?;
    let row = app.store.customer_find_by_phone(&phone).await?;
    let (customer, hash) = row.map(|row| (row.customer, row.pin_hash)).unzip();
    let is_right = app.pin_checker.is_right(&attempt.permit, pin, hash).await;
    let is_right = attempt.was(app, is_right);
    match customer {
        Some(customer) if is_right => charge(app, reference_no, customer, option, attempt.clears()).await,
        customer => {
            let what = if customer.is_some() { "wrong PIN" } else { "a number of no customer" };
            event::wrong_credentials(what, customer.as_ref().map(|c| c.id.as_str()), reference_no.as_str());
            Err(Refusal::Wrong(attempt.left(app).await?).into())
        }
    }
}

async fn begin(
    app: &App,
    reference_no: &ReferenceNo,
    visitor: &Visitor,
    phone: &Phone,
) -> Result<Attempt, Error<attempt::Refusal>> {
    let page = Subject::Review { reference_no: reference_no.clone(), address: visitor.address.clone() };
    Attempt::begin(app, visitor, phone, page).await
}

/// Charges a customer who has proved to be one, together with `also`.
pub async fn charge(
    app: &App,
    reference_no: &ReferenceNo,
    customer: Customer,
    option: PayOption,
    also: Vec<Write>,
) -> Result<Payment, Error<Refusal>> {
    if option == PayOption::PayLater && !customer.has(option) {
        return Err(Refusal::PayLaterNotEnabled.into());
    }
    let command = match customer.standing {
        Standing::Active => Command::Pay { payer: customer.id, option },
        Standing::Blocked => Command::Deny { payer: Some(customer.id) },
    };
    Ok(payment::apply(app, Scope::System, reference_no, &command, also).await?)
}

/// The customer says no.
pub async fn decline(app: &App, reference_no: &ReferenceNo) -> Result<Payment, Error<payment::Refusal>> {
    payment::apply(app, Scope::System, reference_no, &Command::Deny { payer: None }, Vec::new()).await
}
