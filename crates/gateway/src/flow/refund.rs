//! Refunding payments, and telling what was refunded.

use lunas_domain::ledger::Account;
use lunas_domain::payment::{self, Command, Payment, Product, Refund, Rejection};
use lunas_store::{Changes, CommitError, Store, Unavailable, Write};
use lunas_vocab::{MerchantId, Money, PartnerRefundNo, ReferenceNo};

use super::idempotency::IdempotentCall;
use super::payment::{Original, Refusal as Moving, add_notification, find};
use super::race::Race;
use super::{Error, Family};
use crate::app::{App, ids};

/// What a merchant asks for when it refunds.
#[derive(Clone, Debug)]
pub struct RefundCommand {
    /// Which payment.
    pub original: Original,
    /// The merchant's id of the refund; one is made if there is none.
    pub partner_refund_no: Option<PartnerRefundNo>,
    /// How much; all that is left when the merchant does not say.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<String>,
}

/// Why nothing was refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The payment was not found, or does not let it.
    Payment(Moving),
    /// The payment has a refund of that number, and of another amount.
    Differs,
    /// The payment has a refund of that number, and its product does not let the number come again.
    Repeated,
}

impl Family for Refusal {
    fn of_guard(guard: &CommitError) -> Option<Self> {
        Moving::of_guard(guard).map(Self::Payment)
    }
}

impl From<Error<Moving>> for Error<Refusal> {
    fn from(error: Error<Moving>) -> Self {
        error.map(Refusal::Payment)
    }
}

/// Makes the answer of a call from the refund it leads to, and what never changes of the payment. The same refund gives the same answer at any time.
pub type Render<'a> = &'a (dyn Fn(&Payment, &Refund) -> Vec<u8> + Sync);

/// Refunds a merchant's payment and gives the answer, or gives the first answer again: to a repeated call, and to another
/// call for the same refund under the same number.
pub async fn refund(
    app: &App,
    merchant: &MerchantId,
    command: &RefundCommand,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    match refunded(app, merchant, command, &call, render).await {
        Err(Error::Refused(refusal @ (Refusal::Differs | Refusal::Repeated))) => Err(refusal.into()),
        worked => call.replayed_answer(app, worked).await,
    }
}

/// The refunds of a payment as of its version, the first one first.
pub async fn history(store: &Store, payment: &Payment) -> Result<Vec<Refund>, Unavailable> {
    if payment.refunded.is_positive() {
        store.refunds_list(&payment.reference_no, payment.version).await
    } else {
        Ok(Vec::new())
    }
}

/// Reads, decides and commits, again and again while others are quicker.
async fn refunded(
    app: &App,
    merchant: &MerchantId,
    command: &RefundCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let _turn = app.refund_queue.turn(merchant).await;
    let mut race = Race::in_a_crowd(format!("the refunds of merchant {merchant} change too quickly"));
    loop {
        let payment = find(app, merchant, &command.original).await?;
        if let Some(first) = first(app, &payment, command).await? {
            return again(app, &payment, &first, command, call, render).await;
        }
        match made(app, &mut race, &payment, command, call, render).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {}
            Err(Error::KeyTaken) => return Err(Error::KeyTaken),
            // On another node this very refund may have been quicker: what it took is no reason to refuse it.
            Err(error) => match first(app, &payment, command).await? {
                Some(first) => return again(app, &payment, &first, command, call, render).await,
                None => return Err(error),
            },
        }
    }
}

/// The refund that was made under the command's number. Looked up after the payment was read: one that is made in
/// between moves the payment on, and the commit finds that out.
async fn first(app: &App, payment: &Payment, command: &RefundCommand) -> Result<Option<Refund>, Unavailable> {
    match &command.partner_refund_no {
        Some(number) => app.store.refund_find(&payment.reference_no, number).await,
        None => Ok(None),
    }
}

/// Makes the refund and gives the answer; nothing if somebody was quicker with something.
async fn made(
    app: &App,
    race: &mut Race,
    payment: &Payment,
    command: &RefundCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Option<Vec<u8>>, Error<Refusal>> {
    let (answer, changes) = decided(app, payment, command, call, render).await?;
    Ok(race.commit::<Refusal>(app, changes).await?.then_some(answer))
}

/// The answer of the first refund under a number, unless the call asks for another refund or its external id stands for
/// another call. Of a code, another refund under a number that was used has a refusal of its own.
async fn again(
    app: &App,
    payment: &Payment,
    first: &Refund,
    command: &RefundCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let is_asked = first.is_asked_by(command.amount);
    if payment.product != Product::Qris && !is_asked {
        return Err(Refusal::Differs.into());
    }
    match call.own_answer::<Refusal>(app).await? {
        Some(answer) => Ok(answer),
        None if is_asked => Ok(render(payment, first)),
        None => Err(Refusal::Repeated.into()),
    }
}

/// The answer, and everything that is to be made durable with it.
///
/// The tally is read before the balance. Payments only add to a merchant's balance, and whatever takes from it moves
/// the tally on, so a commit that finds the tally as it was read finds at least that balance.
async fn decided(
    app: &App,
    payment: &Payment,
    command: &RefundCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<(Vec<u8>, Changes), Error<Refusal>> {
    let now = app.env.now();
    let mut decision =
        payment::decide(payment, &order(app, &payment.reference_no, command), now).map_err(refused)?;
    let refund = decision.refund.take().expect("a refund that is decided is named");
    let merchant = payment.merchant.clone();
    let tally = app.store.refund_tally_find(&merchant).await?;
    let balance = app.store.balance_find(&Account::Merchant(merchant.clone())).await?;
    let limit = app.config.refund.daily_limit();
    let tally = tally.take(refund.amount, balance, limit, now).map_err(refused)?;
    let registered = app.merchant(&merchant).await?;
    let answer = render(payment, &refund);
    let mut changes = Changes::new()
        .with(call.claim(&answer, None, now))
        .with(Write::RefundTally(tally))
        .with(Write::PaymentMove(Box::new(decision.payment.clone())))
        .with(Write::RefundAdd(Box::new(refund)));
    if let Some(journal) = decision.journal.take() {
        changes.push(Write::JournalPost(journal));
    }
    let is_told = registered.is_some_and(|m| m.is_told_of(decision.payment.status));
    add_notification(app, &mut changes, is_told, decision);
    Ok((answer, changes))
}

fn refused(rejection: Rejection) -> Refusal {
    Refusal::Payment(Moving::Move(rejection))
}

fn order(app: &App, payment: &ReferenceNo, command: &RefundCommand) -> Command {
    let refund_no = ids::refund_no(&app.env, payment);
    let partner_refund_no = command.partner_refund_no.clone().unwrap_or_else(|| {
        PartnerRefundNo::new(refund_no.as_str()).expect("a refund number is letters and digits")
    });
    Command::Refund { refund_no, partner_refund_no, amount: command.amount, reason: command.reason.clone() }
}
