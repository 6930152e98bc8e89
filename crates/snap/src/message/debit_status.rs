//! Direct debit status (55): a merchant asks what became of a charge.

use lunas_vocab::{ExternalId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::original::EitherId;
use super::service_code::{AnsweredCode, AskedCode};
use super::transaction_status::StatusWord;
use super::used_option::OptionsTwice;
use super::{RefundEntry, TransactionStatus, UsedOption, message};
use crate::field::{Always, Kept};
use crate::json::Value;

message! {
    /// Names the charge that is asked about.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct StatusRequest: request {
        /// the `referenceNo` of the payment; this or the other id has to be there. Every id that you send has to be of the same payment
        pub original_reference_no: Option<ReferenceNo> as EitherId => "originalReferenceNo", need Conditional;
        /// the `X-EXTERNAL-ID` that opened the payment, for a call whose answer never came
        pub original_external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId", need Conditional;
        /// `54`, the service that opened the payment. Documented as mandatory; nothing depends on it
        pub service_code: Option<String> as AskedCode<54> => "serviceCode", max 2, like "54";
    }
}

message! {
    /// What became of the charge.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StatusAnswer: answer DebitStatus {
        /// your order id
        pub original_partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the gateway's id of the payment
        pub original_reference_no: ReferenceNo => "originalReferenceNo";
        /// the `X-EXTERNAL-ID` that opened the payment
        pub original_external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId";
        /// the service that opened the payment: `54`, and other gateways may say `58` after a refund
        pub service_code: String as AnsweredCode<54> => "serviceCode", max 2, like "54";
        /// how the payment stands
        pub status: TransactionStatus => "latestTransactionStatus", also "transactionStatusDesc" as StatusWord;
        /// what was charged
        pub amount: Option<Money> => "transAmount";
        /// when it was paid
        pub paid_at: Option<Timestamp> => "paidTime";
        /// the refunds so far; absent while there is none
        pub refund_history: Vec<RefundEntry> => "refundHistory",
            or "additionalInfo.refundHistory", or "additionalData.refundHistory";
        /// `accept` or `deny`
        pub fraud_status: Option<String> => "additionalInfo.fraudStatus", max 16;
        /// until when it can be paid
        pub valid_up_to: Option<Timestamp> => "additionalInfo.validUpTo";
        /// what the customer pays with, as far as it is known
        pub used_options: Vec<UsedOption> as Always<UsedOption> => "additionalInfo.userPaymentDetails",
            or "additionalInfo.payOptionDetails", behind "additionalInfo.payOptionDetails" as OptionsTwice;
        /// what the payment sent as `metadata`
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata";
    }
}
