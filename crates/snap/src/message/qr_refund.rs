//! QR refund (78): a merchant gives back what was paid by a QR code, or a part of it.

use lunas_vocab::{MerchantId, Money, PartnerRefundNo, RefundNo, Timestamp};

use super::{Original, money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The most characters of `subMerchantId`.
const SUB_MERCHANT_ID_MAX: usize = 32;
/// The most characters of `externalStoreId`.
const STORE_ID_MAX: usize = 64;
/// The most characters of a reason.
const REASON_MAX: usize = 256;

/// Names the code whose payment to give back, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// Whose code it is.
    pub merchant_id: MerchantId,
    /// `subMerchantId`: a merchant below that one.
    pub sub_merchant_id: Option<String>,
    /// `externalStoreId`: the shop, in the merchant's words.
    pub external_store_id: Option<String>,
    /// The code's transaction, by one id at least.
    pub original: Original,
    /// The merchant's id of the refund.
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
            let merchant_id = body.id("merchantId", MerchantId::LENGTH_MAX);
            let sub_merchant_id = body.text_optional("subMerchantId", SUB_MERCHANT_ID_MAX);
            let external_store_id = body.text_optional("externalStoreId", STORE_ID_MAX);
            let original = Original::read_any(body);
            let partner_refund_no = body.id("partnerRefundNo", PartnerRefundNo::LENGTH_MAX);
            let amount = body.money_optional("refundAmount");
            let reason = body.text_optional("reason", REASON_MAX);
            Some(Self {
                merchant_id: merchant_id?,
                sub_merchant_id,
                external_store_id,
                original,
                partner_refund_no: partner_refund_no?,
                amount,
                reason,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let object = Object::new()
            .with("merchantId", self.merchant_id.as_str())
            .with_some("subMerchantId", self.sub_merchant_id.as_deref())
            .with_some("externalStoreId", self.external_store_id.as_deref());
        self.original
            .write(object)
            .with("partnerRefundNo", self.partner_refund_no.as_str())
            .with_some("refundAmount", self.amount.map(money))
            .with_some("reason", self.reason.as_deref())
            .into()
    }
}

/// The money is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAnswer {
    /// The code's transaction.
    pub original: Original,
    /// `referenceNo`, also `refundNo`: the gateway's id of the refund. Both names are written.
    pub refund_no: RefundNo,
    /// The merchant's id of the refund.
    pub partner_refund_no: PartnerRefundNo,
    /// `refundAmount`: what was given back.
    pub amount: Option<Money>,
    /// `refundTime`, also `refundDate`: when it was given back.
    pub refunded_at: Option<Timestamp>,
}

impl RefundAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let refund_no = body.id(body.first_of(&["referenceNo", "refundNo"]), RefundNo::LENGTH_MAX);
            let partner_refund_no = body
                .id(body.first_of(&["partnerRefundNo", "partnerReferenceNo"]), PartnerRefundNo::LENGTH_MAX);
            Some(Self {
                original: Original::read(body),
                refund_no: refund_no?,
                partner_refund_no: partner_refund_no?,
                amount: body.money_optional("refundAmount"),
                refunded_at: body.timestamp_optional(body.first_of(&["refundTime", "refundDate"])),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        self.original
            .write(success(Service::QrRefund))
            .with("referenceNo", self.refund_no.as_str())
            .with("refundNo", self.refund_no.as_str())
            .with("partnerRefundNo", self.partner_refund_no.as_str())
            .with_some("refundAmount", self.amount.map(money))
            .with_some("refundTime", self.refunded_at.map(Timestamp::to_snap))
            .into()
    }
}
