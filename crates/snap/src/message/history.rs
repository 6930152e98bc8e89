//! What the two history services share: one transaction as a merchant looks back at it, and the words for it.
//!
//! The contract tells a transaction's status and type twice: at the top in BI-SNAP's words and below
//! `additionalInfo` in those of older interfaces.

mod payment;
mod words;

pub use payment::{HistoryPayment, HistoryQris, HistoryRefund, HistoryTransfer};
pub use words::{HistoryStatus, HistoryType};

use lunas_vocab::{Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{TransactionStatus, message};
use crate::field::{Codec, Field, Kind, Need, Part, Reader, Shape};
use crate::json::{Object, Value};

/// The most characters of a status, a type or an account number.
const WORD_MAX: usize = 32;
/// The most characters of a channel or an e-mail address.
const TEXT_MAX: usize = 100;
/// The most characters of a remark.
const REMARK_MAX: usize = 256;

message! {
    /// One transaction, as far as both services tell it in the same way.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryEntry: part {
        /// the gateway's id
        pub reference_no: ReferenceNo => "additionalInfo.referenceNo", or "referenceNo";
        /// your order id
        pub partner_reference_no: PartnerReferenceNo => "additionalInfo.partnerReferenceNo", or "partnerReferenceNo";
        /// when it was opened
        pub created_at: Timestamp => "dateTime";
        /// what it is about
        pub amount: Money => "amount";
        /// what was noted with it; payments have no remark
        pub remark: Option<String> => "remark", max REMARK_MAX;
        /// where it stands
        pub status: TransactionStatus as StatusInWords => "status", max WORD_MAX, also "additionalInfo.status" as OlderStatus;
        /// what it is
        pub kind: HistoryType => "type", also "additionalInfo.type" as OlderType;
        /// who carries it out, in lower case: `gopay`
        pub channel: String => "additionalInfo.channel", max TEXT_MAX;
        /// the customer's e-mail address, if you told it
        pub customer_email: Option<String> => "additionalInfo.customerEmail", max TEXT_MAX;
        /// the account on the other side
        pub account_no: Option<String> => "additionalInfo.accountNo", max WORD_MAX;
        /// what the gateway keeps of it
        pub fee: Money as Fee => "additionalInfo.fee";
    }
}

/// An entry that stands alone: the detail has its ids at the top.
pub(super) struct Alone;

/// How many members an entry has that is told alone.
const MEMBERS: usize = HistoryEntry::SHAPE.fields.len();

const ALONE: [Field; MEMBERS] = {
    let mut fields = [HistoryEntry::SHAPE.fields[0]; MEMBERS];
    let mut at = 0;
    while at < MEMBERS {
        fields[at] = HistoryEntry::SHAPE.fields[at];
        at += 1;
    }
    fields[0].path = "referenceNo";
    fields[1].path = "partnerReferenceNo";
    fields
};

impl Codec for Alone {
    type Value = HistoryEntry;
    const KIND: Kind = Kind::Object(&Shape { name: "HistoryEntry", fields: &ALONE });

    fn read(from: &Reader<'_>, _: &str, _: usize) -> Option<HistoryEntry> {
        HistoryEntry::read_members(from)
    }

    fn write(entry: &HistoryEntry) -> Option<Value> {
        let mut alone = Object::new()
            .with(ALONE[0].path, entry.reference_no.as_str())
            .with(ALONE[1].path, entry.partner_reference_no.as_str());
        let mut rest = entry.to_object();
        HistoryEntry::SHAPE.fields[..2].iter().for_each(|id| rest.remove(id.path));
        alone.put("", rest.into());
        Some(alone.into())
    }
}

/// The status in BI-SNAP's word instead of its digits.
struct StatusInWords;

impl Codec for StatusInWords {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Text;
    const EXAMPLE: Option<&'static str> = Some("SUCCESS");

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TransactionStatus> {
        TransactionStatus::read(from, name, max)
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        Some(status.word().into())
    }
}

/// The status in the word of older interfaces, if they have one.
struct OlderStatus;

impl Codec for OlderStatus {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Text;
    const NEED: Need = Need::Optional;
    const DOC: &'static str = "the same in the word of older interfaces";

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TransactionStatus> {
        TransactionStatus::read(from, name, max)
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        HistoryStatus::of(*status).map(|status| status.word().into())
    }
}

/// The type in the word of older interfaces.
struct OlderType;

impl Codec for OlderType {
    type Value = HistoryType;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "the same in the word of older interfaces";

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<HistoryType> {
        HistoryType::read(from, name, max)
    }

    fn write(kind: &HistoryType) -> Option<Value> {
        Some(kind.older_word().into())
    }
}

/// A fee; nothing is kept where nothing is said.
struct Fee;

impl Codec for Fee {
    type Value = Money;
    const KIND: Kind = Kind::Money;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Money> {
        let fee = Option::<Money>::read(from, name, max)?;
        Some(fee.unwrap_or(Money::ZERO_IDR))
    }

    fn write(fee: &Money) -> Option<Value> {
        Money::write(fee)
    }
}
