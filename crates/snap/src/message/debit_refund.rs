//! Direct debit refund (58): a merchant gives back what a customer paid, or a part of it.

use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo, RefundNo, Timestamp};

use super::{money, originals, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of a reason.
pub(super) const REASON_MAX: usize = 256;

/// Names the charge to refund, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The gateway's id of the charge. Counts before the other when both are given; one of the two is there.
    pub original_reference_no: Option<ReferenceNo>,
    /// The `X-EXTERNAL-ID` of the charge.
    pub original_external_id: Option<ExternalId>,
    /// The merchant's order id. Documented as mandatory, yet SDKs leave it out.
    pub original_partner_reference_no: Option<PartnerReferenceNo>,
    /// The merchant's id of the refund, which protects against refunding twice. A gateway makes one for a merchant
    /// that sends none.
    pub partner_refund_no: Option<PartnerRefundNo>,
    /// `refundAmount`: what to give back; all that is left if it is absent.
    pub amount: Option<Money>,
    /// Why, as the customer reads it.
    pub reason: Option<String>,
    /// `paymentProviderMetadata`: what the lender behind a pay-later charge wants to know, kept as it is.
    pub payment_provider_metadata: Option<Value>,
}

impl RefundRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let (original_reference_no, original_external_id) = originals(body);
            let original_partner_reference_no =
                body.id_optional("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let partner_refund_no =
                body.parsed_optional("partnerRefundNo", PartnerRefundNo::LENGTH_MAX, partner_refund_no);
            let amount = body
                .has("refundAmount")
                .then(|| body.money_within("refundAmount", nothing_or_less))
                .flatten();
            let reason = body.text_optional("reason", REASON_MAX);
            let info = body.section("additionalInfo");
            let payment_provider_metadata = info.any_object_optional("paymentProviderMetadata");
            Some(Self {
                original_reference_no,
                original_external_id,
                original_partner_reference_no,
                partner_refund_no,
                amount,
                reason,
                payment_provider_metadata,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let reference_no = self.original_reference_no.as_ref().map(ReferenceNo::as_str);
        let external_id = self.original_external_id.as_ref().map(ExternalId::as_str);
        let partner_reference_no =
            self.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let metadata = self.payment_provider_metadata.clone();
        let info = metadata.map(|metadata| Object::new().with("paymentProviderMetadata", metadata));
        Object::new()
            .with_some("originalReferenceNo", reference_no)
            .with_some("originalPartnerReferenceNo", partner_reference_no)
            .with_some("originalExternalId", external_id)
            .with_some("partnerRefundNo", self.partner_refund_no.as_ref().map(PartnerRefundNo::as_str))
            .with_some("refundAmount", self.amount.map(money))
            .with_some("reason", self.reason.as_deref())
            .with_some("additionalInfo", info)
            .into()
    }
}

/// A refund's number holds letters, digits and two symbols.
pub(super) fn partner_refund_no(text: &str) -> Result<PartnerRefundNo, &'static str> {
    let refusal = "only letters, digits and - _ are allowed";
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(refusal);
    }
    PartnerRefundNo::new(text).map_err(|_| refusal)
}

pub(super) fn nothing_or_less(amount: Money) -> Option<&'static str> {
    (!amount.is_positive())
        .then_some("the amount must be more than 0.00; leave it out to refund all that is left")
}

/// The refund was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAnswer {
    /// The gateway's id of the charge.
    pub original_reference_no: ReferenceNo,
    /// The gateway's id of the refund.
    pub refund_no: RefundNo,
    /// The merchant's id of the refund, or the one that the gateway made in its place.
    pub partner_refund_no: PartnerRefundNo,
    /// `refundAmount`: what was given back.
    pub amount: Option<Money>,
    /// `refundTime`: when.
    pub refunded_at: Option<Timestamp>,
}

impl RefundAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let original_reference_no = body.id("originalReferenceNo", ReferenceNo::LENGTH_MAX);
            let refund_no = body.id("refundNo", RefundNo::LENGTH_MAX);
            let partner_name = body.first_of(&["partnerRefundNo", "partnerReferenceNo"]);
            let partner_refund_no = body.id(partner_name, PartnerRefundNo::LENGTH_MAX);
            Some(Self {
                original_reference_no: original_reference_no?,
                refund_no: refund_no?,
                partner_refund_no: partner_refund_no?,
                amount: body.money_optional("refundAmount"),
                refunded_at: body.timestamp_optional(body.first_of(&["refundTime", "refundDate"])),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        success(Service::DebitRefund)
            .with("originalReferenceNo", self.original_reference_no.as_str())
            .with("refundNo", self.refund_no.as_str())
            .with("partnerRefundNo", self.partner_refund_no.as_str())
            .with_some("refundAmount", self.amount.map(money))
            .with_some("refundTime", self.refunded_at.map(Timestamp::to_snap))
            .into()
    }
}
