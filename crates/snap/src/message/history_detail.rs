//! Transaction history detail (13): a merchant looks at one of its transactions.

use lunas_vocab::{PartnerReferenceNo, ReferenceNo, Timestamp};

use super::history::{HistoryEntry, HistoryPayment};
use super::success;
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// Names the transaction, by both of its ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryDetailRequest {
    /// The merchant's order id.
    pub original_partner_reference_no: PartnerReferenceNo,
    /// The gateway's id.
    pub reference_no: ReferenceNo,
}

impl HistoryDetailRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original_partner_reference_no =
                body.id("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            let reference_no = body.section("additionalInfo").id("referenceNo", ReferenceNo::LENGTH_MAX);
            Some(Self {
                original_partner_reference_no: original_partner_reference_no?,
                reference_no: reference_no?,
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        Object::new()
            .with("originalPartnerReferenceNo", self.original_partner_reference_no.as_str())
            .with("additionalInfo", Object::new().with("referenceNo", self.reference_no.as_str()))
            .into()
    }
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryDetailAnswer {
    /// What the list tells of it too.
    pub entry: HistoryEntry,
    /// `updatedTime`: since when it stands as it does.
    pub updated_at: Option<Timestamp>,
    /// What else there is to a payment.
    pub payment: Option<HistoryPayment>,
}

impl HistoryDetailAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let info = body.section("additionalInfo");
            let entry = HistoryEntry::read(body, &info, body);
            Some(Self {
                entry: entry?,
                updated_at: info.timestamp_optional("updatedTime"),
                payment: info.object_optional("payment", HistoryPayment::read),
            })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        let info = self
            .entry
            .write_info(Object::new())
            .with_some("updatedTime", self.updated_at.map(Timestamp::to_snap))
            .with_some("payment", self.payment.as_ref().map(HistoryPayment::write));
        let top = self.entry.write_ids(success(Service::HistoryDetail));
        self.entry.write_top(top).with("additionalInfo", info).into()
    }
}
