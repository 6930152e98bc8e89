//! The bill behind the number of a virtual account, as answers about accounts describe it (24, 25, 26).
//!
//! An account of this gateway has one bill, so its code and its short name are made here, and which
//! bills are paid (`paidBills`) is not told.

use lunas_vocab::Money;

use super::va_account::AnyAmount;
use super::va_create::Words;
use super::{TransactionStatus, message};
use crate::field::{Codec, Digits, Kind, Need, OrDefault, Part, Reader, Shape};
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

message! {
    /// One of `billDetails`.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Bill: part {
        /// your customer's number; of a longer one the end
        pub number: Option<String> as Option<EndOf<NUMBER_MAX>> => "billNo", max NUMBER_MAX, behind "billCode" as OnlyCode;
        /// the first item, or the holder
        pub name: Option<String> as BillName<NAME_MAX> => "billName", or "billname", max NAME_MAX,
            also "billShortName" as BillName<SHORT_NAME_MAX>;
        /// what it is, in the two languages
        pub description: Words as OrDefault<Cut<DESCRIPTION_MAX>> => "billDescription";
        /// your code of the product
        pub sub_company: Option<String> as Option<BeginningOf<SUB_COMPANY_MAX>> => "billSubCompany", max SUB_COMPANY_MAX;
        /// what was paid, or what is due
        pub amount: Option<Money> as Option<AnyAmount> => "billAmount", also "additionalInfo.value" as NothingMore;
        /// the code of the payment, in digits
        pub reference_no: Option<String> as Option<EndOf<REFERENCE_NO_MAX>> => "billReferenceNo", max REFERENCE_NO_MAX;
        /// how it stands
        pub status: Option<TransactionStatus> => "status", also "reason" as Option<Reason>;
    }
}

/// A code of which the end is written if it is too long: what tells one number from the next.
pub(super) struct EndOf<const MAX: usize>;

impl<const MAX: usize> Codec for EndOf<MAX> {
    type Value = String;
    const KIND: Kind = Kind::Digits;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        Digits::read(from, name, max)
    }

    fn write(code: &String) -> Option<Value> {
        Some(end(code, MAX).into())
    }
}

/// A code of which the beginning is written if it is too long.
struct BeginningOf<const MAX: usize>;

impl<const MAX: usize> Codec for BeginningOf<MAX> {
    type Value = String;
    const KIND: Kind = Kind::Digits;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        Digits::read(from, name, max)
    }

    fn write(code: &String) -> Option<Value> {
        Some(beginning(code, MAX).into())
    }
}

/// The beginning of the bill's name, which is written even when there is none.
struct BillName<const MAX: usize>;

impl<const MAX: usize> Codec for BillName<MAX> {
    type Value = Option<String>;
    const KIND: Kind = Kind::Text;
    const NEED: Need = Need::Optional;
    const DOC: &'static str = "the beginning of it";

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Option<String>> {
        Option::<String>::read(from, name, max)
    }

    fn write(name: &Option<String>) -> Option<Value> {
        Some(beginning(name.as_deref().unwrap_or_default(), MAX).into())
    }
}

/// Texts of which the beginning is written if they are too long.
pub(super) struct Cut<const MAX: usize>;

impl<const MAX: usize> Codec for Cut<MAX> {
    type Value = Words;
    const KIND: Kind = Kind::Object(Words::SHAPE);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Words> {
        Words::read(from, name, max)
    }

    fn write(words: &Words) -> Option<Value> {
        let cut = |text: &Option<String>| text.as_deref().map(|text| beginning(text, MAX));
        Words::write(&Words { english: cut(&words.english), indonesia: cut(&words.indonesia) })
    }
}

/// What the channel shows, as long as it shows it.
pub(super) struct FreeTexts;

impl Codec for FreeTexts {
    type Value = Vec<Words>;
    const KIND: Kind = Kind::List(Words::SHAPE);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Vec<Words>> {
        Vec::<Words>::read(from, name, max)
    }

    fn write(texts: &Vec<Words>) -> Option<Value> {
        (!texts.is_empty())
            .then(|| Value::Array(texts.iter().filter_map(Cut::<FREE_TEXT_MAX>::write).collect()))
    }
}

/// `billCode` of an account's only bill.
struct OnlyCode;

impl Codec for OnlyCode {
    type Value = Option<String>;
    const KIND: Kind = Kind::Word(&[CODE]);
    const DOC: &'static str = "an account has one bill";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Option<String>> {
        Some(None)
    }

    fn write(_: &Option<String>) -> Option<Value> {
        Some(CODE.into())
    }
}

/// The samples have it, with nothing in it.
struct NothingMore;

impl Codec for NothingMore {
    type Value = Option<Money>;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "empty";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Option<Money>> {
        Some(None)
    }

    fn write(_: &Option<Money>) -> Option<Value> {
        Some("".into())
    }
}

/// The status in the two languages of Indonesian banks.
struct Reason;

impl Codec for Reason {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Object(REASON);
    const DOC: &'static str = "the status in words";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<TransactionStatus> {
        None
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        if *status == TransactionStatus::Success {
            return Some(super::va_account::success_words().into());
        }
        let (english, indonesia) = names(*status);
        Some(Object::new().with("english", english).with("indonesia", indonesia).into())
    }
}

/// A reason in two languages.
pub(super) const REASON: &Shape = Words::SHAPE;

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

fn beginning(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// The last characters of a text: what tells one number from the next.
pub(super) fn end(text: &str, max: usize) -> String {
    let too_many = text.chars().count().saturating_sub(max);
    text.chars().skip(too_many).collect()
}
