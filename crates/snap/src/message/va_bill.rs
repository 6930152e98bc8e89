//! The bill behind the number of a virtual account, as answers about accounts describe it (24, 25, 26).
//!
//! An account of this gateway has one bill, so its code and its short name are made here, and which
//! bills are paid (`paidBills`) is not told.

use lunas_vocab::Money;

use super::va_create::Words;
use super::{TransactionStatus, money, transaction_status};
use crate::field::Reader;
use crate::json::{Object, Value};

/// The code of an account's only bill.
const CODE: &str = "01";
/// The most characters of `billNo`.
const NUMBER_MAX: usize = 18;
/// The most characters of `billName`.
const NAME_MAX: usize = 20;
/// The most characters of `billShortName`.
const SHORT_NAME_MAX: usize = 10;
/// The most characters of a `billDescription`.
const DESCRIPTION_MAX: usize = 18;
/// The most characters of `billSubCompany`.
const SUB_COMPANY_MAX: usize = 5;
/// The most characters of the code of a payment, of the account's and of its bill's.
pub const REFERENCE_NO_MAX: usize = 15;
/// The most characters of a text that the channel shows.
const FREE_TEXT_MAX: usize = 32;

/// One of `billDetails`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// `billNo`: the merchant's number of it. Of a longer one the end is written.
    pub number: Option<String>,
    /// `billName`, and `billShortName`, which is the beginning of it.
    pub name: Option<String>,
    /// `billDescription`.
    pub description: Words,
    /// `billSubCompany`: the merchant's code of the product.
    pub sub_company: Option<String>,
    /// `billAmount`: what was paid, or what is due.
    pub amount: Option<Money>,
    /// `billReferenceNo`: the code of the payment, in digits.
    pub reference_no: Option<String>,
    /// `status`, with `reason`, which is written from it and not read.
    pub status: Option<TransactionStatus>,
}

impl Bill {
    pub(super) fn read(bill: &Reader<'_>) -> Option<Self> {
        Some(Self {
            number: bill.text_or_number_optional("billNo", NUMBER_MAX),
            name: bill.text_optional(bill.first_of(&["billName", "billname"]), NAME_MAX),
            description: bill.object_optional("billDescription", Words::read).unwrap_or_default(),
            sub_company: bill.text_or_number_optional("billSubCompany", SUB_COMPANY_MAX),
            amount: super::va_status::amount_optional(bill, "billAmount"),
            reference_no: bill.text_or_number_optional("billReferenceNo", REFERENCE_NO_MAX),
            status: bill.parsed_optional("status", 2, transaction_status::parse),
        })
    }

    pub(super) fn write(&self) -> Value {
        let name = self.name.as_deref().unwrap_or_default();
        Object::new()
            .with("billCode", CODE)
            .with_some("billNo", self.number.as_deref().map(|number| end(number, NUMBER_MAX)))
            .with("billName", beginning(name, NAME_MAX))
            .with("billShortName", beginning(name, SHORT_NAME_MAX))
            .with("billDescription", cut(&self.description, DESCRIPTION_MAX))
            .with_some("billSubCompany", self.sub_company.as_deref().map(|c| beginning(c, SUB_COMPANY_MAX)))
            .with_some("billAmount", self.amount.map(money))
            // The samples have it, with nothing in it.
            .with("additionalInfo", Object::new().with("value", ""))
            .with_some("billReferenceNo", self.reference_no.as_deref().map(|no| end(no, REFERENCE_NO_MAX)))
            .with_some("status", self.status.map(TransactionStatus::code))
            .with_some("reason", self.status.map(reason))
            .into()
    }
}

/// A text of `freeTexts`, as long as the channel shows it.
pub(super) fn write_free_text(text: &Words) -> Value {
    cut(text, FREE_TEXT_MAX)
}

/// How a status is called in the two languages of Indonesian banks.
pub(super) fn names(status: TransactionStatus) -> (&'static str, &'static str) {
    match status {
        TransactionStatus::Success => ("Success", "Berhasil"),
        TransactionStatus::Initiated => ("Initiated", "Dimulai"),
        TransactionStatus::Paying => ("Paying", "Sedang dibayar"),
        TransactionStatus::Pending => ("Pending", "Menunggu"),
        TransactionStatus::Refunded => ("Refunded", "Dikembalikan"),
        TransactionStatus::Cancelled => ("Canceled", "Dibatalkan"),
        TransactionStatus::Failed => ("Failed", "Gagal"),
        TransactionStatus::NotFound => ("Not found", "Tidak ditemukan"),
        TransactionStatus::Expired => ("Expired", "Kedaluwarsa"),
        TransactionStatus::Rejected => ("Rejected", "Ditolak"),
    }
}

fn reason(status: TransactionStatus) -> Object {
    if status == TransactionStatus::Success {
        return super::va_account::success_words();
    }
    let (english, indonesia) = names(status);
    Object::new().with("english", english).with("indonesia", indonesia)
}

fn cut(words: &Words, max: usize) -> Value {
    let cut = |text: &Option<String>| text.as_deref().map(|text| beginning(text, max));
    Words { english: cut(&words.english), indonesia: cut(&words.indonesia) }.write()
}

fn beginning(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// The last characters of a text: what tells one number from the next.
pub(super) fn end(text: &str, max: usize) -> String {
    let too_many = text.chars().count().saturating_sub(max);
    text.chars().skip(too_many).collect()
}
