//! Opening, finding, cancelling and moving payments.

use lunas_domain::link::needs_pin;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{
    self, Command, Decision, Details, Expiry, LinkedAccount, LinkedTerms, MerchantTerms, Method,
    NamedPointOfPurchase, ORDER_LIFE, Order, Payment, Product, Rejection,
};
use lunas_domain::replay::{self, Repetition, ReplayKey};
use lunas_store::{Changes, Refused, Scope, Store, Write};
use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, Phone, ReferenceNo, Timestamp};

use super::link::{self, Asked};
use super::return_url::may_return_to;
use super::{Difference, Refusal, notice};
use crate::app::{App, ids};

/// How often a flow that lost a race looks again before it gives up.
pub(super) const RACES_MAX: u32 = 8;

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

/// What a call is recognised by when it is repeated.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The key.
    pub key: ReplayKey,
    /// SHA-256 of the body, written in one canonical way.
    pub request_hash: [u8; 32],
}

/// Which payment a later call means. A payment of another product is not found, whatever names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// What the call is about.
    pub product: Product,
    /// How it names the payment.
    pub name: Name,
}

/// How a later call names a payment. The gateway's own reference wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// By the gateway's reference.
    Reference(ReferenceNo),
    /// By the merchant's order id, which names the newest code of that order.
    Order(PartnerReferenceNo),
    /// By the call that opened it.
    Opening {
        /// The service's two digits.
        service: &'static str,
        /// The call's `X-EXTERNAL-ID`.
        external_id: ExternalId,
    },
}

/// Makes the stored answer of a call from the payment it leads to.
pub type Render<'a> = &'a (dyn Fn(&Payment) -> Vec<u8> + Sync);

/// Opens a payment and gives its answer, or gives the first answer again.
pub async fn open(
    app: &App,
    merchant: &Merchant,
    mut command: OpenCommand,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let details = std::mem::take(&mut command.details);
    match opened(app, merchant, &command, details, &repeatable, render).await {
        Ok(answer) => Ok(answer),
        Err(refusal) => opened_before(app, &command, &repeatable, refusal).await,
    }
}

/// The first answer of a call that was to open a payment and did not, if it is a repetition; else why it did not, or
/// what sets it apart from the call that its external id stands for.
pub(super) async fn opened_before(
    app: &App,
    command: &OpenCommand,
    repeatable: &Repeatable,
    refusal: Attempt,
) -> Result<Vec<u8>, Refusal> {
    match repetition(app, repeatable, refusal).await? {
        Repetition::Same(answer) => Ok(answer),
        Repetition::Different => {
            let first = app.store.payment_find_by_key(&repeatable.key).await?;
            Err(Refusal::Inconsistent(first.map_or(Difference::Other, |p| difference(&p, command))))
        }
    }
}

/// Works a command whose details were taken out of it.
async fn opened(
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
    let Decision { payment, journal, notice, .. } =
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
    if let Some(told) = notice {
        notice::add(app, &mut changes, merchant.notify_url.is_some(), merchant.id.clone(), told, opened_at);
    }
    app.commit(changes).await?;
    app.notices_waiting.notify_one();
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
        named.is_some_and(|target| !may_return_to(app.sandbox.as_ref(), merchant, &target.url));
    let return_url = merchant.return_url.clone();
    Ok(MerchantTerms { return_url, point_of_purchase, customer_is_blocked, is_url_unknown, linked: None })
}

/// Whether a merchant registered a URL, or one above it, for its customers to be sent to.
pub fn may_redirect_to(merchant: &Merchant, url: &str) -> bool {
    let Ok(normal) = url::Url::parse(url) else { return false };
    merchant.links.allow(normal.as_str()) || merchant.return_url.as_deref() == Some(url)
}

fn difference(first: &Payment, command: &OpenCommand) -> Difference {
    if first.amount != command.amount {
        Difference::Amount
    } else if first.partner_reference_no != command.partner_reference_no {
        Difference::PartnerReferenceNo
    } else if command.valid_up_to.is_some_and(|t| t != first.valid_up_to) {
        Difference::ValidUpTo
    } else {
        Difference::Other
    }
}

/// Finds a merchant's payment. One whose time is up expires here and now, if no worker has come to it yet: whoever asks
/// is told what is so, and what is told is durable.
pub async fn find(app: &App, merchant: &MerchantId, original: &Original) -> Result<Payment, Refusal> {
    let payment = stored(&app.store, merchant, original).await?;
    if !is_due(app, &payment) {
        return Ok(payment);
    }
    let (scope, reference_no) = (Scope::Partner(merchant), &payment.reference_no);
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
    let found = match &original.name {
        Name::Reference(reference) => store.payment_find(Scope::Partner(merchant), reference).await?,
        Name::Order(order) => store.payment_find_by_qr_reference(merchant, order).await?,
        Name::Opening { service, external_id } => {
            let (merchant, external_id) = (merchant.clone(), external_id.clone());
            store.payment_find_by_key(&ReplayKey { merchant, service, external_id }).await?
        }
    };
    found.filter(|payment| payment.product == original.product).ok_or(Refusal::NotFound)
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
    match cancelled(app, merchant, original, reason, &repeatable, render).await {
        Ok(answer) => Ok(answer),
        Err(refusal) => match repetition(app, &repeatable, refusal).await? {
            Repetition::Same(answer) => Ok(answer),
            Repetition::Different => Err(Refusal::Inconsistent(Difference::Other)),
        },
    }
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
    moved(app, Scope::Partner(merchant), &payment.reference_no, &Command::Cancel, |decision, now| {
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
        if let Some(closing) = decision.closing.take() {
            changes.push(Write::ClosingAdd(Box::new(closing)));
        }
        if let Some(journal) = decision.journal.take() {
            changes.push(Write::JournalPost(journal));
        }
        let is_told = merchant.is_some_and(|m| m.notify_url.is_some());
        add_notice(app, &mut changes, is_told, decision);
        match app.commit(changes).await {
            Ok(()) => {
                app.notices_waiting.notify_one();
                return Ok(next);
            }
            Err(Refused::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable(format!("payment {reference_no} changes too quickly")).into())
}

/// Adds what the merchant is told of a decision, if it is.
pub(super) fn add_notice(app: &App, changes: &mut Changes, is_told: bool, decision: Decision) {
    let Payment { merchant, changed_at, .. } = decision.payment;
    if let Some(told) = decision.notice {
        notice::add(app, changes, is_told, merchant, told, changed_at);
    }
}

/// Takes the call's key. `opened` is the payment it opened, if it did.
pub(super) fn claim(
    repeatable: &Repeatable,
    answer: &[u8],
    opened: Option<ReferenceNo>,
    now: Timestamp,
) -> Write {
    Write::ReplayClaim {
        key: repeatable.key.clone(),
        request_hash: repeatable.request_hash,
        body: answer.to_vec(),
        opened,
        now,
        kept_until: replay::kept_until(now),
    }
}

/// Why an attempt at a repeatable call did not go through.
pub(super) enum Attempt {
    /// Its key is taken.
    Replay,
    /// Anything else.
    Refused(Refusal),
}

impl Attempt {
    /// Why an attempt that claims no key did not go through.
    pub(super) fn without_key(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Replay => Refusal::Unavailable("a replay key was claimed out of turn".to_owned()),
        }
    }
}

impl From<Refusal> for Attempt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Refused> for Attempt {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Replay => Self::Replay,
            other => Self::Refused(other.into()),
        }
    }
}

/// Whether a call that did not go through is a repetition. Idempotency comes before the rules: a repeated order whose
/// time is long up still gets its first answer.
pub(super) async fn repetition(
    app: &App,
    repeatable: &Repeatable,
    attempt: Attempt,
) -> Result<Repetition, Refusal> {
    let refusal = match attempt {
        Attempt::Refused(unavailable @ (Refusal::Unavailable(_) | Refusal::OutcomeUnknown)) => {
            return Err(unavailable);
        }
        Attempt::Refused(refusal) => refusal,
        Attempt::Replay => Refusal::Unavailable("the first answer expired while it was looked up".to_owned()),
    };
    let stored = app.store.replay_find(&repeatable.key, app.env.now()).await?;
    stored.map(|answer| answer.judge(&repeatable.request_hash)).ok_or(refusal)
}

/// Reports a payment's rejection when its time is up but nobody has recorded it yet: to everybody it has expired.
pub fn standing(rejection: Rejection) -> Option<lunas_domain::payment::Status> {
    match rejection {
        Rejection::NotPending(status) | Rejection::NotAuthorized(status) => Some(status),
        Rejection::TimeIsUp => Some(lunas_domain::payment::Status::Expired),
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
        | Rejection::InsufficientFunds => None,
    }
}
