//! Auth refund (69): a merchant gives back what it captured, or a part of it.

use lunas_vocab::{Money, PartnerRefundNo, RefundNo, Timestamp};

use super::debit_refund::{REASON_MAX, nothing_or_less, partner_refund_no};
use super::{Original, money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// Names the authorization to refund, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call.
    pub original: Original,
    /// The merchant's id of the refund, which protects against refunding twice.
    pub partner_refund_no: PartnerRefundNo,
    /// `refundAmount`: what to give back; all that is left if it is absent.
    pub amount: Option<Money>,
    /// Why, as the customer reads it.
    pub reason: Option<String>,
}

impl RefundRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Original::read_keyed(body);
            let number = body.parsed("partnerRefundNo", PartnerRefundNo::LENGTH_MAX, partner_refund_no);
            let amount = body.has("refundAmount").then(|| body.money_within("refundAmount", nothing_or_less));
            let reason = body.text_optional("reason", REASON_MAX);
            Some(Self { original, partner_refund_no: number?, amount: amount.flatten(), reason })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.original
            .write_keyed(Object::new())
            .with("partnerRefundNo", self.partner_refund_no.as_str())
            .with_some("refundAmount", self.amount.map(money))
            .with_some("reason", self.reason.as_deref())
            .into()
    }
}

/// The refund was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAnswer {
    /// The authorization, without the id of its call.
    pub original: Original,
    /// The gateway's id of the refund.
    pub refund_no: RefundNo,
    /// The merchant's id of it.
    pub partner_refund_no: Option<PartnerRefundNo>,
    /// `refundAmount`: what was given back.
    pub amount: Option<Money>,
    /// `refundTime`: when.
    pub refunded_at: Option<Timestamp>,
}

impl RefundAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let refund_no = body.id("refundNo", RefundNo::LENGTH_MAX);
            let number = body.first_of(&["partnerRefundNo", "partnerReferenceNo"]);
            Some(Self {
                original: Original::read(body),
                refund_no: refund_no?,
                partner_refund_no: body.id_optional(number, PartnerRefundNo::LENGTH_MAX),
                amount: body.money_optional("refundAmount"),
                refunded_at: body.timestamp_optional(body.first_of(&["refundTime", "refundDate"])),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        self.original
            .write(success(Service::AuthRefund))
            .with_some("partnerRefundNo", self.partner_refund_no.as_ref().map(PartnerRefundNo::as_str))
            .with("refundNo", self.refund_no.as_str())
            .with_some("refundTime", self.refunded_at.map(Timestamp::to_snap))
            .with_some("refundAmount", self.amount.map(money))
            .into()
    }
}
