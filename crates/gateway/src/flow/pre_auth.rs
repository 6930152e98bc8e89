//! Authorizations: reserving money of a linked account, and ending that by a capture or a void.
//!
//! That they end when nobody captures them in time is the same as of other payments.

use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{self, Command, OpenRejection, Payment, Rejection, Resolution, ResolutionKind};
use lunas_store::{Changes, CommitError, Scope, Write};
use lunas_vocab::{MerchantId, Money, PartnerResolutionNo, ReferenceNo, Secret};

use super::idempotency::IdempotentCall;
use super::link::charge;
use super::payment::open::{OpenCommand, identity, terms};
use super::payment::{Original, Refusal as Moving, Render, find, moved};
use super::{Error, Family, link};
use crate::app::{App, ids};

/// What a merchant asks for when it reserves money.
#[derive(Clone, Debug)]
pub struct AuthorizeCommand {
    /// What is reserved, and for what.
    pub open: OpenCommand,
    /// The token of the linked account.
    pub customer_token: Secret<String>,
    /// The token of the account's option, which alone says which it is.
    pub option_token: Secret<String>,
}

/// How a merchant asks for the end of an authorization.
#[derive(Clone, Debug)]
pub struct CloseCommand {
    /// Which authorization.
    pub original: Original,
    /// Which end.
    pub kind: ResolutionKind,
    /// The merchant's id of it.
    pub partner_resolution_no: PartnerResolutionNo,
    /// How much is captured, if the merchant says so.
    pub amount: Option<Money>,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
}

/// Makes the answer of a call from the end it leads to, and what never changes of the authorization. The same end gives
/// the same answer at any time.
pub type RenderResolution<'a> = &'a (dyn Fn(&Payment, &Resolution) -> Vec<u8> + Sync);

/// Why no money was reserved, or an authorization did not end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The call names another merchant than the one that makes it.
    OtherMerchant,
    /// The rules do not let the authorization open.
    Rules(OpenRejection),
    /// The linked account does not allow it.
    Link(link::Refusal),
    /// The payment that the authorization is was not found, or does not move.
    Payment(Moving),
}

impl Family for Refusal {
    fn of_guard(guard: &CommitError) -> Option<Self> {
        Moving::of_guard(guard).map(Self::Payment)
    }
}

impl From<Error<link::Refusal>> for Error<Refusal> {
    fn from(error: Error<link::Refusal>) -> Self {
        error.map(Refusal::Link)
    }
}

impl From<Error<Moving>> for Error<Refusal> {
    fn from(error: Error<Moving>) -> Self {
        error.map(Refusal::Payment)
    }
}

/// Reserves money and gives the answer, or gives the first answer again, also when the account was unlinked since: what
/// is reserved stays reserved, and its merchant has to know of it.
pub async fn authorize(
    app: &App,
    merchant: &Merchant,
    command: AuthorizeCommand,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let authorized = authorized(app, merchant, command, &call, render).await;
    call.replayed_answer(app, authorized).await
}

async fn authorized(
    app: &App,
    merchant: &Merchant,
    command: AuthorizeCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let (customer_token, option_token) = (command.customer_token.expose(), command.option_token.expose());
    let (linked, option) = charge::charged(app, &merchant.id, customer_token, option_token).await?;
    if command.open.merchant_id.as_ref().is_some_and(|id| *id != merchant.id) {
        return Err(Refusal::OtherMerchant.into());
    }
    let now = app.env.now();
    let terms = terms(app, merchant, &command.open).await?;
    let (order, identity) = (command.open.order, identity(app, merchant, call));
    let decision = payment::authorize(order, identity, linked.customer.id, option, terms, now)
        .map_err(Refusal::Rules)?;
    let answer = render(&decision.payment);
    let opened = Some(decision.payment.reference_no.clone());
    let mut changes = Changes::new()
        .with(call.claim(&answer, opened, now))
        .with(Write::PaymentOpen(Box::new(decision.payment)));
    if let Some(journal) = decision.journal {
        changes.push(Write::JournalPost(journal));
    }
    app.commit(changes).await?;
    Ok(answer)
}

/// Ends a merchant's authorization and gives the answer, or gives the first answer again: to a repeated call, and to
/// another call for the same end under the same number.
pub async fn close(
    app: &App,
    merchant: &MerchantId,
    command: &CloseCommand,
    call: IdempotentCall,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let closed = closed(app, merchant, command, &call, render).await;
    call.replayed_answer(app, closed).await
}

async fn closed(
    app: &App,
    merchant: &MerchantId,
    command: &CloseCommand,
    call: &IdempotentCall,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let payment = find(app, merchant, &command.original).await?;
    let mut answer = Vec::new();
    let order = close_order(app, &payment.reference_no, command);
    let moved = moved(app, Scope::Merchant(merchant), &payment.reference_no, &order, |decision, now| {
        let resolution = decision.resolution.as_ref().expect("a capture or a void that is decided is named");
        answer = render(&decision.payment, resolution);
        Changes::new().with(call.claim(&answer, None, now))
    });
    match moved.await {
        Ok(_) => Ok(answer),
        Err(Error::Refused(refusal @ Moving::Move(Rejection::NotAuthorized(_)))) => {
            let ended = app.store.resolution_find(&payment.reference_no).await?;
            let first = ended.filter(|first| first.is_asked_by(command.kind, &command.partner_resolution_no));
            let first = first.ok_or(Refusal::Payment(refusal))?;
            again(app, &payment, &first, command, call, render).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The answer of the first call under a number, unless this one asks for another amount or its external id stands for
/// another call.
async fn again(
    app: &App,
    payment: &Payment,
    first: &Resolution,
    command: &CloseCommand,
    call: &IdempotentCall,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    if command.amount.is_some_and(|amount| amount != first.amount) {
        return Err(
            Refusal::Payment(Moving::Move(Rejection::FullCaptureOnly { amount: first.amount })).into()
        );
    }
    Ok(call.own_answer::<Refusal>(app).await?.unwrap_or_else(|| render(payment, first)))
}

fn close_order(app: &App, authorization: &ReferenceNo, command: &CloseCommand) -> Command {
    let number = command.partner_resolution_no.clone();
    match command.kind {
        ResolutionKind::Capture => Command::Capture {
            capture_no: ids::capture_no(&app.env, authorization),
            partner_capture_no: number,
            amount: command.amount,
        },
        ResolutionKind::Void => Command::Void {
            void_no: ids::void_no(&app.env, authorization),
            partner_void_no: number,
            reason: command.reason.clone(),
        },
    }
}
