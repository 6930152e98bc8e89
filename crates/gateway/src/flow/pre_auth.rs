//! Authorizations: reserving money of a linked account, and ending that by a capture or a void.
//!
//! That they end when nobody captures them in time is the same as of other payments.

use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{self, Command, MerchantTerms, Payment, Rejection, Resolution, ResolutionKind};
use lunas_store::{Changes, Scope, Write};
use lunas_vocab::{MerchantId, Money, PartnerResolutionNo, Secret};

use super::idempotency::{Attempt, Repeatable, claim, first_answer, own_answer};
use super::payment::{OpenCommand, Original, Render, find, moved, order, terms};
use super::{Refusal, link};
use crate::app::{App, ids};

/// What a merchant asks for when it reserves money.
#[derive(Clone, Debug)]
pub struct AuthorizeCommand {
    /// What is reserved, and for what.
    pub order: OpenCommand,
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

/// Reserves money and gives the answer, or gives the first answer again, also when the account was unlinked since: what
/// is reserved stays reserved, and its merchant has to know of it.
pub async fn authorize(
    app: &App,
    merchant: &Merchant,
    command: AuthorizeCommand,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let authorized = authorized(app, merchant, &command, &repeatable, render).await;
    first_answer(app, &repeatable, authorized).await
}

async fn authorized(
    app: &App,
    merchant: &Merchant,
    command: &AuthorizeCommand,
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    let (customer_token, option_token) = (command.customer_token.expose(), command.option_token.expose());
    let (linked, option) = link::charged(app, &merchant.id, customer_token, option_token).await?;
    if command.order.merchant_id.as_ref().is_some_and(|id| *id != merchant.id) {
        return Err(Refusal::OtherMerchant.into());
    }
    let now = app.env.now();
    let details = command.order.details.clone();
    let terms: MerchantTerms = terms(app, merchant, &command.order, &details).await.map_err(Refusal::from)?;
    let order = order(app, merchant, &command.order, details, repeatable);
    let decision =
        payment::authorize(order, linked.customer.id, option, terms, now).map_err(Refusal::Open)?;
    let answer = render(&decision.payment);
    let opened = Some(decision.payment.reference_no.clone());
    let mut changes = Changes::new()
        .with(claim(repeatable, &answer, opened, now))
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
    repeatable: Repeatable,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Refusal> {
    let closed = closed(app, merchant, command, &repeatable, render).await;
    first_answer(app, &repeatable, closed).await
}

async fn closed(
    app: &App,
    merchant: &MerchantId,
    command: &CloseCommand,
    repeatable: &Repeatable,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Attempt> {
    let payment = find(app, merchant, &command.original).await?;
    let mut answer = Vec::new();
    let order = close_order(app, command);
    let moved = moved(app, Scope::Merchant(merchant), &payment.reference_no, &order, |decision, now| {
        let resolution = decision.resolution.as_ref().expect("a capture or a void that is decided is named");
        answer = render(&decision.payment, resolution);
        Changes::new().with(claim(repeatable, &answer, None, now))
    });
    match moved.await {
        Ok(_) => Ok(answer),
        Err(Attempt::Refused(Refusal::Move(rejection @ Rejection::NotAuthorized(_)))) => {
            let ended = app.store.resolution_find(&payment.reference_no).await.map_err(Refusal::from)?;
            let first = ended.filter(|first| first.is_asked_by(command.kind, &command.partner_resolution_no));
            let first = first.ok_or(Refusal::Move(rejection))?;
            again(app, &payment, &first, command, repeatable, render).await
        }
        Err(refused) => Err(refused),
    }
}

/// The answer of the first call under a number, unless this one asks for another amount or its external id stands for
/// another call.
async fn again(
    app: &App,
    payment: &Payment,
    first: &Resolution,
    command: &CloseCommand,
    repeatable: &Repeatable,
    render: RenderResolution<'_>,
) -> Result<Vec<u8>, Attempt> {
    if command.amount.is_some_and(|amount| amount != first.amount) {
        return Err(Refusal::Move(Rejection::FullCaptureOnly { amount: first.amount }).into());
    }
    Ok(own_answer(app, repeatable).await?.unwrap_or_else(|| render(payment, first)))
}

fn close_order(app: &App, command: &CloseCommand) -> Command {
    let number = command.partner_resolution_no.clone();
    match command.kind {
        ResolutionKind::Capture => Command::Capture {
            capture_no: ids::capture_no(&app.env),
            partner_capture_no: number,
            amount: command.amount,
        },
        ResolutionKind::Void => Command::Void {
            void_no: ids::void_no(&app.env),
            partner_void_no: number,
            reason: command.reason.clone(),
        },
    }
}
