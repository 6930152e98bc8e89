//! Auth refund (69): a merchant gives back what it captured, or a part of it.

use lunas_vocab::{Money, PartnerRefundNo, RefundNo, Timestamp};

use super::debit_refund::{AboveZero, REASON_MAX, RefundId};
use super::original::{Ids, KeyedOriginal};
use super::{Original, message};
use crate::field::Spread;

message! {
    /// Names the authorization to refund, and how much of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundRequest: request {
        /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call.
        pub original: Original as Ids<KeyedOriginal> => "";
        /// your id of the refund, letters, digits and `-` `_`; the same one is never refunded twice
        pub partner_refund_no: PartnerRefundNo as RefundId => "partnerRefundNo";
        /// what to give back; all that is left if absent. Within 180 days of the capture
        pub amount: Option<Money> as Option<AboveZero> => "refundAmount";
        /// why, as the customer reads it
        pub reason: Option<String> => "reason", max REASON_MAX;
    }
}

message! {
    /// The refund was made.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundAnswer: answer AuthRefund {
        /// The authorization, without the id of its call.
        pub original: Original as Spread<Original> => "";
        /// your id of the refund
        pub partner_refund_no: Option<PartnerRefundNo> => "partnerRefundNo", or "partnerReferenceNo";
        /// the gateway's id of it
        pub refund_no: RefundNo => "refundNo";
        /// when
        pub refunded_at: Option<Timestamp> => "refundTime", or "refundDate";
        /// what was given back
        pub amount: Option<Money> => "refundAmount";
    }
}
