//! Direct debit notification (56): the gateway tells a merchant that a charge changed its status.
//!
//! Merchants verify the signature of a notification over a body that their language has parsed and written anew, and
//! each language spells it differently: Node rewrites numbers, PHP escapes slashes and turns `{}` into `[]`, old Java
//! loses blanks. What [`Notification::write`] yields is therefore kept to what all of them write the same way: texts
//! only, no empty object, and free texts as [`NotificationText`] has them.

use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{NotificationText, RefundEntry, TransactionStatus, UsedOption, array, money, transaction_status};
use crate::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The state of a charge at the time of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The gateway's id of the charge.
    pub original_reference_no: ReferenceNo,
    /// The merchant's order id.
    pub original_partner_reference_no: Option<PartnerReferenceNo>,
    /// The `X-EXTERNAL-ID` of the charge.
    pub original_external_id: Option<ExternalId>,
    /// Whose charge it is.
    pub merchant_id: Option<MerchantId>,
    /// What was charged.
    pub amount: Option<Money>,
    /// `latestTransactionStatus`.
    pub status: TransactionStatus,
    /// `createdTime`: when the charge was made.
    pub created_at: Option<Timestamp>,
    /// `finishedTime`: when it was paid.
    pub finished_at: Option<Timestamp>,
    /// The refunds so far; written even when there is none.
    pub refund_history: Vec<RefundEntry>,
    /// `totalRefundAmount`: what was given back so far.
    pub total_refunded: Option<Money>,
    /// What the customer paid with; written even when nothing is known.
    pub used_options: Vec<UsedOption>,
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let original_reference_no = body.id("originalReferenceNo", ReferenceNo::LENGTH_MAX);
            let original_partner_reference_no =
                body.id_optional("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let status = body.parsed("latestTransactionStatus", 2, transaction_status::parse);
            let info = body.section("additionalInfo");
            Some(Self {
                original_reference_no: original_reference_no?,
                original_partner_reference_no,
                original_external_id: super::original_external_id(body),
                merchant_id: body.id_optional("merchantId", MerchantId::LENGTH_MAX),
                amount: body.money_optional("amount"),
                status: status?,
                created_at: body.timestamp_optional("createdTime"),
                finished_at: body.timestamp_optional("finishedTime"),
                refund_history: RefundEntry::read_all(body),
                total_refunded: info.money_optional("totalRefundAmount"),
                used_options: UsedOption::read_all(&info),
            })
        })
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        let history = array(&self.refund_history, |entry| entry.spelled(text).write());
        let info = Object::new()
            .with("refundHistory", history)
            .with_some("totalRefundAmount", self.total_refunded.map(money))
            .with("userPaymentDetails", array(&self.used_options, UsedOption::write));
        let partner_reference_no =
            self.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        // The contract has it as optional, and a changed one would name another call.
        let external_id = self.original_external_id.as_ref().map(ExternalId::as_str);
        let external_id = external_id.filter(|id| text.keeps(id));
        Object::new()
            .with_some("originalPartnerReferenceNo", partner_reference_no)
            .with("originalReferenceNo", self.original_reference_no.as_str())
            .with_some("originalExternalId", external_id)
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with_some("amount", self.amount.map(money))
            .with("latestTransactionStatus", self.status.code())
            .with("transactionStatusDesc", self.status.word())
            .with_some("createdTime", self.created_at.map(Timestamp::to_snap))
            .with_some("finishedTime", self.finished_at.map(Timestamp::to_snap))
            .with("additionalInfo", info)
            .into()
    }
}

/// The merchant's answer. The gateway goes by the HTTP status and keeps this for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationAnswer {
    /// `responseCode`: `2005600` when the notification was taken.
    pub code: ResponseCode,
    /// `responseMessage`: for people only.
    pub message: String,
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
        field::read_leniently(body, |body| {
            let code = body.parsed("responseCode", 8, |text| {
                ResponseCode::parse(text).ok_or("a response code has seven digits")
            });
            let message = body.text_optional("responseMessage", MESSAGE_MAX);
            Some(Self { code: code?, message: message.unwrap_or_default() })
        })
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        Object::new()
            .with("responseCode", self.code.as_str())
            .with("responseMessage", self.message.as_str())
            .into()
    }
}
