//! Virtual account status (26): a merchant asks what became of an account.
//!
//! An account of many uses is answered with a page of its payments instead of one state. Of one use, the answer has the
//! members of both editions of the contract.

use std::str::FromStr;

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::va_account;
use super::va_bill::{self, Bill, REFERENCE_NO_MAX};
use super::va_create::Words;
use super::{TransactionStatus, array, money, success, transaction_status};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// How many payments a page has when nothing is said.
pub const PAGE_SIZE_DEFAULT: u32 = 10;
/// The most payments a page has.
pub const PAGE_SIZE_MAX: u32 = 15;
/// The most characters of a count.
const COUNT_MAX: usize = 10;
/// The most characters of an amount's value.
const VALUE_MAX: usize = 24;

/// Names the account that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRequest {
    /// Its number.
    pub number: Number,
    /// `inquiryRequestId`: the merchant's id of the account. Without it and the next, the number says which is meant.
    pub inquiry_request_id: Option<TrxId>,
    /// `paymentRequestId`: the gateway's id of the payment, or from some SDKs the merchant's id once more.
    pub payment_request_id: Option<TrxId>,
    /// Whose account it is.
    pub merchant_id: MerchantId,
    /// `additionalInfo.bank`: which bank's account, for a number that several banks have.
    pub bank: Option<Bank>,
    /// `additionalInfo.page`, counted from nothing; for accounts of many uses.
    pub page: Option<u32>,
    /// `additionalInfo.pageSize`: from one to [`PAGE_SIZE_MAX`].
    pub page_size: Option<u32>,
}

impl StatusRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let number = va_account::number(body);
            let inquiry_request_id = body.id_optional("inquiryRequestId", TrxId::LENGTH_MAX);
            let payment_request_id = body.id_optional("paymentRequestId", TrxId::LENGTH_MAX);
            let info = body.section("additionalInfo");
            let merchant_id = va_account::merchant_id(&info);
            let bank = info.has("bank").then(|| va_account::bank(&info)).flatten();
            let page = count_optional(&info, "page");
            let page_size = count_optional(&info, "pageSize");
            if page_size.is_some_and(|size| !(1..=PAGE_SIZE_MAX).contains(&size)) {
                info.malformed("pageSize", "a page has from 1 to 15 payments");
            }
            Some(Self {
                number: number?,
                inquiry_request_id,
                payment_request_id,
                merchant_id: merchant_id?,
                bank,
                page,
                page_size,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let info = Object::new()
            .with("merchantId", self.merchant_id.as_str())
            .with_some("bank", self.bank.map(Bank::as_str))
            .with_some("page", self.page.map(|page| page.to_string()))
            .with_some("pageSize", self.page_size.map(|size| size.to_string()));
        va_account::write_number(Object::new(), &self.number)
            .with_some("inquiryRequestId", self.inquiry_request_id.as_ref().map(TrxId::as_str))
            .with_some("paymentRequestId", self.payment_request_id.as_ref().map(TrxId::as_str))
            .with("additionalInfo", info)
            .into()
    }
}

/// What became of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusAnswer {
    /// Its number.
    pub number: Number,
    /// The merchant's id of the account.
    pub inquiry_request_id: Option<TrxId>,
    /// Whose account it is. Written beside `virtualAccountData`, read there or inside.
    pub merchant_id: Option<MerchantId>,
    /// One state, or a page of payments.
    pub state: State,
}

/// The state of an account, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The account takes one payment.
    Single(SingleUse),
    /// The account takes many.
    Multi(MultiUse),
}

/// An account of one payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SingleUse {
    /// `paymentRequestId`: the gateway's id, once it is paid.
    pub payment_request_id: Option<ReferenceNo>,
    /// `totalAmount`: what is to be paid.
    pub amount: Option<Money>,
    /// `paidAmount`: what was paid.
    pub paid_amount: Option<Money>,
    /// `trxDateTime`: when the account was made.
    pub created_at: Option<Timestamp>,
    /// `transactionDate`: when it was paid.
    pub paid_at: Option<Timestamp>,
    /// `referenceNo`: the code of the payment. Of a longer one the end is written.
    pub reference_no: Option<String>,
    /// `paymentFlagStatus`. The reason beside it is written from this and not read.
    pub status: Option<TransactionStatus>,
    /// `billDetails`: what the account is for.
    pub bills: Vec<Bill>,
    /// `freeTexts`: what the bank shows.
    pub free_texts: Vec<Words>,
}

/// One page of an account's payments, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultiUse {
    /// The payments on this page.
    pub payments: Vec<Payment>,
    /// How many there are on all pages.
    pub total: u32,
    /// Which page this is, counted from nothing.
    pub page: u32,
    /// How many payments a page has.
    pub page_size: u32,
}

/// One payment into an account of many uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The payment's id: the account's own for the first, one made from it for the others.
    pub trx_id: TrxId,
    /// `paymentRequestId`: the gateway's id.
    pub payment_request_id: Option<ReferenceNo>,
    /// `totalAmount`: what was paid.
    pub amount: Option<Money>,
    /// `trxDateTime`: when the payment was made known.
    pub created_at: Option<Timestamp>,
    /// `transactionDate`: when it was paid.
    pub paid_at: Option<Timestamp>,
    /// `paymentFlagStatus`.
    pub status: TransactionStatus,
}

impl StatusAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let beside = body.section("additionalInfo");
            let multi = beside.object_optional("recurringPaymentDetail", MultiUse::read);
            let merchant_id = va_account::merchant_id_optional(&beside);
            body.object("virtualAccountData", |account| {
                let inside = account.section("additionalInfo");
                Some(Self {
                    number: va_account::number(account)?,
                    inquiry_request_id: account.id_optional("inquiryRequestId", TrxId::LENGTH_MAX),
                    merchant_id: merchant_id.or_else(|| va_account::merchant_id_optional(&inside)),
                    state: match multi {
                        Some(multi) => State::Multi(multi),
                        None => State::Single(SingleUse::read(account)),
                    },
                })
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let account = va_account::write_number(Object::new(), &self.number)
            .with_some("inquiryRequestId", self.inquiry_request_id.as_ref().map(TrxId::as_str));
        let info = Object::new().with_some("merchantId", self.merchant_id.as_ref().map(MerchantId::as_str));
        let (account, info) = match &self.state {
            State::Single(single) => (single.write(account), info),
            State::Multi(multi) => (account, info.with("recurringPaymentDetail", multi.write())),
        };
        success(Service::VaStatus).with("virtualAccountData", account).with("additionalInfo", info).into()
    }
}

impl SingleUse {
    fn read(account: &Reader<'_>) -> Self {
        Self {
            payment_request_id: account.id_optional("paymentRequestId", ReferenceNo::LENGTH_MAX),
            amount: amount_optional(account, "totalAmount"),
            paid_amount: amount_optional(account, "paidAmount"),
            created_at: account.timestamp_optional("trxDateTime"),
            paid_at: account.timestamp_optional("transactionDate"),
            reference_no: account.text_or_number_optional("referenceNo", REFERENCE_NO_MAX),
            status: account.parsed_optional("paymentFlagStatus", 2, transaction_status::parse),
            bills: account.list_optional("billDetails", Bill::read),
            free_texts: account.list_optional("freeTexts", Words::read),
        }
    }

    fn write(&self, account: Object) -> Object {
        let is_paid = self.status == Some(TransactionStatus::Success);
        account
            .with_some("paymentRequestId", self.payment_request_id.as_ref().map(ReferenceNo::as_str))
            .with_some("totalAmount", self.amount.map(money))
            .with_some("paidAmount", self.paid_amount.map(money))
            .with_some("trxDateTime", self.created_at.map(Timestamp::to_snap))
            .with_some("transactionDate", self.paid_at.map(Timestamp::to_snap))
            .with_some(
                "referenceNo",
                self.reference_no.as_deref().map(|no| va_bill::end(no, REFERENCE_NO_MAX)),
            )
            // Banks do not agree on the words of these two, so that nothing in them is what the samples have.
            .with_some("paymentType", is_paid.then_some(""))
            .with_some("flagAdvise", is_paid.then_some(""))
            .with_some("paymentFlagStatus", self.status.map(TransactionStatus::code))
            .with_some("paymentFlagReason", self.status.map(reason))
            .with_some("billDetails", some(&self.bills, Bill::write))
            .with_some("freeTexts", some(&self.free_texts, va_bill::write_free_text))
    }
}

impl MultiUse {
    fn read(detail: &Reader<'_>) -> Option<Self> {
        let payments = detail.list_optional("recurringOrders", Payment::read);
        let pages = detail.section("paginationMetadata");
        let shown = u32::try_from(payments.len()).unwrap_or(u32::MAX);
        Some(Self {
            total: count_optional(&pages, "total").unwrap_or(shown),
            page: count_optional(&pages, "page").unwrap_or(0),
            page_size: count_optional(&pages, "pageSize").unwrap_or(PAGE_SIZE_DEFAULT),
            payments,
        })
    }

    fn write(&self) -> Object {
        let pages = Object::new()
            .with("total", self.total.to_string())
            .with("pageSize", self.page_size.to_string())
            .with("page", self.page.to_string());
        Object::new()
            .with("recurringOrders", array(&self.payments, Payment::write))
            .with("paginationMetadata", pages)
    }
}

impl Payment {
    fn read(payment: &Reader<'_>) -> Option<Self> {
        let trx_id = payment.id("trxId", TrxId::LENGTH_MAX);
        let status = payment.parsed("paymentFlagStatus", 2, transaction_status::parse);
        Some(Self {
            trx_id: trx_id?,
            payment_request_id: payment.id_optional("paymentRequestId", ReferenceNo::LENGTH_MAX),
            amount: amount_optional(payment, "totalAmount"),
            created_at: payment.timestamp_optional("trxDateTime"),
            paid_at: payment.timestamp_optional("transactionDate"),
            status: status?,
        })
    }

    fn write(&self) -> Value {
        Object::new()
            .with_some("totalAmount", self.amount.map(money))
            .with("paymentFlagReason", reason(self.status))
            .with_some("paymentRequestId", self.payment_request_id.as_ref().map(ReferenceNo::as_str))
            .with("paymentFlagStatus", self.status.code())
            .with_some("trxDateTime", self.created_at.map(Timestamp::to_snap))
            .with_some("transactionDate", self.paid_at.map(Timestamp::to_snap))
            .with("trxId", self.trx_id.as_str())
            .into()
    }
}

/// `paymentFlagReason`: in English the word of the edition that is newer, in Indonesian that of the one that has it.
fn reason(status: TransactionStatus) -> Object {
    let english = match status {
        TransactionStatus::Success => "settlement".to_owned(),
        TransactionStatus::Cancelled => "cancel".to_owned(),
        TransactionStatus::Expired => "expire".to_owned(),
        other => other.word().to_ascii_lowercase(),
    };
    Object::new().with("english", english).with("indonesia", va_bill::names(status).1.to_uppercase())
}

/// A list, unless it is empty.
pub(super) fn some<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Option<Value> {
    (!elements.is_empty()).then(|| array(elements, write))
}

/// A count, as a text or as a number.
fn count_optional(body: &Reader<'_>, name: &str) -> Option<u32> {
    let text = body.text_or_number_optional(name, COUNT_MAX)?;
    let count = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| u32::from_str(&text).ok()).flatten();
    if count.is_none() {
        body.malformed(name, "a whole number was expected");
    }
    count
}

/// A money object whose members may begin with capitals, as one edition prints them.
pub(super) fn amount_optional(body: &Reader<'_>, name: &str) -> Option<Money> {
    body.object_optional(name, |amount| {
        amount.parsed(amount.first_of(&["value", "Value"]), VALUE_MAX, Money::parse_idr)
    })
}
