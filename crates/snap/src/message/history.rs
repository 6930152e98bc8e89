//! What the two history services share: one transaction as a merchant looks back at it, and the words for it.
//!
//! The contract tells a transaction's status and type twice: at the top in BI-SNAP's words and below
//! `additionalInfo` in those of older interfaces.

mod payment;
mod words;

pub use payment::{HistoryPayment, HistoryQris, HistoryRefund, HistoryTransfer};
pub use words::{HistoryStatus, HistoryType};

use lunas_vocab::{Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{TransactionStatus, money, transaction_status};
use crate::field::Reader;
use crate::json::Object;

/// The most characters of a status, a type or an account number.
const WORD_MAX: usize = 32;
/// The most characters of a channel or an e-mail address.
const TEXT_MAX: usize = 100;
/// The most characters of a remark.
const REMARK_MAX: usize = 256;

/// One transaction, as far as both services tell it in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The gateway's id.
    pub reference_no: ReferenceNo,
    /// The merchant's order id.
    pub partner_reference_no: PartnerReferenceNo,
    /// `dateTime`: when it was opened.
    pub created_at: Timestamp,
    /// What it is about.
    pub amount: Money,
    /// Where it stands.
    pub status: TransactionStatus,
    /// What it is.
    pub kind: HistoryType,
    /// What was noted with it; payments have no remark.
    pub remark: Option<String>,
    /// Who carries it out, in lower case: `gopay`.
    pub channel: String,
    /// The customer's e-mail address, if the merchant told it.
    pub customer_email: Option<String>,
    /// The account on the other side.
    pub account_no: Option<String>,
    /// What the gateway keeps of it.
    pub fee: Money,
}

impl HistoryEntry {
    /// Reads what stands at the top of a transaction, and `info` from below it; the ids are in `ids`.
    pub(super) fn read(top: &Reader<'_>, info: &Reader<'_>, ids: &Reader<'_>) -> Option<Self> {
        let reference_no = ids.id("referenceNo", ReferenceNo::LENGTH_MAX);
        let partner_reference_no = ids.id("partnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
        let created_at = top.timestamp("dateTime");
        let amount = top.money("amount");
        let status = top.parsed("status", WORD_MAX, transaction_status::parse);
        let kind = top.parsed("type", WORD_MAX, HistoryType::read);
        let channel = info.text("channel", TEXT_MAX);
        let fee = info.money_optional("fee");
        Some(Self {
            reference_no: reference_no?,
            partner_reference_no: partner_reference_no?,
            created_at: created_at?,
            amount: amount?,
            status: status?,
            kind: kind?,
            remark: top.text_optional("remark", REMARK_MAX),
            channel: channel?,
            customer_email: info.text_optional("customerEmail", TEXT_MAX),
            account_no: info.text_optional("accountNo", WORD_MAX),
            fee: fee.unwrap_or(Money::ZERO_IDR),
        })
    }

    /// Adds what stands at the top.
    pub(super) fn write_top(&self, to: Object) -> Object {
        to.with("dateTime", self.created_at.to_snap())
            .with("amount", money(self.amount))
            .with_some("remark", self.remark.as_deref())
            .with("status", self.status.word())
            .with("type", self.kind.word())
    }

    /// Adds the ids, wherever they go.
    pub(super) fn write_ids(&self, to: Object) -> Object {
        to.with("referenceNo", self.reference_no.as_str())
            .with("partnerReferenceNo", self.partner_reference_no.as_str())
    }

    /// Adds what stands below `additionalInfo`.
    pub(super) fn write_info(&self, to: Object) -> Object {
        to.with_some("status", HistoryStatus::of(self.status).map(HistoryStatus::word))
            .with("type", self.kind.older_word())
            .with("channel", self.channel.as_str())
            .with_some("customerEmail", self.customer_email.as_deref())
            .with_some("accountNo", self.account_no.as_deref())
            .with("fee", money(self.fee))
    }
}
