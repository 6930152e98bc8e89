//! QR notification (52): the gateway tells a merchant that a QR code changed its status.
//!
//! What is written holds to the rules of [`super::debit_notify`], for the same verifiers. The answer is that module's
//! too, with this service's code.

use lunas_vocab::{Money, PartnerReferenceNo, ReferenceNo};

use super::transaction_status::StatusWord;
use super::{NotificationText, RefundEntry, TransactionStatus, message};
use crate::field::{self, Always, Codec, Field, FieldError, Kind, Need, Part, Reader, Shape};
use crate::json::Value;

message! {
    /// The state of a QR code at the time of an event.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notification: part {
        /// the gateway's id of the code's payment
        pub original_reference_no: ReferenceNo => "originalReferenceNo";
        /// your order id
        pub original_partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// how it stands
        pub status: TransactionStatus => "latestTransactionStatus", also "transactionStatusDesc" as StatusWord;
        /// what was to be paid
        pub amount: Option<Money> => "amount";
        /// the shop, in your words
        pub external_store_id: Option<String> => "externalStoreId", or "externalStoreID", max 64;
        /// the refunds so far; an empty list while there is none
        pub refund_history: Vec<RefundEntry> as Always<RefundEntry> => "additionalInfo.refundHistory",
            or "refundHistory", or "additionalData.refundHistory";
        /// who paid and through whom, once that is known
        pub parties: Option<Parties> as FirstParties => "additionalInfo.qris";
    }
}

message! {
    /// The two ends of a payment by QRIS.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Parties: part {
        /// whose wallet or account paid
        pub issuer: String => "issuerName", max 64;
        /// whose merchant was paid
        pub acquirer: String => "acquirerName", max 64;
    }
}

impl Parties {
    /// `transactionType`: `ON-US` when one company is both, else `OFF-US`.
    pub fn transaction_type(&self) -> &'static str {
        if self.issuer.eq_ignore_ascii_case(&self.acquirer) { "ON-US" } else { "OFF-US" }
    }

    /// The names as a notification has them.
    fn spelled(&self, text: NotificationText) -> Self {
        Self { issuer: text.spell(&self.issuer), acquirer: text.spell(&self.acquirer) }
    }
}

/// The parties with `transactionType`, which follows from them. Other gateways send a list.
struct FirstParties;

impl Codec for FirstParties {
    type Value = Option<Parties>;
    const KIND: Kind = Kind::Object(&Shape {
        name: "Parties",
        fields: &[
            Parties::SHAPE.fields[0],
            Parties::SHAPE.fields[1],
            Field {
                repeats: Some("issuerName"),
                ..Field::new(
                    "transactionType",
                    Kind::Word(&["ON-US", "OFF-US"]),
                    Need::Mandatory,
                    "`ON-US` when one company is both, else `OFF-US`",
                )
            },
        ],
    });
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Option<Parties>> {
        Some(from.list_optional(name, Parties::read_members).into_iter().next())
    }

    fn write(parties: &Option<Parties>) -> Option<Value> {
        let parties = parties.as_ref()?;
        let names = parties.to_object();
        Some(names.with("transactionType", parties.transaction_type()).into())
    }
}

impl Notification {
    /// Reads a notification. Its signature has to be verified before, over the bytes and not over this.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the notification.
    pub fn write(&self, text: NotificationText) -> Value {
        let spelled = Self {
            external_store_id: self.external_store_id.as_deref().map(|id| text.spell(id)),
            refund_history: self.refund_history.iter().map(|entry| entry.spelled(text)).collect(),
            parties: self.parties.as_ref().map(|parties| parties.spelled(text)),
            ..self.clone()
        };
        spelled.to_message().into()
    }
}
