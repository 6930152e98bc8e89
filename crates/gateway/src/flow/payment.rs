//! Opening, finding, cancelling and moving payments.

use lunas_domain::link::needs_pin;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{
    self, Command, Decision, Details, Expiry, LinkedAccount, LinkedTerms, MerchantTerms, Method,
    NamedPointOfPurchase, ORDER_LIFE, Order, Payment, Product, Rejection, Status,
};
use lunas_domain::replay::ReplayKey;
use lunas_store::{Changes, CommitError, Scope, Store, Write};
use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, Phone, ReferenceNo, Timestamp};

use super::idempotency::{Attempt, RACES_MAX, Repeatable, answer_of, claim, first_answer};
use super::link::{self, Asked};
use super::return_url::may_return_to;
use super::{Refusal, notification};
use crate::app::{App, ids};

/// What a merchant asks for when it opens a payment.
#[derive(Clone, Debug)]
pub struct OpenCommand {
    /// The merchant's order id.
    pub partner_reference_no: PartnerReferenceNo,
    /// The merchant as the body names it.
    pub merchant_id: Option<MerchantId>,
    /// What is to be paid.
    pub amount: Money,
    /// What it is sold as.
    pub product: Product,
    /// Who carries it out.
    pub method: Method,
    /// When it is to stop waiting.
    pub valid_up_to: Option<Timestamp>,
    /// The customer's number, if the merchant knows it.
    pub customer_phone: Option<Phone>,
    /// The linked account that it charges, if it does.
    pub linked: Option<Asked>,
    /// The rest.
    pub details: Details,
}

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

/// Opens a payment and gives its answer, or gives the first answer again: to a repeated call, and to another call that
/// asks the same for an order that has its code already.
pub async fn open(
    app: &App,
    merchant: &Merchant,
    mut command: OpenCommand,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let details = std::mem::take(&mut command.details);
    let opened = try_open(app, merchant, &command, details, &repeatable, render).await;
    match first_answer(app, &repeatable, opened).await {
        Err(Refusal::OrderTaken) => {
            let first = ordered_before(app, &merchant.id, &command.partner_reference_no, &repeatable).await?;
            let (reference_no, answer) = first.ok_or(Refusal::OrderTaken)?;
            // Its id names the code from now on, as that of the first call does.
            let claim = claim(&repeatable, &answer, Some(reference_no), app.env.now());
            match app.commit(Changes::new().with(claim)).await {
                Ok(()) | Err(CommitError::Replay) => Ok(answer),
                Err(refused) => Err(refused.into()),
            }
        }
        answered => answered,
    }
}

/// The code that the order has, and the answer of the call that got it, if that asked for the same and the code still
/// means something.
async fn ordered_before(
    app: &App,
    merchant: &MerchantId,
    order: &PartnerReferenceNo,
    repeatable: &Repeatable,
) -> Result<Option<(ReferenceNo, Vec<u8>)>, Refusal> {
    let Some(first) = app.store.payment_find_by_qr_reference(merchant, order).await? else { return Ok(None) };
    if !matches!(first.status, Status::Pending | Status::Paid) {
        return Ok(None);
    }
    let key = ReplayKey { external_id: first.external_id, ..repeatable.key.clone() };
    let answer = answer_of(app, &key, repeatable).await?;
    Ok(answer.map(|answer| (first.reference_no, answer)))
}

/// Works a command whose details were taken out of it.
async fn try_open(
    app: &App,
    merchant: &Merchant,
    command: &OpenCommand,
    mut details: Details,
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    if command.merchant_id.as_ref().is_some_and(|id| *id != merchant.id) {
        return Err(Refusal::OtherMerchant.into());
    }
    let now = app.env.now();
    let mut terms = terms(app, merchant, command, &details).await.map_err(Refusal::from)?;
    if let Some(asked) = &command.linked {
        let (customer, option) = link::payer(app, &merchant.id, asked, command.amount).await?;
        let needs_pin = needs_pin(command.amount, asked.is_recurring, merchant.links.may_skip_pin);
        terms.linked = Some(LinkedTerms { needs_pin });
        details.linked = Some(LinkedAccount::new(&customer.id, option));
    }
    if command.product == Product::Qris {
        details.qris = Some(merchant.qris.clone().ok_or(Refusal::NotOnQris)?);
    }
    let order = order(app, merchant, command, details, repeatable);
    let Decision { payment, journal, notification, .. } =
        payment::open(order, terms, now).map_err(Refusal::Open)?;
    let answer = render(&payment);
    let mut changes =
        Changes::new().with(claim(repeatable, &answer, Some(payment.reference_no.clone()), now));
    if payment.product == Product::Qris {
        let taken_until = now.plus(ORDER_LIFE);
        changes.push(Write::QrReferenceClaim { payment: Box::new(payment.clone()), now, taken_until });
    }
    let opened_at = payment.changed_at;
    changes.push(Write::PaymentOpen(Box::new(payment)));
    if let Some(journal) = journal {
        changes.push(Write::JournalPost(journal));
    }
    if let Some(told) = notification {
        notification::add(
            app,
            &mut changes,
            merchant.notify_url.is_some(),
            merchant.id.clone(),
            told,
            opened_at,
        );
    }
    app.commit(changes).await?;
    app.notifications_waiting.notify_one();
    Ok(answer)
}

/// The order that a command with these details stands for, under a number of its own.
pub(super) fn order(
    app: &App,
    merchant: &Merchant,
    command: &OpenCommand,
    details: Details,
    repeatable: &Repeatable,
) -> Order {
    Order {
        reference_no: ids::reference_no(&app.env),
        merchant: merchant.id.clone(),
        partner_reference_no: command.partner_reference_no.clone(),
        external_id: repeatable.key.external_id.clone(),
        amount: command.amount,
        product: command.product,
        method: command.method,
        valid_up_to: command.valid_up_to,
        details,
    }
}

/// What the gateway knows that bears on opening this payment.
pub(super) async fn terms(
    app: &App,
    merchant: &Merchant,
    command: &OpenCommand,
    details: &Details,
) -> Result<MerchantTerms, lunas_store::Unavailable> {
    let point_of_purchase = details.point_of_purchase_id().map(|named| {
        let known = merchant.points_of_purchase.iter().find(|p| p.id == named);
        known.map_or(NamedPointOfPurchase::Unknown, |p| NamedPointOfPurchase::Known(p.kind))
    });
    let customer_is_blocked = match &command.customer_phone {
        Some(phone) => app.customer_is_blocked(phone).await?,
        None => false,
    };
    let named = details.return_url.as_ref();
    let is_url_unknown =
        named.is_some_and(|target| !may_return_to(app.controls.as_ref(), merchant, &target.url));
    let return_url = merchant.return_url.clone();
    Ok(MerchantTerms { return_url, point_of_purchase, customer_is_blocked, is_url_unknown, linked: None })
}

/// Finds a merchant's payment. One whose time is up expires here and now, if no worker has come to it yet: whoever asks
/// is told what is so, and what is told is durable.
pub async fn find(app: &App, merchant: &MerchantId, original: &Original) -> Result<Payment, Refusal> {
    let payment = stored(&app.store, merchant, original).await?;
    if !is_due(app, &payment) {
        return Ok(payment);
    }
    let (scope, reference_no) = (Scope::Merchant(merchant), &payment.reference_no);
    match apply(app, scope, reference_no, &Command::Expire(Expiry::Due), Vec::new()).await {
        Ok(expired) => Ok(expired),
        // Somebody was quicker.
        Err(Refusal::Move(_)) => app.store.payment_find(scope, reference_no).await?.ok_or(Refusal::NotFound),
        Err(refusal) => Err(refusal),
    }
}

/// A merchant's payment as a store has it.
pub(super) async fn stored(
    store: &Store,
    merchant: &MerchantId,
    original: &Original,
) -> Result<Payment, Refusal> {
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
        return Err(Refusal::NamesOther("originalPartnerReferenceNo"));
    }
    match external_id {
        Some(id) if *id != payment.external_id => {
            // A code may have been given to more calls than the one that made it.
            let named = find_opened_by(store, merchant, original, id).await?;
            let is_same = named.is_some_and(|named| named.reference_no == payment.reference_no);
            if is_same { Ok(payment) } else { Err(Refusal::NamesOther("originalExternalId")) }
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
) -> Result<Option<Payment>, Refusal> {
    let (merchant, external_id) = (merchant.clone(), external_id.clone());
    let key = ReplayKey { merchant, service: original.opened_by, external_id };
    Ok(store.payment_find_by_key(&key).await?)
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
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let cancelled = cancelled(app, merchant, original, reason, &repeatable, render).await;
    first_answer(app, &repeatable, cancelled).await
}

async fn cancelled(
    app: &App,
    merchant: &MerchantId,
    original: &Original,
    reason: Option<&str>,
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    let payment = find(app, merchant, original).await?;
    let mut answer = Vec::new();
    moved(app, Scope::Merchant(merchant), &payment.reference_no, &Command::Cancel, |decision, now| {
        answer = render(&decision.payment);
        let mut changes = Changes::new().with(claim(repeatable, &answer, None, now));
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
) -> Result<Payment, Refusal> {
    let moved = moved(app, scope, reference_no, command, |_, _| Changes { writes: also.clone() });
    moved.await.map_err(Attempt::without_key)
}

/// Reads, decides and commits, again and again while others are quicker. `with` gives what is committed along with the
/// move, once it is decided.
pub(super) async fn moved(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
    mut with: impl FnMut(&Decision, Timestamp) -> Changes,
) -> Result<Payment, Attempt> {
    for _ in 0..RACES_MAX {
        let found = app.store.payment_find(scope, reference_no).await.map_err(Refusal::from)?;
        let payment = found.ok_or(Refusal::NotFound)?;
        let now = app.env.now();
        let mut decision = payment::decide(&payment, command, now).map_err(Refusal::Move)?;
        let merchant = app.merchant(&payment.merchant).await.map_err(Refusal::from)?;
        let next = decision.payment.clone();
        let mut changes = with(&decision, now).with(Write::PaymentMove(Box::new(next.clone())));
        if let Some(resolution) = decision.resolution.take() {
            changes.push(Write::ResolutionAdd(Box::new(resolution)));
        }
        if let Some(journal) = decision.journal.take() {
            changes.push(Write::JournalPost(journal));
        }
        let is_told = merchant.is_some_and(|m| m.notify_url.is_some());
        add_notification(app, &mut changes, is_told, decision);
        match app.commit(changes).await {
            Ok(()) => {
                app.notifications_waiting.notify_one();
                return Ok(next);
            }
            Err(CommitError::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable(format!("payment {reference_no} changes too quickly")).into())
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
