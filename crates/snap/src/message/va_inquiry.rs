//! Virtual account inquiry (24): a bank asks whose number a customer has typed, and what is due.

use lunas_vocab::{BankRequestId, Money, Timestamp};

use super::message;
use super::va_account::{self, BankNamed, Holder, Padded};
use super::va_bill::{Bill, FreeTexts};
use super::va_create::Words;
use crate::field::{Codec, Digits, Kind, Part as _, Reader, Spread};
use crate::json::Value;
use crate::virtual_account::{Bank, Number};

/// The most characters of `channelCode`.
pub(super) const CHANNEL_MAX: usize = 4;
/// The most characters of `subCompany`.
const SUB_COMPANY_MAX: usize = 5;
/// The most characters of `language`.
const LANGUAGE_MAX: usize = 2;
/// The most characters of `sourceBankCode`.
pub(super) const BANK_CODE_MAX: usize = 11;

message! {
    /// A number that a customer has typed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InquiryRequest: request {
        /// The number.
        pub number: Number as Padded => "";
        /// the bank's id of the question
        pub inquiry_request_id: BankRequestId => "inquiryRequestId";
        /// when the customer began
        pub started_at: Option<Timestamp> => "trxDateInit", or "txnDateInit";
        /// a machine, a branch, a phone
        pub channel_code: Option<String> as Option<Digits> => "channelCode", max CHANNEL_MAX;
        /// the customer's language
        pub language: Option<String> => "language", max LANGUAGE_MAX;
        /// what the customer typed, for accounts without a fixed amount
        pub amount: Option<Money> => "amount";
        /// whose customer it is
        pub source_bank_code: Option<String> as Option<Digits> => "sourceBankCode", max BANK_CODE_MAX;
        /// whose number it is, from a caller that reports on several banks
        pub bank: Option<Bank> as BankNamed => "additionalInfo.bank", like "bca";
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

impl Codec for AmountKind {
    type Value = Self;
    const KIND: Kind = Kind::Word(&["C", "O", "N"]);
    const LENGTH_MAX: Option<usize> = Some(1);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| {
            let mut kinds = Self::ALL.iter().copied();
            kinds.find(|kind| text.eq_ignore_ascii_case(kind.as_str())).ok_or("C, O or N was expected")
        })
    }

    fn write(kind: &Self) -> Option<Value> {
        Some(kind.as_str().into())
    }
}

message! {
    /// The account is there and can be paid.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InquiryAnswer: answer VaInquiry {
        /// Its number.
        pub number: Number as Padded => "virtualAccountData", behind "virtualAccountData.inquiryStatus" as Found,
            behind "virtualAccountData.inquiryReason" as FoundReason;
        /// Whose account it is, as the bank shows it.
        pub holder: Holder as Spread<Holder> => "virtualAccountData";
        /// the bank's id, given back
        pub inquiry_request_id: BankRequestId => "virtualAccountData.inquiryRequestId";
        /// what is due
        pub amount: Option<Money> => "virtualAccountData.totalAmount";
        /// the merchant's code of the product
        pub sub_company: Option<String> as Option<Digits> => "virtualAccountData.subCompany", max SUB_COMPANY_MAX;
        /// what the account is for
        pub bills: Vec<Bill> => "virtualAccountData.billDetails";
        /// what the bank shows
        pub free_texts: Vec<Words> as FreeTexts => "virtualAccountData.freeTexts";
        /// which amounts the account takes: `C` exactly what is due, `O` any, `N` any that is not below what is due
        pub amount_kind: Option<AmountKind> => "virtualAccountData.virtualAccountTrxType";
        /// what the customer pays beside it
        pub fee: Option<Money> => "virtualAccountData.feeAmount";
    }
}

/// `inquiryStatus` of an account that is there.
struct Found;

impl Codec for Found {
    type Value = Number;
    const KIND: Kind = Kind::Word(&["00"]);
    const DOC: &'static str = "the account can be paid";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Number> {
        None
    }

    fn write(_: &Number) -> Option<Value> {
        Some("00".into())
    }
}

/// `inquiryReason`: the same in words.
struct FoundReason;

impl Codec for FoundReason {
    type Value = Number;
    const KIND: Kind = Kind::Object(Words::SHAPE);
    const DOC: &'static str = "the same in words";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Number> {
        None
    }

    fn write(_: &Number) -> Option<Value> {
        Some(va_account::success_words().into())
    }
}
