//! Direct debit cancel (57): a merchant calls off a charge that nobody has paid.

use lunas_vocab::{ExternalId, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::message;
use super::original::EitherId;

message! {
    /// Names the charge to call off.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct CancelRequest: request {
        /// the `referenceNo` of the payment; this or the other id has to be there. Every id that you send has to be of the same payment
        pub original_reference_no: Option<ReferenceNo> as EitherId => "originalReferenceNo", need Conditional;
        /// your order id. Documented as mandatory, yet official SDKs leave it out
        pub original_partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the `X-EXTERNAL-ID` that opened the payment
        pub original_external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId", need Conditional;
    }
}

message! {
    /// The charge is called off.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CancelAnswer: answer DebitCancel {
        /// the gateway's id of the payment
        pub original_reference_no: ReferenceNo => "originalReferenceNo";
        /// when it was called off
        pub cancelled_at: Option<Timestamp> => "cancelTime";
    }
}
