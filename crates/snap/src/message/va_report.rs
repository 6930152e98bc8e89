//! Virtual account payment (25), as a bank sends it: a customer has paid into an account.
//!
//! The gateway's own message to merchants at the same path is [`super::va_notify`]. Bills, free texts and journal
//! numbers, which some banks add, are passed over.

use lunas_vocab::{BankRequestId, Money, Timestamp, TrxId};

use super::transaction_status::SuccessUnlessSaid;
use super::va_account::{self, BankNamed, Holder, Padded};
use super::va_bill::{Bill, FreeTexts};
use super::va_create::Words;
use super::va_inquiry::{BANK_CODE_MAX, CHANNEL_MAX};
use super::{TransactionStatus, message};
use crate::field::{Codec, Digits, Kind, Need, Part as _, Reader, Spread};
use crate::json::Value;
use crate::virtual_account::{Bank, Number};

/// The most characters of the bank's code of a payment.
const REFERENCE_NO_MAX: usize = 64;

message! {
    /// A payment that a bank has taken.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReportRequest: request {
        /// The account's number.
        pub number: Number as Padded => "";
        /// Whose account it is, as the bank knows it.
        pub holder: Holder as Spread<Holder> => "";
        /// the bank's id of the payment; that of the question if there was one. The same payment reported again gets the first
        /// answer
        pub payment_request_id: BankRequestId => "paymentRequestId";
        /// what was paid
        pub paid_amount: Money => "paidAmount";
        /// what was due
        pub amount: Option<Money> => "totalAmount";
        /// the account's, where the bank knows it
        pub trx_id: Option<TrxId> => "trxId";
        /// when the customer paid
        pub paid_at: Option<Timestamp> => "trxDateTime";
        /// the bank's code of the payment
        pub reference_no: Option<String> as Option<Digits> => "referenceNo", max REFERENCE_NO_MAX;
        /// `Y`: it was reported before
        pub is_repeat: bool as Advice => "flagAdvise";
        /// a machine, a branch, a phone
        pub channel_code: Option<String> as Option<Digits> => "channelCode", max CHANNEL_MAX;
        /// whose customer has paid
        pub source_bank_code: Option<String> as Option<Digits> => "sourceBankCode", max BANK_CODE_MAX;
        /// whose number it is, from a caller that reports on several banks
        pub bank: Option<Bank> as BankNamed => "additionalInfo.bank", like "bca";
    }
}

message! {
    /// The payment is booked.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReportAnswer: answer VaPayment {
        /// The account's number.
        pub number: Number as Padded => "virtualAccountData";
        /// Whose account it is.
        pub holder: Holder as Spread<Holder> => "virtualAccountData";
        /// the bank's id, given back
        pub payment_request_id: BankRequestId => "virtualAccountData.paymentRequestId";
        /// the merchant's id of the account
        pub trx_id: Option<TrxId> => "virtualAccountData.trxId";
        /// what was booked
        pub paid_amount: Option<Money> => "virtualAccountData.paidAmount";
        /// what was due
        pub amount: Option<Money> => "virtualAccountData.totalAmount";
        /// the bank's code of the payment, given back
        pub reference_no: Option<String> as Option<Digits> => "virtualAccountData.referenceNo", max REFERENCE_NO_MAX;
        /// `00`
        pub status: TransactionStatus as SuccessUnlessSaid => "virtualAccountData.paymentFlagStatus",
            also "virtualAccountData.paymentFlagReason" as SuccessReason;
        /// what was paid for
        pub bills: Vec<Bill> => "virtualAccountData.billDetails";
        /// what the bank shows
        pub free_texts: Vec<Words> as FreeTexts => "virtualAccountData.freeTexts";
    }
}

/// `flagAdvise`, of which one letter counts.
struct Advice;

impl Codec for Advice {
    type Value = bool;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = Some(1);
    const NEED: Need = Need::Optional;
    const EXAMPLE: Option<&'static str> = Some("Y");

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<bool> {
        Some(from.text_optional(name, max).is_some_and(|advice| advice.eq_ignore_ascii_case("Y")))
    }

    fn write(is_repeat: &bool) -> Option<Value> {
        is_repeat.then(|| "Y".into())
    }
}

/// The same in words.
struct SuccessReason;

impl Codec for SuccessReason {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Object(Words::SHAPE);
    const DOC: &'static str = "the same in words";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<TransactionStatus> {
        None
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        (*status == TransactionStatus::Success).then(|| va_account::success_words().into())
    }
}
