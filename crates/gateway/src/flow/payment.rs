//! Finding, cancelling and moving payments; opening them has a file of its own.

pub mod open;

use lunas_domain::payment::{self, Command, Decision, Expiry, Payment, Product, Rejection, Status};
use lunas_domain::replay::{ReplayKey, ReplayOwner};
use lunas_store::{Changes, CommitError, Scope, Store, Unavailable, Write};
use lunas_vocab::{ExternalId, MerchantId, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::idempotency::IdempotentCall;
use super::race::Race;
use super::{Error, Family, notification, search};
use crate::app::App;

/// Which payment a later call means, by one id or by several. The first that is there finds the payment, and all of
/// them have to be its own: whoever names two payments at once means one of them, and nobody knows which. A payment of
/// another product is not found, whatever names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// What the call is about.
    pub product: Product,
    /// The two digits of the service that opens payments of that product.
    pub opened_by: &'static str,
    /// The gateway's reference.
    pub reference_no: Option<ReferenceNo>,
    /// The merchant's order id. It finds the newest code of that order, and no payment of another product: of those an
    /// order may have several.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// The `X-EXTERNAL-ID` of the call that opened it.
    pub external_id: Option<ExternalId>,
}

/// Makes the stored answer of a call from the payment it leads to.
pub type Render<'a> = &'a (dyn Fn(&Payment) -> Vec<u8> + Sync);

/// Why a payment was not found, or does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such payment, or it is somebody else's.
    NotFound,
    /// An id means another payment than the call's other ids do. Which one.
    NamesOther(&'static str),
    /// The rules, or what the accounts hold, do not let it do this.
    Move(Rejection),
}

impl Family for Refusal {
    fn of_guard(guard: &CommitError) -> Option<Self> {
        match guard {
            CommitError::InsufficientFunds => Some(Self::Move(Rejection::InsufficientFunds)),
            CommitError::AccountFull => Some(Self::Move(Rejection::AccountFull)),
            CommitError::Replay
            | CommitError::OrderTaken
            | CommitError::LostRace
            | CommitError::TooManyPinAttempts
            | CommitError::NumberTaken
            | CommitError::Exists { .. }
            | CommitError::OutcomeUnknown
            | CommitError::Unavailable(_) => None,
        }
    }

    fn is_absence(&self) -> bool {
        matches!(self, Self::NotFound | Self::NamesOther(_))
    }
}

/// Finds a merchant's payment. One whose time is up expires here and now, if no worker has come to it yet: whoever asks
/// is told what is so, and what is told is durable.
pub async fn find(app: &App, merchant: &MerchantId, original: &Original) -> Result<Payment, Error<Refusal>> {
    let payment = search::certain(&app.store, || stored(&app.store, merchant, original)).await?;
    if !is_due(app, &payment) {
        return Ok(payment);
    }
    let (scope, reference_no) = (Scope::Merchant(merchant), &payment.reference_no);
    match apply(app, scope, reference_no, &Command::Expire(Expiry::Due), Vec::new()).await {
        // Somebody was quicker.
        Err(Error::Refused(Refusal::Move(_))) => {
            Ok(app.store.payment_find(scope, reference_no).await?.ok_or(Refusal::NotFound)?)
        }
        expired => expired,
    }
}

/// A merchant's payment as a store has it.
pub(super) async fn stored(
    store: &Store,
    merchant: &MerchantId,
    original: &Original,
) -> Result<Payment, Error<Refusal>> {
    let Original { product, reference_no, partner_reference_no, external_id, .. } = original;
    let found = match (reference_no, partner_reference_no, external_id) {
        (Some(reference_no), _, _) => store.payment_find(Scope::Merchant(merchant), reference_no).await?,
        (None, Some(order), _) if *product == Product::Qris => {
            store.payment_find_by_qr_reference(merchant, order).await?
        }
        (None, _, Some(external_id)) => find_opened_by(store, merchant, original, external_id).await?,
        (None, _, None) => None,
    };
    let payment = found.filter(|payment| payment.product == *product).ok_or(Refusal::NotFound)?;
    if partner_reference_no.as_ref().is_some_and(|id| *id != payment.partner_reference_no) {
        return Err(Refusal::NamesOther("originalPartnerReferenceNo").into());
    }
    match external_id {
        Some(id) if *id != payment.external_id => {
            // A code may have been given to more calls than the one that made it.
            let named = find_opened_by(store, merchant, original, id).await?;
            let is_same = named.is_some_and(|named| named.reference_no == payment.reference_no);
            if is_same { Ok(payment) } else { Err(Refusal::NamesOther("originalExternalId").into()) }
        }
        Some(_) | None => Ok(payment),
    }
}

/// The payment that a call opened, or was given.
async fn find_opened_by(
    store: &Store,
    merchant: &MerchantId,
    original: &Original,
    external_id: &ExternalId,
) -> Result<Option<Payment>, Unavailable> {
    let owner = ReplayOwner::Merchant(merchant.clone());
    let key = ReplayKey { owner, service: original.opened_by, external_id: external_id.clone() };
    store.payment_find_by_key(&key).await
}

/// Whether a payment's time is up and nothing has come of it yet.
pub(super) fn is_due(app: &App, payment: &Payment) -> bool {
    payment.status.is_waiting() && app.env.now() >= payment.valid_up_to
}

/// Cancels a merchant's payment, for a reason if one is named, and gives the answer, or gives the first answer again.
pub async fn cancel(
    app: &App,
    merchant: &MerchantId,
    original: &Original,
    reason: Option<&str>,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let cancelled = cancelled(app, merchant, original, reason, &call, render).await;
    call.replayed_answer(app, cancelled).await
}

async fn cancelled(
    app: &App,
    merchant: &MerchantId,
    original: &Original,
    reason: Option<&str>,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let payment = find(app, merchant, original).await?;
    let mut answer = Vec::new();
    moved(app, Scope::Merchant(merchant), &payment.reference_no, &Command::Cancel, |decision, now| {
        answer = render(&decision.payment);
        let mut changes = Changes::new().with(call.claim(&answer, None, now));
        if let Some(reason) = reason {
            let (reference_no, reason) = (decision.payment.reference_no.clone(), reason.to_owned());
            changes.push(Write::CancellationAdd { reference_no, reason });
        }
        changes
    })
    .await?;
    Ok(answer)
}

/// Carries out a command on a payment, together with `also`.
pub async fn apply(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
    also: Vec<Write>,
) -> Result<Payment, Error<Refusal>> {
    moved(app, scope, reference_no, command, |_, _| Changes { writes: also.clone() }).await
}

/// Reads, decides and commits, again and again while others are quicker. `with` gives what is committed along with the
/// move, once it is decided.
pub(super) async fn moved(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
    mut with: impl FnMut(&Decision, Timestamp) -> Changes,
) -> Result<Payment, Error<Refusal>> {
    let mut race = Race::new(format!("payment {reference_no} changes too quickly"));
    loop {
        let payment = app.store.payment_find(scope, reference_no).await?.ok_or(Refusal::NotFound)?;
        let now = app.env.now();
        let mut decision = payment::decide(&payment, command, now).map_err(Refusal::Move)?;
        let merchant = app.merchant(&payment.merchant).await?;
        let next = decision.payment.clone();
        let mut changes = with(&decision, now).with(Write::PaymentMove(Box::new(next.clone())));
        if let Some(resolution) = decision.resolution.take() {
            changes.push(Write::ResolutionAdd(Box::new(resolution)));
        }
        if let Some(journal) = decision.journal.take() {
            changes.push(Write::JournalPost(journal));
        }
        let is_told = merchant.is_some_and(|m| m.is_told_of(next.status));
        add_notification(app, &mut changes, is_told, decision);
        if race.commit(app, changes).await? {
            return Ok(next);
        }
    }
}

/// Adds what the merchant is told of a decision, if it is.
pub(super) fn add_notification(app: &App, changes: &mut Changes, is_told: bool, decision: Decision) {
    let Payment { merchant, changed_at, .. } = decision.payment;
    if let Some(told) = decision.notification {
        notification::add(app, changes, is_told, merchant, told, changed_at);
    }
}

/// Reports a payment's rejection when its time is up but nobody has recorded it yet: to everybody it has expired.
pub fn standing(rejection: Rejection) -> Option<Status> {
    match rejection {
        Rejection::NotPending(status) | Rejection::NotAuthorized(status) => Some(status),
        Rejection::TimeIsUp => Some(Status::Expired),
        Rejection::NotYetExpired
        | Rejection::OptionNotOffered
        | Rejection::OtherAccount
        | Rejection::FullCaptureOnly { .. }
        | Rejection::NotPaid(_)
        | Rejection::RefundedInFull
        | Rejection::RefundWindowOver { .. }
        | Rejection::RefundClosed
        | Rejection::FullRefundOnly { .. }
        | Rejection::ExceedsAmount { .. }
        | Rejection::DailyLimit
        | Rejection::InsufficientFunds
        | Rejection::AccountFull => None,
    }
}
