//! Direct debit refund (58): a merchant gives back what a customer paid, or a part of it.

use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo, RefundNo, Timestamp};

use super::message;
use super::original::EitherId;
use crate::field::{Codec, Kept, Kind, Reader};
use crate::json::Value;

/// The most characters of a reason.
pub(super) const REASON_MAX: usize = 256;

message! {
    /// Names the charge to refund, and how much of it.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct RefundRequest: request {
        /// the `referenceNo` of the payment; this or the other id has to be there. Every id that you send has to be of the same payment
        pub original_reference_no: Option<ReferenceNo> as EitherId => "originalReferenceNo", need Conditional;
        /// your order id. Documented as mandatory, yet official SDKs leave it out
        pub original_partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the `X-EXTERNAL-ID` that opened the payment
        pub original_external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId", need Conditional;
        /// send it: your id of the refund, letters, digits and `-` `_`; the same one for the same payment is never refunded
        /// twice. The gateway makes one where there is none
        pub partner_refund_no: Option<PartnerRefundNo> as Option<RefundId> => "partnerRefundNo";
        /// what to give back; all that is left if absent
        pub amount: Option<Money> as Option<AboveZero> => "refundAmount";
        /// why; the status gives it back as you sent it, the notification as your verifier can take it
        pub reason: Option<String> => "reason", max REASON_MAX;
        /// what the lender behind a pay-later payment wants to know; kept as it is
        pub payment_provider_metadata: Option<Value> as Kept => "additionalInfo.paymentProviderMetadata";
    }
}

message! {
    /// The refund was made.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundAnswer: answer DebitRefund {
        /// the gateway's id of the payment
        pub original_reference_no: ReferenceNo => "originalReferenceNo";
        /// the gateway's id of the refund
        pub refund_no: RefundNo => "refundNo";
        /// your id of the refund, or the one that the gateway made in its place
        pub partner_refund_no: PartnerRefundNo => "partnerRefundNo", or "partnerReferenceNo";
        /// what was given back
        pub amount: Option<Money> => "refundAmount";
        /// when
        pub refunded_at: Option<Timestamp> => "refundTime", or "refundDate";
    }
}

/// A refund's number holds letters, digits and two symbols.
pub(super) struct RefundId;

impl Codec for RefundId {
    type Value = PartnerRefundNo;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = <PartnerRefundNo as Codec>::LENGTH_MAX;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<PartnerRefundNo> {
        from.parsed(name, max, partner_refund_no)
    }

    fn write(number: &PartnerRefundNo) -> Option<Value> {
        PartnerRefundNo::write(number)
    }
}

fn partner_refund_no(text: &str) -> Result<PartnerRefundNo, &'static str> {
    let refusal = "only letters, digits and - _ are allowed";
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(refusal);
    }
    PartnerRefundNo::new(text).map_err(|_| refusal)
}

/// What can be given back.
pub(super) struct AboveZero;

impl Codec for AboveZero {
    type Value = Money;
    const KIND: Kind = Kind::Money;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Money> {
        let reason = "the amount must be more than 0.00; leave it out to refund all that is left";
        from.money_within(name, |amount| (!amount.is_positive()).then_some(reason))
    }

    fn write(amount: &Money) -> Option<Value> {
        Money::write(amount)
    }
}
