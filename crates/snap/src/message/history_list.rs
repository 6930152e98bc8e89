//! Transaction history list (12): a merchant looks back at its transactions, page by page.

use lunas_vocab::{PartnerReferenceNo, Timestamp};

use super::history::{HistoryEntry, HistoryStatus, HistoryType};
use super::{array, message};
use crate::field::{Codec, Kind, Need, Part, Reader};
use crate::json::Value;

/// How many transactions a page has when the merchant does not say.
pub const PAGE_SIZE_DEFAULT: u32 = 10;
/// How many it has at the most.
pub const PAGE_SIZE_MAX: u32 = 50;
/// The most characters of a number or a word.
const WORD_MAX: usize = 32;

message! {
    /// Which transactions are asked for. What filters other products by their statuses is not looked at.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryListRequest: request {
        /// only payments with this order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "partnerReferenceNo";
        /// only payments opened at this time or later; never before the first day of the month six months back, and the last
        /// three months if absent
        pub from: Option<Timestamp> => "fromDateTime";
        /// only payments opened at this time or earlier
        pub to: Option<Timestamp> => "toDateTime";
        /// how many: 1 to 50, 10 if absent
        pub page_size: u32 as PageSize => "pageSize";
        /// which page; the first is 0
        pub page_number: u32 as PageNumber => "pageNumber";
        /// only transactions of these types; all if there is none. Lunas has payments only
        pub types: Vec<HistoryType> as Types => "additionalInfo.types";
        /// only payments that stand so; all if there is none
        pub payment_statuses: Vec<HistoryStatus> as Statuses => "additionalInfo.payment.statuses";
        /// `DESC`, the newest first, if absent; `ASC`
        pub oldest_first: bool as Order => "additionalInfo.sortOrder";
    }
}

/// The first page of everything.
impl Default for HistoryListRequest {
    fn default() -> Self {
        Self {
            partner_reference_no: None,
            from: None,
            to: None,
            page_size: PAGE_SIZE_DEFAULT,
            page_number: 0,
            types: Vec::new(),
            payment_statuses: Vec::new(),
            oldest_first: false,
        }
    }
}

/// How many transactions a page has.
struct PageSize;

impl Codec for PageSize {
    type Value = u32;
    const KIND: Kind = Kind::Digits;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<u32> {
        Some(number(from, name, 1, PAGE_SIZE_MAX).unwrap_or(PAGE_SIZE_DEFAULT))
    }

    fn write(size: &u32) -> Option<Value> {
        Some(size.to_string().into())
    }
}

/// Which page it is.
struct PageNumber;

impl Codec for PageNumber {
    type Value = u32;
    const KIND: Kind = Kind::Digits;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<u32> {
        Some(number(from, name, 0, u32::MAX).unwrap_or(0))
    }

    fn write(page: &u32) -> Option<Value> {
        Some(page.to_string().into())
    }
}

/// Types, in the words of older interfaces.
struct Types;

impl Codec for Types {
    type Value = Vec<HistoryType>;
    const KIND: Kind = Kind::Words(&["PAYMENT", "TOP_UP", "WITHDRAWAL", "DISBURSEMENT"]);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<HistoryType>> {
        Some(words(from, name, HistoryType::parse))
    }

    fn write(types: &Vec<HistoryType>) -> Option<Value> {
        (!types.is_empty()).then(|| array(types, |kind| kind.older_word().into()))
    }
}

/// Statuses of payments.
struct Statuses;

impl Codec for Statuses {
    type Value = Vec<HistoryStatus>;
    const KIND: Kind = Kind::Words(HistoryStatus::WORDS);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<HistoryStatus>> {
        Some(words(from, name, HistoryStatus::parse))
    }

    fn write(statuses: &Vec<HistoryStatus>) -> Option<Value> {
        (!statuses.is_empty()).then(|| array(statuses, |status| status.word().into()))
    }
}

/// Whether the oldest comes first.
struct Order;

impl Codec for Order {
    type Value = bool;
    const KIND: Kind = Kind::Word(&["ASC", "DESC"]);
    const LENGTH_MAX: Option<usize> = Some(WORD_MAX);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<bool> {
        Some(from.parsed_optional(name, max, order).unwrap_or(false))
    }

    fn write(oldest_first: &bool) -> Option<Value> {
        Some(if *oldest_first { "ASC" } else { "DESC" }.into())
    }
}

/// A whole number, as a number or as a text.
fn number(body: &Reader<'_>, name: &str, min: u32, max: u32) -> Option<u32> {
    let text = body.text_or_number_optional(name, WORD_MAX)?;
    let number = text.parse::<u32>().ok().filter(|number| (min..=max).contains(number));
    if number.is_none() {
        body.malformed(name, format!("a whole number from {min} to {max} was expected"));
    }
    number
}

/// Words that all have to be known.
fn words<T>(body: &Reader<'_>, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    let texts = body.texts_optional(name, WORD_MAX);
    let known = texts.iter().map(|text| parse(text)).collect::<Option<Vec<_>>>();
    known.unwrap_or_else(|| {
        body.malformed(name, "one of its words is not known");
        Vec::new()
    })
}

fn order(text: &str) -> Result<bool, &'static str> {
    match text {
        _ if text.eq_ignore_ascii_case("ASC") => Ok(true),
        _ if text.eq_ignore_ascii_case("DESC") => Ok(false),
        _ => Err("ASC or DESC was expected"),
    }
}

message! {
    /// One page of transactions.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryListAnswer: answer HistoryList {
        /// the transactions of the page; empty when nothing matches or the page is behind the last one
        pub entries: Vec<HistoryEntry> as WholePage => "detailData";
    }
}

/// A page of which no transaction is passed over.
struct WholePage;

impl Codec for WholePage {
    type Value = Vec<HistoryEntry>;
    const KIND: Kind = Kind::List(HistoryEntry::SHAPE);

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<HistoryEntry>> {
        if from.has(name) { from.list(name, HistoryEntry::read_members) } else { Some(Vec::new()) }
    }

    fn write(entries: &Vec<HistoryEntry>) -> Option<Value> {
        Some(array(entries, |entry| entry.to_message().into()))
    }
}
