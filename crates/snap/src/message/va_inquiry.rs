//! Virtual account inquiry (24): a bank asks whose number a customer has typed, and what is due.

use lunas_vocab::{BankRequestId, Money, Timestamp};

use super::va_account::{self, Holder};
use super::va_bill::{self, Bill};
use super::va_create::Words;
use super::va_status::some;
use super::{money, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// The most characters of `channelCode`.
const CHANNEL_MAX: usize = 4;
/// The most characters of `subCompany`.
const SUB_COMPANY_MAX: usize = 5;
/// The most characters of `language`.
const LANGUAGE_MAX: usize = 2;
/// The most characters of `sourceBankCode`.
const BANK_CODE_MAX: usize = 11;

/// A number that a customer has typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryRequest {
    /// The number.
    pub number: Number,
    /// The bank's id of this customer at its counter.
    pub inquiry_request_id: BankRequestId,
    /// `trxDateInit`, also `txnDateInit`: when the customer began.
    pub started_at: Option<Timestamp>,
    /// `channelCode`: a machine, a branch, a phone.
    pub channel_code: Option<String>,
    /// `language`: the customer's.
    pub language: Option<String>,
    /// `amount`: what the customer has typed, for accounts without a fixed amount.
    pub amount: Option<Money>,
    /// `sourceBankCode`: whose customer it is.
    pub source_bank_code: Option<String>,
    /// `additionalInfo.bank`: whose number it is, from a caller that reports on several banks.
    pub bank: Option<Bank>,
}

impl InquiryRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let number = va_account::number(body);
            let inquiry_request_id = body.id("inquiryRequestId", BankRequestId::LENGTH_MAX);
            let started = body.first_of(&["trxDateInit", "txnDateInit"]);
            let started_at = body.timestamp_optional(started);
            let channel_code = body.text_or_number_optional("channelCode", CHANNEL_MAX);
            let language = body.text_optional("language", LANGUAGE_MAX);
            let amount = body.money_optional("amount");
            let source_bank_code = body.text_or_number_optional("sourceBankCode", BANK_CODE_MAX);
            Some(Self {
                number: number?,
                inquiry_request_id: inquiry_request_id?,
                started_at,
                channel_code,
                language,
                amount,
                source_bank_code,
                bank: va_account::bank_named(body),
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        va_account::write_number(Object::new(), &self.number)
            .with("inquiryRequestId", self.inquiry_request_id.as_str())
            .with_some("trxDateInit", self.started_at.map(Timestamp::to_snap))
            .with_some("channelCode", self.channel_code.as_deref())
            .with_some("language", self.language.as_deref())
            .with_some("amount", self.amount.map(money))
            .with_some("sourceBankCode", self.source_bank_code.as_deref())
            .with_some("additionalInfo", va_account::naming_bank(self.bank))
            .into()
    }
}

/// Which amounts an account takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AmountKind {
    /// `C`: exactly what is due.
    Closed,
    /// `O`: any.
    Open,
    /// `N`: any that is not below what is due.
    OpenMinimum,
}

impl AmountKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Closed, Self::Open, Self::OpenMinimum];

    /// The wire's letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "C",
            Self::Open => "O",
            Self::OpenMinimum => "N",
        }
    }
}

fn amount_kind(text: &str) -> Result<AmountKind, &'static str> {
    let mut kinds = AmountKind::ALL.iter().copied();
    kinds.find(|kind| text.eq_ignore_ascii_case(kind.as_str())).ok_or("C, O or N was expected")
}

/// The account is there and can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InquiryAnswer {
    /// Its number.
    pub number: Number,
    /// Whose account it is, as the bank shows it.
    pub holder: Holder,
    /// The bank's id, given back.
    pub inquiry_request_id: BankRequestId,
    /// `totalAmount`: what is due.
    pub amount: Option<Money>,
    /// `virtualAccountTrxType`: which amounts the account takes.
    pub amount_kind: Option<AmountKind>,
    /// `subCompany`: the merchant's code of the product.
    pub sub_company: Option<String>,
    /// `feeAmount`: what the customer pays beside it.
    pub fee: Option<Money>,
    /// `billDetails`: what the account is for.
    pub bills: Vec<Bill>,
    /// `freeTexts`: what the bank shows.
    pub free_texts: Vec<Words>,
}

impl InquiryAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            body.object("virtualAccountData", |account| {
                let number = va_account::number(account);
                let inquiry_request_id = account.id("inquiryRequestId", BankRequestId::LENGTH_MAX);
                Some(Self {
                    number: number?,
                    holder: Holder::read(account),
                    inquiry_request_id: inquiry_request_id?,
                    amount: account.money_optional("totalAmount"),
                    amount_kind: account.parsed_optional("virtualAccountTrxType", 1, amount_kind),
                    sub_company: account.text_or_number_optional("subCompany", SUB_COMPANY_MAX),
                    fee: account.money_optional("feeAmount"),
                    bills: account.list_optional("billDetails", Bill::read),
                    free_texts: account.list_optional("freeTexts", Words::read),
                })
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let account =
            Object::new().with("inquiryStatus", "00").with("inquiryReason", va_account::success_words());
        let account = va_account::write_number(account, &self.number);
        let account = self
            .holder
            .write(account, str::to_owned)
            .with("inquiryRequestId", self.inquiry_request_id.as_str())
            .with_some("totalAmount", self.amount.map(money))
            .with_some("subCompany", self.sub_company.as_deref())
            .with_some("billDetails", some(&self.bills, Bill::write))
            .with_some("freeTexts", some(&self.free_texts, va_bill::write_free_text))
            .with_some("virtualAccountTrxType", self.amount_kind.map(AmountKind::as_str))
            .with_some("feeAmount", self.fee.map(money));
        success(Service::VaInquiry).with("virtualAccountData", account).into()
    }
}
