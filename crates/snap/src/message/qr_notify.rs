//! QR notification (52): the gateway tells a merchant that a QR code changed its status.
//!
//! What is written holds to the rules of [`super::debit_notify`], for the same verifiers. The answer is that module's
//! too, with this service's code.

use lunas_vocab::{Money, PartnerReferenceNo, ReferenceNo};

use super::{NotificationText, RefundEntry, TransactionStatus, array, money, transaction_status};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};

/// The most characters of a shop's id.
const STORE_ID_MAX: usize = 64;
/// The most characters of a name in `qris`.
const NAME_MAX: usize = 64;

/// The state of a QR code at the time of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The gateway's id of the transaction.
    pub original_reference_no: ReferenceNo,
    /// The merchant's order id.
    pub original_partner_reference_no: Option<PartnerReferenceNo>,
    /// `latestTransactionStatus`.
    pub status: TransactionStatus,
    /// What was to be paid.
    pub amount: Option<Money>,
    /// `externalStoreId`: the shop, in the merchant's words.
    pub external_store_id: Option<String>,
    /// The refunds so far; written even when there is none.
    pub refund_history: Vec<RefundEntry>,
    /// `additionalInfo.qris`: who paid and through whom, once that is known.
    pub parties: Option<Parties>,
}

/// The two ends of a payment by QRIS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// `issuerName`: whose wallet or account paid.
    pub issuer: String,
    /// `acquirerName`: whose merchant was paid.
    pub acquirer: String,
}

impl Parties {
    /// `transactionType`: `ON-US` when one company is both, else `OFF-US`.
    pub fn transaction_type(&self) -> &'static str {
        if self.issuer.eq_ignore_ascii_case(&self.acquirer) { "ON-US" } else { "OFF-US" }
    }

    fn read(parties: &Reader<'_>) -> Option<Self> {
        let issuer = parties.text("issuerName", NAME_MAX);
        let acquirer = parties.text("acquirerName", NAME_MAX);
        Some(Self { issuer: issuer?, acquirer: acquirer? })
    }

    fn write(&self, text: NotificationText) -> Value {
        Object::new()
            .with("issuerName", text.spell(&self.issuer))
            .with("acquirerName", text.spell(&self.acquirer))
            .with("transactionType", self.transaction_type())
            .into()
    }
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let original_reference_no = body.id("originalReferenceNo", ReferenceNo::LENGTH_MAX);
            let original_partner_reference_no =
                body.id_optional("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let status = body.parsed("latestTransactionStatus", 2, transaction_status::parse);
            let store = body.first_of(&["externalStoreId", "externalStoreID"]);
            let parties = body.section("additionalInfo").list_optional("qris", Parties::read);
            Some(Self {
                original_reference_no: original_reference_no?,
                original_partner_reference_no,
                status: status?,
                amount: body.money_optional("amount"),
                external_store_id: body.text_optional(store, STORE_ID_MAX),
                refund_history: RefundEntry::read_all(body),
                parties: parties.into_iter().next(),
            })
        })
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        let history = array(&self.refund_history, |entry| entry.spelled(text).write());
        let info = Object::new()
            .with("refundHistory", history)
            .with_some("qris", self.parties.as_ref().map(|parties| parties.write(text)));
        let partner_reference_no =
            self.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        Object::new()
            .with("originalReferenceNo", self.original_reference_no.as_str())
            .with_some("originalPartnerReferenceNo", partner_reference_no)
            .with("latestTransactionStatus", self.status.code())
            .with("transactionStatusDesc", self.status.word())
            .with_some("amount", self.amount.map(money))
            .with_some("externalStoreId", self.external_store_id.as_deref().map(|id| text.spell(id)))
            .with("additionalInfo", info)
            .into()
    }
}
