//! Transaction history list (12): a merchant looks back at its transactions, page by page.

use lunas_vocab::{PartnerReferenceNo, Timestamp};

use super::history::{HistoryEntry, HistoryStatus, HistoryType};
use super::{array, success};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};
use crate::service::Service;

/// How many transactions a page has when the merchant does not say.
pub const PAGE_SIZE_DEFAULT: u32 = 10;
/// How many it has at the most.
pub const PAGE_SIZE_MAX: u32 = 50;
/// The most characters of a number or a word.
const WORD_MAX: usize = 32;

/// Which transactions are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryListRequest {
    /// Only those with this order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// `fromDateTime`: only those opened at this time or later.
    pub from: Option<Timestamp>,
    /// `toDateTime`: only those opened at this time or earlier.
    pub to: Option<Timestamp>,
    /// How many; from 1 to [`PAGE_SIZE_MAX`].
    pub page_size: u32,
    /// Which page; the first is 0.
    pub page_number: u32,
    /// Only transactions of these types; all if there is none.
    pub types: Vec<HistoryType>,
    /// Of payments, only those that stand so; all if there is none.
    pub payment_statuses: Vec<HistoryStatus>,
    /// `sortOrder` is `ASC`: the oldest comes first, else the newest.
    pub oldest_first: bool,
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

impl HistoryListRequest {
    /// Reads a request. What filters other products by their statuses is not looked at.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let info = body.section("additionalInfo");
            let payment = info.section("payment");
            let page_size = number(body, "pageSize", 1, PAGE_SIZE_MAX);
            Some(Self {
                partner_reference_no: body.id_optional("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX),
                from: body.timestamp_optional("fromDateTime"),
                to: body.timestamp_optional("toDateTime"),
                page_size: page_size.unwrap_or(PAGE_SIZE_DEFAULT),
                page_number: number(body, "pageNumber", 0, u32::MAX).unwrap_or(0),
                types: words(&info, "types", HistoryType::parse),
                payment_statuses: words(&payment, "statuses", HistoryStatus::parse),
                oldest_first: info.parsed_optional("sortOrder", WORD_MAX, order).unwrap_or(false),
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let partner_reference_no = self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        let types = list(&self.types, HistoryType::older_word);
        let statuses = list(&self.payment_statuses, HistoryStatus::word);
        let info = Object::new()
            .with_some("types", types)
            .with_some("payment", statuses.map(|statuses| Object::new().with("statuses", statuses)))
            .with("sortOrder", if self.oldest_first { "ASC" } else { "DESC" });
        Object::new()
            .with_some("partnerReferenceNo", partner_reference_no)
            .with_some("fromDateTime", self.from.map(Timestamp::to_snap))
            .with_some("toDateTime", self.to.map(Timestamp::to_snap))
            .with("pageSize", self.page_size.to_string())
            .with("pageNumber", self.page_number.to_string())
            .with("additionalInfo", info)
            .into()
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

fn list<T: Copy>(words: &[T], word: fn(T) -> &'static str) -> Option<Value> {
    (!words.is_empty()).then(|| array(words, |kind| word(*kind).into()))
}

/// One page of transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryListAnswer {
    /// `detailData`; empty when nothing matches or the page is behind the last one.
    pub entries: Vec<HistoryEntry>,
}

impl HistoryListAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            if !body.has("detailData") {
                return Some(Self { entries: Vec::new() });
            }
            let entries = body.list("detailData", |entry| {
                let info = entry.section("additionalInfo");
                HistoryEntry::read(entry, &info, &info)
            });
            Some(Self { entries: entries? })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let entry = |entry: &HistoryEntry| {
            let info = entry.write_info(entry.write_ids(Object::new()));
            entry.write_top(Object::new()).with("additionalInfo", info).into()
        };
        success(Service::HistoryList).with("detailData", array(&self.entries, entry)).into()
    }
}
