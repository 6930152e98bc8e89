//! QR cancel (77): a merchant calls off a QR code that nobody has paid.

use lunas_vocab::{MerchantId, Money, Timestamp};

use super::original::{AnyOriginal, Ids};
use super::{Original, message};
use crate::field::Spread;

/// The most characters of `subMerchantId`.
pub(super) const SUB_MERCHANT_ID_MAX: usize = 32;
/// The most characters of `externalStoreId`.
pub(super) const STORE_ID_MAX: usize = 64;
/// The most characters of a reason.
pub(super) const REASON_MAX: usize = 256;

message! {
    /// Names the code to call off.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CancelRequest: request {
        /// The code's transaction, by one id at least.
        pub original: Original as Ids<AnyOriginal> => "";
        /// your MID
        pub merchant_id: MerchantId => "merchantId";
        /// a merchant below that one
        pub sub_merchant_id: Option<String> => "subMerchantId", max SUB_MERCHANT_ID_MAX;
        /// the shop, in your words
        pub external_store_id: Option<String> => "externalStoreId", max STORE_ID_MAX;
        /// why; the status tells it as `additionalInfo.cancellationReason`
        pub reason: String => "reason", max REASON_MAX;
        /// that of the code
        pub amount: Option<Money> => "amount";
    }
}

message! {
    /// The code is called off.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CancelAnswer: answer QrCancel {
        /// The code's transaction.
        pub original: Original as Spread<Original> => "";
        /// when it was called off
        pub cancelled_at: Option<Timestamp> => "cancelTime";
        /// when the code was made. Gateways write it in three forms
        pub created_at: Option<Timestamp> => "transactionDate";
    }
}
