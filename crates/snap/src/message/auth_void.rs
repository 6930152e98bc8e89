//! Auth void (67): a merchant gives back what was reserved, before any of it is captured.

use lunas_vocab::{MerchantId, Money, PartnerResolutionNo, ResolutionNo, Timestamp};

use super::debit_refund::REASON_MAX;
use super::original::{Ids, KeyedOriginal};
use super::{Original, message};
use crate::field::Spread;

message! {
    /// Names the authorization to give up.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct VoidRequest: request {
        /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call.
        pub original: Original as Ids<KeyedOriginal> => "";
        /// your MID
        pub merchant_id: MerchantId => "merchantId";
        /// your id of the void
        pub partner_void_no: PartnerResolutionNo => "partnerVoidNo";
        /// why
        pub reason: Option<String> => "reason", max REASON_MAX;
    }
}

message! {
    /// The money is the customer's again.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct VoidAnswer: answer AuthVoid {
        /// The authorization, without the id of its call.
        pub original: Original as Spread<Original> => "";
        /// the gateway's id of the void
        pub void_no: Option<ResolutionNo> => "voidNo";
        /// your id of it
        pub partner_void_no: PartnerResolutionNo => "partnerVoidNo";
        /// what was given back
        pub amount: Option<Money> => "voidAmount";
        /// when
        pub voided_at: Option<Timestamp> => "voidTime";
    }
}
