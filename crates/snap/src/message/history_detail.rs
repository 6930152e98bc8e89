//! Transaction history detail (13): a merchant looks at one of its transactions.

use lunas_vocab::{PartnerReferenceNo, ReferenceNo, Timestamp};

use super::history::{Alone, HistoryEntry, HistoryPayment};
use super::message;

message! {
    /// Names the transaction, by both of its ids.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryDetailRequest: request {
        /// your order id
        pub original_partner_reference_no: PartnerReferenceNo => "originalPartnerReferenceNo";
        /// the gateway's id; both have to be right
        pub reference_no: ReferenceNo => "additionalInfo.referenceNo";
    }
}

message! {
    /// One transaction.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryDetailAnswer: answer HistoryDetail {
        /// What the list tells of it too.
        pub entry: HistoryEntry as Alone => "";
        /// since when it stands as it does
        pub updated_at: Option<Timestamp> => "additionalInfo.updatedTime";
        /// what else there is to a payment
        pub payment: Option<HistoryPayment> => "additionalInfo.payment";
    }
}
