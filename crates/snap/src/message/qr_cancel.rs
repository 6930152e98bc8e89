//! QR cancel (77): a merchant calls off a QR code that nobody has paid.

use lunas_vocab::{MerchantId, Money, Timestamp};

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

/// Names the code to call off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelRequest {
    /// The code's transaction, by one id at least.
    pub original: Original,
    /// Whose code it is.
    pub merchant_id: MerchantId,
    /// `subMerchantId`: a merchant below that one.
    pub sub_merchant_id: Option<String>,
    /// `externalStoreId`: the shop, in the merchant's words.
    pub external_store_id: Option<String>,
    /// Why it is called off.
    pub reason: String,
    /// What was to be paid.
    pub amount: Option<Money>,
}

impl CancelRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Original::read_any(body);
            let merchant_id = body.id("merchantId", MerchantId::LENGTH_MAX);
            let sub_merchant_id = body.text_optional("subMerchantId", SUB_MERCHANT_ID_MAX);
            let external_store_id = body.text_optional("externalStoreId", STORE_ID_MAX);
            let reason = body.text("reason", REASON_MAX);
            let amount = body.money_optional("amount");
            Some(Self {
                original,
                merchant_id: merchant_id?,
                sub_merchant_id,
                external_store_id,
                reason: reason?,
                amount,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.original
            .write(Object::new())
            .with("merchantId", self.merchant_id.as_str())
            .with_some("subMerchantId", self.sub_merchant_id.as_deref())
            .with_some("externalStoreId", self.external_store_id.as_deref())
            .with("reason", self.reason.as_str())
            .with_some("amount", self.amount.map(money))
            .into()
    }
}

/// The code is called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelAnswer {
    /// The code's transaction.
    pub original: Original,
    /// `cancelTime`: when it was called off.
    pub cancelled_at: Option<Timestamp>,
    /// `transactionDate`: when the code was made. Gateways write it in three forms.
    pub created_at: Option<Timestamp>,
}

impl CancelAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            Some(Self {
                original: Original::read(body),
                cancelled_at: body.timestamp_optional("cancelTime"),
                created_at: body.timestamp_optional("transactionDate"),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        self.original
            .write(success(Service::QrCancel))
            .with_some("cancelTime", self.cancelled_at.map(Timestamp::to_snap))
            .with_some("transactionDate", self.created_at.map(Timestamp::to_snap))
            .into()
    }
}
