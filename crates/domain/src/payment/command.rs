//! What can be asked of a payment, and why it may come to nothing.

use lunas_vocab::{
    CustomerId, Money, PartnerRefundNo, PartnerResolutionNo, RefundNo, ResolutionNo, Timestamp,
};

use super::Status;
use crate::ledger::PayOption;

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
        capture_no: ResolutionNo,
        /// The merchant's id of it.
        partner_capture_no: PartnerResolutionNo,
        /// How much, if the merchant says so: everything, or it is refused.
        amount: Option<Money>,
    },
    /// The merchant gives back what is reserved.
    Void {
        /// The id the gateway gives the void.
        void_no: ResolutionNo,
        /// The merchant's id of it.
        partner_void_no: PartnerResolutionNo,
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
