//! The review page's two deeds: a customer pays, or says no.

use std::sync::Arc;

use lunas_domain::customer::{Customer, Standing};
use lunas_domain::guess::Subject;
use lunas_domain::ledger::PayOption;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{Command, Payment, Rejection, Status};
use lunas_store::{Changes, Refused, Scope, Write};
use lunas_vocab::{CustomerId, Phone, ReferenceNo, Secret};

use super::{Refusal, payment};
use crate::app::App;
use crate::event;

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
    /// The number and the PIN do not go together. Which of them is wrong is not said.
    WrongPhoneOrPin,
    /// The PIN is not that of the linked account.
    WrongPin,
    /// Too many attempts; the customer, or this payment's page, has to wait half an hour.
    TooManyAttempts,
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
    let found = app.store.payment_find(Scope::System, reference_no).await?;
    let mut payment = found.ok_or(Refusal::NotFound)?;
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
    pin: Secret<String>,
) -> Result<Payment, PayRefusal> {
    let Review { payment, payer, .. } = view(app, reference_no).await?;
    if payment.status != Status::Pending {
        return Err(PayRefusal::Over(payment.status));
    }
    let payer = payer.ok_or(PayRefusal::NotFound)?;
    let row = app.store.customer_find(&payer.customer.id).await.map_err(Refusal::from)?;
    let row = row.ok_or(PayRefusal::NotFound)?;
    count(app, Subject::Review(reference_no.clone())).await?;
    let subject = Subject::CustomerPin(payer.customer.id.clone());
    count(app, subject.clone()).await?;
    if !app.link_pin_is_right(pin, &row).await {
        event::wrong_credentials("wrong PIN", Some(row.customer.id.as_str()), reference_no.as_str());
        return Err(PayRefusal::WrongPin);
    }
    charge(app, reference_no, row.customer, payer.option, Some(Write::GuessClear { subject })).await
}

/// Checks the customer and pays. A blocked customer's payment is denied, which is a result and not a refusal.
///
/// Every attempt is counted before the PIN is looked at, against this payment and against the customer; a right PIN
/// clears the customer's count in the commit that pays.
pub async fn pay(
    app: &App,
    reference_no: &ReferenceNo,
    phone: &str,
    pin: Secret<String>,
    option: PayOption,
) -> Result<Payment, PayRefusal> {
    let review = view(app, reference_no).await?;
    if review.payment.status != Status::Pending {
        return Err(PayRefusal::Over(review.payment.status));
    }
    count(app, Subject::Review(reference_no.clone())).await?;
    let row = match Phone::normalise(phone) {
        Some(phone) => app.store.customer_find_by_phone(&phone).await.map_err(Refusal::from)?,
        None => None,
    };
    let Some(row) = row else {
        app.pin_desk.is_right(pin, None).await;
        event::wrong_credentials("a number of no customer", None, reference_no.as_str());
        return Err(PayRefusal::WrongPhoneOrPin);
    };
    let customer = row.customer;
    let subject = Subject::CustomerPin(customer.id.clone());
    count(app, subject.clone()).await?;
    if !app.pin_desk.is_right(pin, Some(row.pin_hash)).await {
        event::wrong_credentials("wrong PIN", Some(customer.id.as_str()), reference_no.as_str());
        return Err(PayRefusal::WrongPhoneOrPin);
    }
    charge(app, reference_no, customer, option, Some(Write::GuessClear { subject })).await
}

/// Charges a customer who has proved to be one, together with `also`.
pub async fn charge(
    app: &App,
    reference_no: &ReferenceNo,
    customer: Customer,
    option: PayOption,
    also: Option<Write>,
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
    payment::apply(app, Scope::System, reference_no, &Command::Deny { payer: None }, None).await
}

async fn count(app: &App, subject: Subject) -> Result<(), PayRefusal> {
    let told = subject.clone();
    let take = Write::GuessTake { subject, now: app.env.now() };
    match app.store.commit(Changes::new().with(take)).await {
        Ok(()) => Ok(()),
        Err(Refused::TooManyGuesses) => {
            event::locked(&told);
            Err(PayRefusal::TooManyAttempts)
        }
        Err(other) => Err(PayRefusal::Unavailable(other.to_string())),
    }
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
            | Refusal::ExternalIdTaken
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
