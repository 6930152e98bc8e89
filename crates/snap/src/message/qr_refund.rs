//! QR refund (78): a merchant gives back what was paid by a QR code, or a part of it.

use lunas_vocab::{MerchantId, Money, PartnerRefundNo, RefundNo, Timestamp};

use super::original::{AnyOriginal, Ids};
use super::qr_cancel::{REASON_MAX, STORE_ID_MAX, SUB_MERCHANT_ID_MAX};
use super::{Original, message};
use crate::field::Spread;

message! {
    /// Names the code whose payment to give back, and how much of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundRequest: request {
        /// your MID
        pub merchant_id: MerchantId => "merchantId";
        /// a merchant below that one
        pub sub_merchant_id: Option<String> => "subMerchantId", max SUB_MERCHANT_ID_MAX;
        /// the shop, in your words
        pub external_store_id: Option<String> => "externalStoreId", max STORE_ID_MAX;
        /// The code's transaction, by one id at least.
        pub original: Original as Ids<AnyOriginal> => "";
        /// your id of the refund; the same one is never refunded twice
        pub partner_refund_no: PartnerRefundNo => "partnerRefundNo";
        /// what to give back; all that is left if absent
        pub amount: Option<Money> => "refundAmount";
        /// why, as the customer reads it
        pub reason: Option<String> => "reason", max REASON_MAX;
    }
}

message! {
    /// The money is given back.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundAnswer: answer QrRefund {
        /// The code's transaction.
        pub original: Original as Spread<Original> => "";
        /// the gateway's id of the refund
        pub refund_no: RefundNo => "referenceNo", or "refundNo", also "refundNo" as RefundNo;
        /// your id of the refund
        pub partner_refund_no: PartnerRefundNo => "partnerRefundNo", or "partnerReferenceNo";
        /// what was given back
        pub amount: Option<Money> => "refundAmount";
        /// when
        pub refunded_at: Option<Timestamp> => "refundTime", or "refundDate";
    }
}
