//! The review page's two deeds: a customer pays, or says no.

use std::sync::Arc;

use lunas_domain::customer::{Customer, Standing};
use lunas_domain::ledger::PayOption;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{Command, Payment, Rejection, Status};
use lunas_domain::pin_attempt::Subject;
use lunas_store::{Scope, Write};
use lunas_vocab::{CustomerId, Phone, ReferenceNo, Secret, Timestamp};

use super::attempt::{Attempt, AttemptRefusal, Left, Visitor};
use super::{Refusal, payment};
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
pub enum PayRefusal {
    /// What was typed is no phone number.
    NoPhone,
    /// The number and the PIN do not go together. Which of them is wrong is not said.
    Wrong(Left),
    /// Too many attempts; this is when the next one is welcome.
    TooManyAttempts(Timestamp),
    /// Too many others are being checked.
    Busy,
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
    /// The gateway could not do it now.
    Unavailable(String),
}

/// The payment behind a link, for the page.
pub async fn view(app: &App, reference_no: &ReferenceNo) -> Result<Review, Refusal> {
    span::note_reference(reference_no);
    let found = app.store.payment_find(Scope::System, reference_no).await?;
    let mut payment = found.ok_or(Refusal::NotFound)?;
    span::note_payment(&payment);
    let merchant = app.merchant(&payment.merchant).await?.ok_or(Refusal::NotFound)?;
    if payment.status == Status::Pending && app.env.now() >= payment.valid_up_to {
        payment.status = Status::Expired;
    }
    let payer = match linked(&payment) {
        Some((customer, option)) => {
            let row = app.store.customer_find(&customer).await?.ok_or(Refusal::NotFound)?;
            Some(LinkedPayer { customer: row.customer, option })
        }
        None => None,
    };
    Ok(Review { payment, merchant, payer })
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
) -> Result<Payment, PayRefusal> {
    let Review { payment, payer, .. } = view(app, reference_no).await?;
    if payment.status != Status::Pending {
        return Err(PayRefusal::Over(payment.status));
    }
    let payer = payer.ok_or(PayRefusal::NotFound)?;
    let row = app.store.customer_find(&payer.customer.id).await.map_err(Refusal::from)?;
    let row = row.ok_or(PayRefusal::NotFound)?;
    let attempt = begin(app, reference_no, visitor, &row.customer.phone).await?;
    if !app.pin_checker.link_pin_is_right(&attempt.permit, pin, &row).await {
        event::wrong_credentials("wrong PIN", Some(row.customer.id.as_str()), reference_no.as_str());
        return Err(PayRefusal::Wrong(attempt.left(app).await.map_err(Refusal::from)?));
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
) -> Result<Payment, PayRefusal> {
    let review = view(app, reference_no).await?;
    if review.payment.status != Status::Pending {
        return Err(PayRefusal::Over(review.payment.status));
    }
    let phone = Phone::normalise(phone).ok_or(PayRefusal::NoPhone)?;
    let attempt = begin(app, reference_no, visitor, &phone).await?;
    let row = app.store.customer_find_by_phone(&phone).await.map_err(Refusal::from)?;
    let (customer, hash) = row.map(|row| (row.customer, row.pin_hash)).unzip();
    let is_right = app.pin_checker.is_right(&attempt.permit, pin, hash).await;
    match customer {
        Some(customer) if is_right => charge(app, reference_no, customer, option, attempt.clears()).await,
        customer => {
            let what = if customer.is_some() { "wrong PIN" } else { "a number of no customer" };
            event::wrong_credentials(what, customer.as_ref().map(|c| c.id.as_str()), reference_no.as_str());
            Err(PayRefusal::Wrong(attempt.left(app).await.map_err(Refusal::from)?))
        }
    }
}

async fn begin(
    app: &App,
    reference_no: &ReferenceNo,
    visitor: &Visitor,
    phone: &Phone,
) -> Result<Attempt, PayRefusal> {
    let page = Subject::Review { reference_no: reference_no.clone(), address: visitor.address.clone() };
    Attempt::begin(app, visitor, phone, page).await.map_err(|refusal| match refusal {
        AttemptRefusal::TooMany(until) => PayRefusal::TooManyAttempts(until),
        AttemptRefusal::Busy => PayRefusal::Busy,
        AttemptRefusal::Unavailable(reason) => PayRefusal::Unavailable(reason),
    })
}

/// Charges a customer who has proved to be one, together with `also`.
pub async fn charge(
    app: &App,
    reference_no: &ReferenceNo,
    customer: Customer,
    option: PayOption,
    also: Vec<Write>,
) -> Result<Payment, PayRefusal> {
    if option == PayOption::PayLater && !customer.has(option) {
        return Err(PayRefusal::PayLaterNotEnabled);
    }
    let command = match customer.standing {
        Standing::Active => Command::Pay { payer: customer.id, option },
        Standing::Blocked => Command::Deny { payer: Some(customer.id) },
    };
    Ok(payment::apply(app, Scope::System, reference_no, &command, also).await?)
}

/// The customer says no.
pub async fn decline(app: &App, reference_no: &ReferenceNo) -> Result<Payment, Refusal> {
    payment::apply(app, Scope::System, reference_no, &Command::Deny { payer: None }, Vec::new()).await
}

impl From<Refusal> for PayRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Move(Rejection::InsufficientFunds) => Self::InsufficientFunds,
            Refusal::Move(Rejection::OptionNotOffered) => Self::OptionNotOffered,
            Refusal::Move(Rejection::OtherAccount) => Self::OtherAccount,
            Refusal::Move(rejection) => payment::standing(rejection).map_or(Self::NotFound, Self::Over),
            Refusal::NotFound
            | Refusal::OtherMerchant
            | Refusal::Open(_)
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
            Refusal::Unavailable(reason) => Self::Unavailable(reason),
            Refusal::OutcomeUnknown => {
                Self::Unavailable("it is not known whether the payment was made".to_owned())
            }
        }
    }
}
