//! Auth capture (65): a merchant takes what was reserved, all of it.

use lunas_vocab::{MerchantId, Money, PartnerResolutionNo, ResolutionNo, Timestamp};

use super::original::{Ids, NamedOriginal};
use super::{Original, message};
use crate::field::Spread;

/// The most characters of `title`.
const TITLE_MAX: usize = 256;

message! {
    /// Names the authorization to capture.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaptureRequest: request {
        /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call, with the merchant's order id.
        pub original: Original as Ids<NamedOriginal> => "";
        /// your MID
        pub merchant_id: MerchantId => "merchantId";
        /// your id of the capture
        pub partner_capture_no: PartnerResolutionNo => "partnerCaptureNo";
        /// if sent, the whole amount that is reserved
        pub amount: Option<Money> => "captureAmount";
        /// what the order is called. Documented as mandatory; nothing depends on it
        pub title: Option<String> => "title", max TITLE_MAX;
    }
}

message! {
    /// The money is the merchant's.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CaptureAnswer: answer AuthCapture {
        /// The authorization, without the id of its call.
        pub original: Original as Spread<Original> => "";
        /// the gateway's id of the capture
        pub capture_no: Option<ResolutionNo> => "captureNo";
        /// your id of it
        pub partner_capture_no: Option<PartnerResolutionNo> => "partnerCaptureNo";
        /// what was taken
        pub amount: Option<Money> => "captureAmount";
        /// when
        pub captured_at: Option<Timestamp> => "captureTime";
    }
}
