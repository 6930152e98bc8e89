//! Virtual account payment (25), as a bank sends it: a customer has paid into an account.
//!
//! The gateway's own message to merchants at the same path is [`super::va_notify`]. Bills, free texts and journal
//! numbers, which some banks add, are passed over.

use lunas_vocab::{BankRequestId, Money, Timestamp, TrxId};

use super::va_account::{self, Holder};
use super::va_bill::{self, Bill};
use super::va_create::Words;
use super::va_status::some;
use super::{TransactionStatus, money, success, transaction_status};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// The most characters of the bank's code of a payment.
const REFERENCE_NO_MAX: usize = 64;
/// The most characters of `channelCode`.
const CHANNEL_MAX: usize = 4;
/// The most characters of `sourceBankCode`.
const BANK_CODE_MAX: usize = 11;

/// A payment that a bank has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRequest {
    /// The account's number.
    pub number: Number,
    /// Whose account it is, as the bank knows it.
    pub holder: Holder,
    /// The bank's id of the payment: that of the inquiry, if one came first.
    pub payment_request_id: BankRequestId,
    /// `paidAmount`: what was paid.
    pub paid_amount: Money,
    /// `totalAmount`: what was due.
    pub amount: Option<Money>,
    /// `trxId`: the merchant's id of the account.
    pub trx_id: Option<TrxId>,
    /// `trxDateTime`: when it was paid.
    pub paid_at: Option<Timestamp>,
    /// `referenceNo`: the bank's code of the payment.
    pub reference_no: Option<String>,
    /// `flagAdvise`: the bank has sent this before.
    pub is_repeat: bool,
    /// `channelCode`: a machine, a branch, a phone.
    pub channel_code: Option<String>,
    /// `sourceBankCode`: whose customer has paid.
    pub source_bank_code: Option<String>,
    /// `additionalInfo.bank`: whose number it is, from a caller that reports on several banks.
    pub bank: Option<Bank>,
}

impl ReportRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let number = va_account::number(body);
            let holder = Holder::read(body);
            let payment_request_id = body.id("paymentRequestId", BankRequestId::LENGTH_MAX);
            let paid_amount = body.money("paidAmount");
            let amount = body.money_optional("totalAmount");
            let trx_id = body.id_optional("trxId", TrxId::LENGTH_MAX);
            let paid_at = body.timestamp_optional("trxDateTime");
            let reference_no = body.text_or_number_optional("referenceNo", REFERENCE_NO_MAX);
            let advice = body.text_optional("flagAdvise", 1);
            let channel_code = body.text_or_number_optional("channelCode", CHANNEL_MAX);
            let source_bank_code = body.text_or_number_optional("sourceBankCode", BANK_CODE_MAX);
            Some(Self {
                number: number?,
                holder,
                payment_request_id: payment_request_id?,
                paid_amount: paid_amount?,
                amount,
                trx_id,
                paid_at,
                reference_no,
                is_repeat: advice.is_some_and(|advice| advice.eq_ignore_ascii_case("Y")),
                channel_code,
                source_bank_code,
                bank: va_account::bank_named(body),
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let object = va_account::write_number(Object::new(), &self.number);
        self.holder
            .write(object, str::to_owned)
            .with("paymentRequestId", self.payment_request_id.as_str())
            .with("paidAmount", money(self.paid_amount))
            .with_some("totalAmount", self.amount.map(money))
            .with_some("trxId", self.trx_id.as_ref().map(TrxId::as_str))
            .with_some("trxDateTime", self.paid_at.map(Timestamp::to_snap))
            .with_some("referenceNo", self.reference_no.as_deref())
            .with_some("flagAdvise", self.is_repeat.then_some("Y"))
            .with_some("channelCode", self.channel_code.as_deref())
            .with_some("sourceBankCode", self.source_bank_code.as_deref())
            .with_some("additionalInfo", va_account::naming_bank(self.bank))
            .into()
    }
}

/// The payment is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAnswer {
    /// The account's number.
    pub number: Number,
    /// Whose account it is.
    pub holder: Holder,
    /// The bank's id, given back.
    pub payment_request_id: BankRequestId,
    /// `trxId`: the merchant's id of the account.
    pub trx_id: Option<TrxId>,
    /// `paidAmount`: what was booked.
    pub paid_amount: Option<Money>,
    /// `totalAmount`: what was due.
    pub amount: Option<Money>,
    /// `referenceNo`: the bank's code of the payment, given back.
    pub reference_no: Option<String>,
    /// `paymentFlagStatus`.
    pub status: TransactionStatus,
    /// `billDetails`: what was paid for.
    pub bills: Vec<Bill>,
    /// `freeTexts`: what the bank shows.
    pub free_texts: Vec<Words>,
}

impl ReportAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            body.object("virtualAccountData", |account| {
                let number = va_account::number(account);
                let payment_request_id = account.id("paymentRequestId", BankRequestId::LENGTH_MAX);
                let status = account.parsed_optional("paymentFlagStatus", 2, transaction_status::parse);
                Some(Self {
                    number: number?,
                    holder: Holder::read(account),
                    payment_request_id: payment_request_id?,
                    trx_id: account.id_optional("trxId", TrxId::LENGTH_MAX),
                    paid_amount: account.money_optional("paidAmount"),
                    amount: account.money_optional("totalAmount"),
                    reference_no: account.text_or_number_optional("referenceNo", REFERENCE_NO_MAX),
                    bills: account.list_optional("billDetails", Bill::read),
                    free_texts: account.list_optional("freeTexts", Words::read),
                    status: status.unwrap_or(TransactionStatus::Success),
                })
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let account = va_account::write_number(Object::new(), &self.number);
        let is_success = self.status == TransactionStatus::Success;
        let account = self
            .holder
            .write(account, str::to_owned)
            .with("paymentRequestId", self.payment_request_id.as_str())
            .with_some("trxId", self.trx_id.as_ref().map(TrxId::as_str))
            .with_some("paidAmount", self.paid_amount.map(money))
            .with_some("totalAmount", self.amount.map(money))
            .with_some("referenceNo", self.reference_no.as_deref())
            .with("paymentFlagStatus", self.status.code())
            .with_some("paymentFlagReason", is_success.then(va_account::success_words))
            .with_some("billDetails", some(&self.bills, Bill::write))
            .with_some("freeTexts", some(&self.free_texts, va_bill::write_free_text));
        success(Service::VaPayment).with("virtualAccountData", account).into()
    }
}
