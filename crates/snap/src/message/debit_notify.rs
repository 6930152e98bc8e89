//! Direct debit notification (56): the gateway tells a merchant that a charge changed its status.
//!
//! Merchants verify the signature of a notification over a body that their language has parsed and written anew, and
//! each language spells it differently: Node rewrites numbers, PHP escapes slashes and turns `{}` into `[]`, old Java
//! loses blanks. What [`Notification::write`] yields is therefore kept to what all of them write the same way: texts
//! only, no empty object, and free texts as [`NotificationText`] has them.

use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::transaction_status::StatusWord;
use super::{NotificationText, RefundEntry, TransactionStatus, UsedOption, message};
use crate::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, Always, FieldError, OrDefault, Part as _};
use crate::json::Value;
use crate::service::Service;

message! {
    /// The state of a charge at the time of an event.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notification: part {
        /// your order id
        pub original_partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the gateway's id of the payment
        pub original_reference_no: ReferenceNo => "originalReferenceNo";
        /// the `X-EXTERNAL-ID` that opened the payment; absent where it would not survive the spelling
        pub original_external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId";
        /// your MID
        pub merchant_id: Option<MerchantId> => "merchantId";
        /// what was charged
        pub amount: Option<Money> => "amount";
        /// how the payment stands
        pub status: TransactionStatus => "latestTransactionStatus", also "transactionStatusDesc" as StatusWord;
        /// when the payment was opened
        pub created_at: Option<Timestamp> => "createdTime";
        /// when it was paid
        pub finished_at: Option<Timestamp> => "finishedTime";
        /// the refunds so far; an empty list while there is none
        pub refund_history: Vec<RefundEntry> as Always<RefundEntry> => "additionalInfo.refundHistory",
            or "refundHistory", or "additionalData.refundHistory";
        /// what was given back so far
        pub total_refunded: Option<Money> => "additionalInfo.totalRefundAmount";
        /// what the customer paid with; an empty list while that is not known
        pub used_options: Vec<UsedOption> as Always<UsedOption> => "additionalInfo.userPaymentDetails",
            or "additionalInfo.payOptionDetails";
    }
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        // The contract has it as optional, and a changed one would name another call.
        let external_id = self.original_external_id.clone().filter(|id| text.keeps(id.as_str()));
        let refund_history = self.refund_history.iter().map(|entry| entry.spelled(text)).collect();
        Self { original_external_id: external_id, refund_history, ..self.clone() }.to_message().into()
    }
}

message! {
    /// The merchant's answer. The gateway goes by the HTTP status and keeps this for the log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct NotificationAnswer: part {
        /// `2005600` when the notification was taken
        pub code: ResponseCode => "responseCode";
        /// for people only
        pub message: String as OrDefault<String> => "responseMessage", max MESSAGE_MAX;
    }
}

impl NotificationAnswer {
    /// The notification was taken.
    pub fn success() -> Self {
        Self::failure(&Failure::new(Case::Successful))
    }

    /// The notification was not taken, and why.
    pub fn failure(failure: &Failure) -> Self {
        Self::of(Service::DebitNotify, failure)
    }

    /// An answer to the notification of another service; [`Case::Successful`] says that it was taken.
    pub fn of(service: Service, failure: &Failure) -> Self {
        Self { code: failure.code(service), message: failure.message() }
    }

    /// Reads an answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        self.to_message().into()
    }
}
