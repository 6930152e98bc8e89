//! One refund in the history of a transaction.
//!
//! The contract gives two names to the merchant's refund number and to the time; both are written.

use lunas_vocab::{Money, Timestamp};

use super::{NotificationText, TransactionStatus, money, places, transaction_status};
use crate::field::Reader;
use crate::json::{Object, Value};

/// One refund, tried or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundEntry {
    /// `refundNo`: the gateway's id.
    pub refund_no: String,
    /// `partnerRefundNo`, also `partnerReferenceNo`: the merchant's id.
    pub partner_refund_no: String,
    /// What was given back.
    pub amount: Money,
    /// `refundStatus`: success or failed, and pending seldom.
    pub status: TransactionStatus,
    /// `refundTime`, also `refundDate`.
    pub refunded_at: Timestamp,
    /// Why, in the merchant's words; may be empty.
    pub reason: String,
}

/// The most characters of a refund number.
const REFUND_NO_MAX: usize = 64;
/// The most characters of a reason.
const REASON_MAX: usize = 256;

impl RefundEntry {
    pub(super) fn read(entry: &Reader<'_>) -> Option<Self> {
        let refund_no = entry.text("refundNo", REFUND_NO_MAX);
        let partner_refund_no =
            entry.text(entry.first_of(&["partnerRefundNo", "partnerReferenceNo"]), REFUND_NO_MAX);
        let amount = entry.money("refundAmount");
        // The QRIS notification documents no status: what it lists has been refunded.
        let status = entry.parsed_optional("refundStatus", REFUND_NO_MAX, transaction_status::parse);
        let refunded_at = entry.timestamp(entry.first_of(&["refundTime", "refundDate"]));
        let reason = entry.text_optional("reason", REASON_MAX);
        Some(Self {
            refund_no: refund_no?,
            partner_refund_no: partner_refund_no?,
            amount: amount?,
            status: status.unwrap_or(TransactionStatus::Success),
            refunded_at: refunded_at?,
            reason: reason.unwrap_or_default(),
        })
    }

    /// The entry with its reason as a notification has it.
    pub(super) fn spelled(&self, text: NotificationText) -> Self {
        Self { reason: text.spell(&self.reason), ..self.clone() }
    }

    pub(super) fn write(&self) -> Value {
        let refunded_at = self.refunded_at.to_snap();
        Object::new()
            .with("refundNo", self.refund_no.as_str())
            .with("partnerRefundNo", self.partner_refund_no.as_str())
            .with("partnerReferenceNo", self.partner_refund_no.as_str())
            .with("refundAmount", money(self.amount))
            .with("refundStatus", self.status.code())
            .with("refundTime", refunded_at.as_str())
            .with("refundDate", refunded_at)
            .with("reason", self.reason.as_str())
            .into()
    }

    /// Reads a history from wherever gateways put it.
    pub(super) fn read_all(body: &Reader<'_>) -> Vec<Self> {
        places(body)
            .iter()
            .map(|place| place.list_optional("refundHistory", Self::read))
            .find(|history| !history.is_empty())
            .unwrap_or_default()
    }
}
