//! Virtual account payment (25), as the gateway sends it: it tells a merchant that an account changed its status.
//!
//! What a bank sends to the gateway at the same path is [`super::va_report`]. What is written holds to the rules of
//! [`super::debit_notify`], but for the blanks before a number: the contract wants them, and only a merchant whose
//! verifier loses blanks inside texts ([`NotificationText::Plain`]) gets its numbers without.

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::va_account::{AnyCustomField, CustomField, Holder, NumberParts, Padded};
use super::{NotificationText, TransactionStatus, message};
use crate::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, FieldError, OrDefault, Part as _, Spread, Through};
use crate::json::Value;
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// The most characters of the bank's code of a payment.
const REFERENCE_NO_MAX: usize = 64;

message! {
    /// The state of an account at the time of an event.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notification: part {
        /// The account's number.
        pub number: Number as Padded => "";
        /// Whose account it is.
        pub holder: Holder as Spread<Holder> => "";
        /// your id of the account, or that of a later payment
        pub trx_id: TrxId => "trxId", or "paymentRequestId";
        /// the gateway's id of the payment, once it is paid
        pub payment_request_id: Option<ReferenceNo> => "paymentRequestId";
        /// what was paid
        pub paid_amount: Option<Money> => "paidAmount";
        /// the bank's code of the payment, if it gave one
        pub reference_no: Option<String> => "referenceNo", max REFERENCE_NO_MAX;
        /// the bank
        pub bank: Option<Bank> => "additionalInfo.bank";
        /// your MID
        pub merchant_id: Option<MerchantId> => "additionalInfo.merchantId", or "additionalInfo.merchant_id";
        /// `03` waits, `00` paid, `05` deleted, `08` expired
        pub status: TransactionStatus => "additionalInfo.paymentFlagStatus", or "latestTransactionStatus";
        /// when it was booked
        pub paid_at: Option<Timestamp> => "additionalInfo.paidTime", or "trxDateTime";
        /// your own texts; empty where you sent none
        pub custom_field: CustomField as AnyCustomField => "additionalInfo.customField", or "customField";
    }
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        let spell = |own: &str| text.spell(own);
        let spelled = Self {
            holder: self.holder.spelled(spell),
            reference_no: self.reference_no.as_deref().map(spell),
            custom_field: self.custom_field.whole(spell),
            ..self.clone()
        };
        let mut notification = spelled.to_message();
        if !text.is_padded() {
            notification.put("", NumberParts::from(self.number.clone()).bare().to_object().into());
        }
        notification.into()
    }
}

message! {
    /// The merchant's answer. The gateway goes by the HTTP status and keeps this for the log.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct NotificationAnswer: part {
        /// `2002500` when the notification was taken
        pub code: ResponseCode => "responseCode";
        /// for people only
        pub message: String as OrDefault<String> => "responseMessage", max MESSAGE_MAX;
        /// the number and `trxId` of the notification, given back when it was taken
        pub account: Option<(Number, TrxId)> as Option<Through<Taken, (Number, TrxId)>> => "virtualAccountData";
    }
}

message! {
    /// What is given back of a notification.
    pub struct Taken: part {
        /// The number.
        pub number: Number as Padded => "";
        /// as it came
        pub trx_id: TrxId => "trxId";
    }
}

impl From<Taken> for (Number, TrxId) {
    fn from(taken: Taken) -> Self {
        (taken.number, taken.trx_id)
    }
}

impl From<(Number, TrxId)> for Taken {
    fn from((number, trx_id): (Number, TrxId)) -> Self {
        Self { number, trx_id }
    }
}

impl NotificationAnswer {
    /// The notification was taken.
    pub fn success(notification: &Notification) -> Self {
        let account = (notification.number.clone(), notification.trx_id.clone());
        Self { account: Some(account), ..Self::failure(&Failure::new(Case::Successful)) }
    }

    /// The notification was not taken, and why.
    pub fn failure(failure: &Failure) -> Self {
        Self { code: failure.code(Service::VaPayment), message: failure.message(), account: None }
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
