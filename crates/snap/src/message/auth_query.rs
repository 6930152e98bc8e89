//! Auth query (64): a merchant asks what became of an authorization.

use lunas_vocab::{Money, Timestamp};

use super::original::{Ids, NamedOriginal};
use super::transaction_status::StatusWord;
use super::{Original, RefundEntry, TransactionStatus, UsedOption, message};
use crate::field::{Always, Kept, Spread};
use crate::json::Value;

message! {
    /// Names the authorization that is asked about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuthQueryRequest: request {
        /// The authorization, by the gateway's id or by the `X-EXTERNAL-ID` of its call, with the merchant's order id.
        pub original: Original as Ids<NamedOriginal> => "";
    }
}

message! {
    /// What became of the authorization.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuthQueryAnswer: answer AuthQuery {
        /// The authorization, without the id of its call.
        pub original: Original as Spread<Original> => "";
        /// when it was captured
        pub paid_at: Option<Timestamp> => "paidTime";
        /// how it stands. One that nobody captured in time is cancelled here and may be expired at other gateways
        pub status: TransactionStatus => "latestTransactionStatus", also "transactionStatusDesc" as StatusWord;
        /// what was reserved
        pub amount: Option<Money> => "amount";
        /// `accept` or `deny`
        pub fraud_status: Option<String> => "additionalInfo.fraudStatus", max 16;
        /// until when it can be captured
        pub valid_up_to: Option<Timestamp> => "additionalInfo.validUpTo";
        /// what the money is reserved or was taken of
        pub used_options: Vec<UsedOption> as Always<UsedOption> => "additionalInfo.userPaymentDetails",
            or "additionalInfo.payOptionDetails", behind "additionalInfo.payOptionDetails" as Always<UsedOption>;
        /// the refunds so far; absent while there is none
        pub refund_history: Vec<RefundEntry> => "additionalInfo.refundHistory",
            or "refundHistory", or "additionalData.refundHistory";
        /// what the authorization sent as `metadata`
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata", or "metadata";
    }
}

impl AuthQueryAnswer {
    /// Whether nothing is reserved any more and nothing was captured, because the merchant or the time ended it. Gateways
    /// differ in what they call the second.
    pub fn is_given_back(&self) -> bool {
        matches!(self.status, TransactionStatus::Cancelled | TransactionStatus::Expired)
    }
}
