//! Virtual account payment (25), as the gateway sends it: it tells a merchant that an account changed its status.
//!
//! What a bank sends to the gateway at the same path is [`super::va_report`]. What is written holds to the rules of
//! [`super::debit_notify`], but for the blanks before a number: the contract wants them, and only a merchant whose
//! verifier loses blanks inside texts ([`NotificationText::Plain`]) gets its numbers without.

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::va_account::{self, CustomField, Holder};
use super::{NotificationText, TransactionStatus, money, transaction_status};
use crate::code::{Case, Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// The most characters of the bank's code of a payment.
const REFERENCE_NO_MAX: usize = 64;

/// The state of an account at the time of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The account's number.
    pub number: Number,
    /// Whose account it is.
    pub holder: Holder,
    /// The merchant's id of the account, or that of a later payment made from it.
    pub trx_id: TrxId,
    /// `paymentRequestId`: the gateway's id of the payment, once it is paid.
    pub payment_request_id: Option<ReferenceNo>,
    /// `paidAmount`, once it is paid.
    pub paid_amount: Option<Money>,
    /// `referenceNo`: the bank's code of the payment.
    pub reference_no: Option<String>,
    /// `additionalInfo.bank`.
    pub bank: Option<Bank>,
    /// `additionalInfo.merchantId`.
    pub merchant_id: Option<MerchantId>,
    /// `additionalInfo.paymentFlagStatus`; other gateways say `latestTransactionStatus`.
    pub status: TransactionStatus,
    /// `additionalInfo.paidTime`, once it is paid.
    pub paid_at: Option<Timestamp>,
    /// `additionalInfo.customField`: the merchant's own texts; written even when there is none.
    pub custom_field: CustomField,
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let info = body.section("additionalInfo");
            let number = va_account::number(body);
            let trx_id = body.id(body.first_of(&["trxId", "paymentRequestId"]), TrxId::LENGTH_MAX);
            let status = read_status(body, &info);
            let bank = info.parsed_optional("bank", REFERENCE_NO_MAX, |word| Bank::parse(word).ok_or(""));
            let custom_field = info
                .object_optional("customField", CustomField::read)
                .or_else(|| body.object_optional("customField", CustomField::read));
            let paid_at = info.timestamp_optional("paidTime");
            Some(Self {
                number: number?,
                holder: Holder::read(body),
                trx_id: trx_id?,
                payment_request_id: body.id_optional("paymentRequestId", ReferenceNo::LENGTH_MAX),
                paid_amount: body.money_optional("paidAmount"),
                reference_no: body.text_optional("referenceNo", REFERENCE_NO_MAX),
                bank,
                merchant_id: va_account::merchant_id_optional(&info),
                status: status?,
                paid_at: paid_at.or_else(|| body.timestamp_optional("trxDateTime")),
                custom_field: custom_field.unwrap_or_default(),
            })
        })
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        let spell = |own: &str| text.spell(own);
        let info = Object::new()
            .with_some("bank", self.bank.map(Bank::as_str))
            .with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str))
            .with("paymentFlagStatus", self.status.code())
            .with_some("paidTime", self.paid_at.map(Timestamp::to_snap))
            .with("customField", self.custom_field.write_all(spell));
        let object = if text.is_padded() {
            va_account::write_number(Object::new(), &self.number)
        } else {
            va_account::write_bare_number(Object::new(), &self.number)
        };
        self.holder
            .write(object, spell)
            .with("trxId", self.trx_id.as_str())
            .with_some("paymentRequestId", self.payment_request_id.as_ref().map(ReferenceNo::as_str))
            .with_some("paidAmount", self.paid_amount.map(money))
            .with_some("referenceNo", self.reference_no.as_deref().map(spell))
            .with("additionalInfo", info)
            .into()
    }
}

fn read_status(body: &Reader<'_>, info: &Reader<'_>) -> Option<TransactionStatus> {
    if !info.has("paymentFlagStatus") && body.has("latestTransactionStatus") {
        return body.parsed("latestTransactionStatus", 2, transaction_status::parse);
    }
    info.parsed("paymentFlagStatus", 2, transaction_status::parse)
}

/// The merchant's answer. The gateway goes by the HTTP status and keeps this for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationAnswer {
    /// `responseCode`: `2002500` when the notification was taken.
    pub code: ResponseCode,
    /// `responseMessage`: for people only.
    pub message: String,
    /// `virtualAccountData`: the number and the id of the notification, given back when it was taken.
    pub account: Option<(Number, TrxId)>,
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
        field::read_leniently(body, |body| {
            let code = body.parsed("responseCode", 8, |text| {
                ResponseCode::parse(text).ok_or("a response code has seven digits")
            });
            let message = body.text_optional("responseMessage", MESSAGE_MAX);
            let account = body.object_optional("virtualAccountData", |account| {
                let number = va_account::number(account);
                let trx_id = account.id("trxId", TrxId::LENGTH_MAX);
                Some((number?, trx_id?))
            });
            Some(Self { code: code?, message: message.unwrap_or_default(), account })
        })
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        let account = self.account.as_ref().map(|(number, trx_id)| {
            va_account::write_number(Object::new(), number).with("trxId", trx_id.as_str())
        });
        Object::new()
            .with("responseCode", self.code.as_str())
            .with("responseMessage", self.message.as_str())
            .with_some("virtualAccountData", account)
            .into()
    }
}
