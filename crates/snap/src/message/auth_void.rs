//! Auth void (67): a merchant gives back what was reserved, before any of it is captured.

use lunas_vocab::{ClosingNo, MerchantId, Money, PartnerClosingNo, Timestamp};

use super::debit_refund::REASON_MAX;
use super::{Original, money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// Names the authorization to give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidRequest {
    /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call.
    pub original: Original,
    /// Whose authorization it is.
    pub merchant_id: MerchantId,
    /// The merchant's id of the void.
    pub partner_void_no: PartnerClosingNo,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
}

impl VoidRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Original::read_keyed(body);
            let merchant_id = body.id("merchantId", MerchantId::LENGTH_MAX);
            let partner_void_no = body.id("partnerVoidNo", PartnerClosingNo::LENGTH_MAX);
            let reason = body.text_optional("reason", REASON_MAX);
            Some(Self { original, merchant_id: merchant_id?, partner_void_no: partner_void_no?, reason })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.original
            .write_keyed(Object::new())
            .with("merchantId", self.merchant_id.as_str())
            .with("partnerVoidNo", self.partner_void_no.as_str())
            .with_some("reason", self.reason.as_deref())
            .into()
    }
}

/// The money is the customer's again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidAnswer {
    /// The authorization, without the id of its call.
    pub original: Original,
    /// The gateway's id of the void.
    pub void_no: Option<ClosingNo>,
    /// The merchant's id of it.
    pub partner_void_no: PartnerClosingNo,
    /// `voidAmount`: what was given back.
    pub amount: Option<Money>,
    /// `voidTime`: when.
    pub voided_at: Option<Timestamp>,
}

impl VoidAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let partner_void_no = body.id("partnerVoidNo", PartnerClosingNo::LENGTH_MAX);
            Some(Self {
                original: Original::read(body),
                void_no: body.id_optional("voidNo", ClosingNo::LENGTH_MAX),
                partner_void_no: partner_void_no?,
                amount: body.money_optional("voidAmount"),
                voided_at: body.timestamp_optional("voidTime"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        self.original
            .write(success(Service::AuthVoid))
            .with_some("voidNo", self.void_no.as_ref().map(ClosingNo::as_str))
            .with("partnerVoidNo", self.partner_void_no.as_str())
            .with_some("voidAmount", self.amount.map(money))
            .with_some("voidTime", self.voided_at.map(Timestamp::to_snap))
            .into()
    }
}
