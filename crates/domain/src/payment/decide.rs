//! What a command means for a payment in each of its states.

use lunas_vocab::{ClosingNo, CustomerId, Money, PartnerClosingNo, PartnerRefundNo, RefundNo, Timestamp};

use super::{Decision, LinkedAccount, Payment, Status, pre_auth, refund};
use crate::ledger::{Journal, PayOption};

/// Something that is asked of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The customer pays.
    Pay {
        /// Who.
        payer: CustomerId,
        /// With what.
        option: PayOption,
    },
    /// The customer says no, or the issuer does.
    Deny {
        /// Who was denied, if known.
        payer: Option<CustomerId>,
    },
    /// Carrying it out failed for a technical reason.
    Fail,
    /// The merchant takes it back.
    Cancel,
    /// It stops waiting.
    Expire(Expiry),
    /// The merchant takes what is reserved.
    Capture {
        /// The id the gateway gives the capture.
        capture_no: ClosingNo,
        /// The merchant's id of it.
        partner_capture_no: PartnerClosingNo,
        /// How much, if the merchant says so: everything, or it is refused.
        amount: Option<Money>,
    },
    /// The merchant gives back what is reserved.
    Void {
        /// The id the gateway gives the void.
        void_no: ClosingNo,
        /// The merchant's id of it.
        partner_void_no: PartnerClosingNo,
        /// Why, in the merchant's words.
        reason: Option<String>,
    },
    /// The merchant gives the money back, or a part of it.
    Refund {
        /// The id the gateway gives the refund.
        refund_no: RefundNo,
        /// The merchant's id of it.
        partner_refund_no: PartnerRefundNo,
        /// How much; all that is left when the merchant does not say.
        amount: Option<Money>,
        /// Why, in the merchant's words.
        reason: Option<String>,
    },
}

/// Why a payment stops waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Its time is up.
    Due,
    /// Somebody does not want to wait for that: only a sandbox's controls say so.
    Early,
}

/// Why a command changes nothing, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The payment is no longer pending, so it can neither be paid nor ended any more.
    NotPending(Status),
    /// The payment waits no longer, although nobody has recorded that yet.
    TimeIsUp,
    /// The payment may still be paid.
    NotYetExpired,
    /// The payment's method has no such option to pay with.
    OptionNotOffered,
    /// The payment charges a linked account, and this is another account or another option of it.
    OtherAccount,
    /// Nothing is reserved, so nothing can be captured or given back. An authorization whose time is up counts as
    /// cancelled, whether or not that is recorded yet.
    NotAuthorized(Status),
    /// An authorization is captured as a whole.
    FullCaptureOnly {
        /// The whole.
        amount: Money,
    },
    /// There is nothing to refund, because nobody paid.
    NotPaid(Status),
    /// Everything was given back before.
    RefundedInFull,
    /// The payment was paid too long ago to be refunded.
    RefundWindowOver {
        /// When the window closed.
        closed_at: Timestamp,
    },
    /// ShopeePay gives back at other hours only.
    RefundClosed,
    /// ShopeePay gives back the whole payment or nothing.
    FullRefundOnly {
        /// The whole payment.
        amount: Money,
    },
    /// The refund is more than what is left of the payment, or less than anything.
    ExceedsAmount {
        /// What is left.
        left: Money,
    },
    /// The merchant's refunds of the day would come to more than it may give back in a day.
    DailyLimit,
    /// The account that gives does not hold enough. The payer's is guarded when the decision is made durable, the
    /// merchant's by [`RefundTally::take`](super::RefundTally::take).
    InsufficientFunds,
    /// The account that takes would hold more than an account can, which is found out when the decision is made durable.
    AccountFull,
}

/// Decides what `command` means for `payment` at `now`.
///
/// A customer's success that comes after the time is up does not count: the payment expires instead. A refund also
/// needs the merchant's [`RefundTally`](super::RefundTally), which is shared by all of its payments.
pub fn decide(payment: &Payment, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let is_over = now >= payment.valid_up_to;
    match (payment.status, command) {
        (Status::Authorized, command) => pre_auth::decide(payment, command, now),
        (
            Status::Paid
            | Status::Refunded
            | Status::Cancelled
            | Status::Failed
            | Status::Expired
            | Status::Denied,
            Command::Pay { .. } | Command::Deny { .. } | Command::Fail | Command::Cancel | Command::Expire(_),
        ) => Err(Rejection::NotPending(payment.status)),
        (Status::Pending, Command::Expire(Expiry::Due)) if !is_over => Err(Rejection::NotYetExpired),
        (Status::Pending, Command::Expire(Expiry::Due | Expiry::Early)) => {
            Ok(moved(payment, Status::Expired, now))
        }
        (Status::Pending, Command::Pay { .. } | Command::Deny { .. } | Command::Fail | Command::Cancel)
            if is_over =>
        {
            Err(Rejection::TimeIsUp)
        }
        (Status::Pending, Command::Pay { payer, option }) if !is_of_account(payment, payer, *option) => {
            Err(Rejection::OtherAccount)
        }
        (Status::Pending, Command::Deny { payer: Some(payer) }) if !is_of_customer(payment, payer) => {
            Err(Rejection::OtherAccount)
        }
        (Status::Pending, Command::Pay { option, .. }) if !offers(payment, *option) => {
            Err(Rejection::OptionNotOffered)
        }
        (Status::Pending, Command::Pay { payer, option }) => Ok(paid(payment, payer, *option, now)),
        (Status::Pending, Command::Deny { payer }) => {
            let mut decision = moved(payment, Status::Denied, now);
            decision.payment.payer.clone_from(payer);
            Ok(decision)
        }
        (Status::Pending, Command::Fail) => Ok(moved(payment, Status::Failed, now)),
        (Status::Pending, Command::Cancel) => Ok(moved(payment, Status::Cancelled, now)),
        (
            Status::Paid
            | Status::Pending
            | Status::Refunded
            | Status::Cancelled
            | Status::Failed
            | Status::Expired
            | Status::Denied,
            Command::Capture { .. } | Command::Void { .. },
        ) => Err(Rejection::NotAuthorized(payment.status)),
        (
            Status::Pending | Status::Cancelled | Status::Failed | Status::Expired | Status::Denied,
            Command::Refund { .. },
        ) => Err(Rejection::NotPaid(payment.status)),
        (
            Status::Paid | Status::Refunded,
            Command::Refund { refund_no, partner_refund_no, amount, reason },
        ) => {
            let amount = refund::amount(payment, *amount, now)?;
            let decision = moved(payment, Status::Refunded, now);
            Ok(refund::made(decision, amount, refund_no, partner_refund_no, reason.as_deref()))
        }
    }
}

/// Savings are for linked accounts only.
fn offers(payment: &Payment, option: PayOption) -> bool {
    payment.method.offers(option) && (option != PayOption::Savings || payment.details.linked.is_some())
}

/// Nobody who is refused for an account of theirs ends the charge of another's.
fn is_of_customer(payment: &Payment, customer: &CustomerId) -> bool {
    payment.details.linked.as_ref().and_then(LinkedAccount::customer).is_none_or(|owner| owner == *customer)
}

/// A payment that charges no account in particular is paid by whoever comes.
fn is_of_account(payment: &Payment, payer: &CustomerId, option: PayOption) -> bool {
    payment.details.linked.as_ref().is_none_or(|linked| linked.is_paid_by(payer, option))
}

pub(super) fn paid(payment: &Payment, payer: &CustomerId, option: PayOption, now: Timestamp) -> Decision {
    let mut decision = moved(payment, Status::Paid, now);
    decision.payment.payer = Some(payer.clone());
    decision.payment.option = Some(option);
    decision.payment.paid_at = Some(now);
    let (merchant, reference_no) = (payment.merchant.clone(), &payment.reference_no);
    decision.journal = Journal::payment(payer.clone(), option, merchant, payment.amount, reference_no, now);
    decision
}

/// The payment's next state, with everything else as it was.
pub(super) fn moved(payment: &Payment, status: Status, now: Timestamp) -> Decision {
    let version = payment.version + 1;
    let next = Payment { status, version, changed_at: now, ..payment.clone() };
    let notice = next.notice();
    Decision { payment: next, journal: None, refund: None, closing: None, notice }
}
