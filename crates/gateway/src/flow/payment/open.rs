//! Opening payments.

use lunas_domain::link::needs_pin;
use lunas_domain::merchant::Merchant;
use lunas_domain::payment::{
    self, Decision, Identity, LinkedAccount, LinkedTerms, MerchantTerms, NamedPointOfPurchase, ORDER_LIFE,
    OpenRejection, Order, Payment, Product, Status,
};
use lunas_domain::replay::{AnswerMark, KeptAnswer};
use lunas_store::{Changes, CommitError, Unavailable, Write};
use lunas_vocab::{MerchantId, PartnerReferenceNo, Phone};

use crate::app::public_url::short_hash;
use crate::app::{App, ids};
use crate::flow::idempotency::IdempotentCall;
use crate::flow::link;
use crate::flow::link::charge::{self, Asked};
use crate::flow::return_url::may_return_to;
use crate::flow::{Error, Family, notification};

/// What a merchant asks for when it opens a payment.
#[derive(Clone, Debug)]
pub struct OpenCommand {
    /// The payment as the rules see it.
    pub order: Order,
    /// The merchant as the body names it.
    pub merchant_id: Option<MerchantId>,
    /// The customer's number, if the merchant knows it.
    pub customer_phone: Option<Phone>,
    /// The linked account that it charges, if it does.
    pub linked: Option<Asked>,
}

/// Makes the answer of an opening from the payment as it opened, with links that start with this URL. The same payment
/// and the same URL give calls that say the same the same answer at any time.
pub type Render<'a> = &'a (dyn Fn(&Payment, &str) -> Vec<u8> + Sync);

/// Why a payment did not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The call names another merchant than the one that makes it.
    OtherMerchant,
    /// The rules do not let it.
    Rules(OpenRejection),
    /// The linked account that it charges does not allow it.
    Link(link::Refusal),
    /// The merchant registered nothing for its codes to say.
    NotOnQris,
    /// The order has a code already.
    OrderTaken,
}

impl Family for Refusal {
    fn of_guard(guard: &CommitError) -> Option<Self> {
        match guard {
            CommitError::InsufficientFunds => Some(Self::Link(link::Refusal::InsufficientFunds)),
            CommitError::OrderTaken => Some(Self::OrderTaken),
            CommitError::Replay
            | CommitError::LostRace
            | CommitError::AccountFull
            | CommitError::TooManyPinAttempts
            | CommitError::NumberTaken
            | CommitError::Exists { .. }
            | CommitError::OutcomeUnknown
            | CommitError::Unavailable(_) => None,
        }
    }
}

impl From<Error<link::Refusal>> for Error<Refusal> {
    fn from(error: Error<link::Refusal>) -> Self {
        error.map(Refusal::Link)
    }
}

/// Opens a payment and gives its answer, or gives the first answer again: to a repeated call, and to another call that
/// asks the same for an order that has its code already.
pub async fn open(
    app: &App,
    merchant: &Merchant,
    command: OpenCommand,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let ordered = command.order.partner_reference_no.clone();
    let opened = try_open(app, merchant, command, &call, render).await;
    match call.replayed(app, opened).await {
        Ok(KeptAnswer::Whole(answer)) => Ok(answer),
        Ok(kept @ KeptAnswer::Mark(_)) => {
            let payment = app.store.payment_find_by_key(&call.key).await?;
            answer_again(app, kept, payment, render).await
        }
        Err(Error::Refused(Refusal::OrderTaken)) => {
            let first = ordered_before(app, &merchant.id, &ordered, &call).await?;
            let (payment, kept) = first.ok_or(Refusal::OrderTaken)?;
            // Its id names the code from now on, as that of the first call does.
            let claim = call.claim_kept(kept.clone(), Some(payment.reference_no.clone()), app.env.now());
            let answer = answer_again(app, kept, Some(payment), render).await?;
            match app.commit(Changes::new().with(claim)).await {
                Ok(()) | Err(CommitError::Replay) => Ok(answer),
                Err(refused) => Err(refused.into()),
            }
        }
        Err(error) => Err(error),
    }
}

/// What is kept of the answer to an opening. Most payments open pending, and what they were like then follows from what
/// never changes of them: a mark is enough to make such an answer again.
fn kept(app: &App, payment: &Payment, answer: &[u8]) -> KeptAnswer {
    match app.public_url_mark {
        Some(base) if payment.is_as_opened() => {
            KeptAnswer::Mark(AnswerMark { base, hash: short_hash(answer) })
        }
        Some(_) | None => KeptAnswer::Whole(answer.to_vec()),
    }
}

/// The answer that was given when the payment opened, and no other.
async fn answer_again(
    app: &App,
    kept: KeptAnswer,
    payment: Option<Payment>,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let AnswerMark { base, hash } = match kept {
        KeptAnswer::Whole(answer) => return Ok(answer),
        KeptAnswer::Mark(mark) => mark,
    };
    let public_url = app.public_url_of(base).await?;
    let opened = payment.map(Payment::as_opened).zip(public_url);
    let answer = opened.map(|(payment, public_url)| render(&payment, &public_url));
    answer.filter(|answer| short_hash(answer) == hash).ok_or_else(|| {
        Error::Unavailable("the answer of an opening does not come out as it was given".to_owned())
    })
}

/// The code that the order has, and what is kept of the answer of the call that got it, if that asked for the same and the
/// code still means something.
async fn ordered_before(
    app: &App,
    merchant: &MerchantId,
    order: &PartnerReferenceNo,
    call: &IdempotentCall,
) -> Result<Option<(Payment, KeptAnswer)>, Unavailable> {
    let Some(first) = app.store.payment_find_by_qr_reference(merchant, order).await? else { return Ok(None) };
    if !matches!(first.status, Status::Pending | Status::Paid) {
        return Ok(None);
    }
    let kept = call.kept_under(app, first.external_id.clone()).await?;
    Ok(kept.map(|kept| (first, kept)))
}

async fn try_open(
    app: &App,
    merchant: &Merchant,
    command: OpenCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    if command.merchant_id.as_ref().is_some_and(|id| *id != merchant.id) {
        return Err(Refusal::OtherMerchant.into());
    }
    let now = app.env.now();
    let mut terms = terms(app, merchant, &command).await?;
    let mut order = command.order;
    if let Some(asked) = &command.linked {
        let (customer, option) = charge::payer(app, &merchant.id, asked, order.amount).await?;
        let needs_pin = needs_pin(order.amount, asked.is_recurring, merchant.links.may_skip_pin);
        terms.linked = Some(LinkedTerms { needs_pin });
        order.details.linked = Some(LinkedAccount::new(&customer.id, option));
    }
    if order.product == Product::Qris {
        order.details.qris = Some(merchant.qris.clone().ok_or(Refusal::NotOnQris)?);
    }
    let Decision { payment, journal, notification, .. } =
        payment::open(order, identity(app, merchant, call), terms, now).map_err(Refusal::Rules)?;
    let answer = render(&payment, &app.public_url);
    let (kept, reference_no) = (kept(app, &payment, &answer), payment.reference_no.clone());
    let mut changes = Changes::new().with(call.claim_kept(kept, Some(reference_no), now));
    if payment.product == Product::Qris {
        let taken_until = now.plus(ORDER_LIFE);
        changes.push(Write::QrReferenceClaim { payment: Box::new(payment.clone()), now, taken_until });
    }
    let (opened_at, is_told) = (payment.changed_at, merchant.is_told_of(payment.status));
    changes.push(Write::PaymentOpen(Box::new(payment)));
    if let Some(journal) = journal {
        changes.push(Write::JournalPost(journal));
    }
    if let Some(told) = notification {
        notification::add(app, &mut changes, is_told, merchant.id.clone(), told, opened_at);
    }
    app.commit(changes).await?;
    app.notifications_waiting.notify_one();
    Ok(answer)
}

/// How a payment that this call opens is known, under a number of its own.
pub(in crate::flow) fn identity(app: &App, merchant: &Merchant, call: &IdempotentCall) -> Identity {
    Identity {
        reference_no: ids::reference_no(&app.env, call.key.bucket()),
        merchant: merchant.id.clone(),
        external_id: call.key.external_id.clone(),
    }
}

/// What the gateway knows that bears on opening this payment.
pub(in crate::flow) async fn terms(
    app: &App,
    merchant: &Merchant,
    command: &OpenCommand,
) -> Result<MerchantTerms, Unavailable> {
    let details = &command.order.details;
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
