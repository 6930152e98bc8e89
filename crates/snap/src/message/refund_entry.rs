//! One refund in the history of a transaction.
//!
//! The contract gives two names to the merchant's refund number and to the time; both are written.

use lunas_vocab::{Money, Timestamp};

use super::transaction_status::SuccessUnlessSaid;
use super::{NotificationText, TransactionStatus, message};
use crate::field::OrDefault;

message! {
    /// One refund, tried or done.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RefundEntry: part {
        /// the gateway's id of the refund
        pub refund_no: String => "refundNo", max 64;
        /// your id of the refund
        pub partner_refund_no: String => "partnerRefundNo", or "partnerReferenceNo", max 64, also "partnerReferenceNo" as String;
        /// what was given back
        pub amount: Money => "refundAmount";
        /// `00` done, `06` failed
        pub status: TransactionStatus as SuccessUnlessSaid => "refundStatus";
        /// when
        pub refunded_at: Timestamp => "refundTime", or "refundDate", also "refundDate" as Timestamp;
        /// why, in your words; may be empty
        pub reason: String as OrDefault<String> => "reason", max 256;
    }
}

impl RefundEntry {
    /// The entry with its reason as a notification has it.
    pub(super) fn spelled(&self, text: NotificationText) -> Self {
        Self { reason: text.spell(&self.reason), ..self.clone() }
    }
}
