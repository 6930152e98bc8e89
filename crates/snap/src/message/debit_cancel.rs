//! Direct debit cancel (57): a merchant calls off a charge that nobody has paid.

use lunas_vocab::{ExternalId, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{originals, success};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// Names the charge to call off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelRequest {
    /// The gateway's id of the charge. Counts before the other when both are given; one of the two is there.
    pub original_reference_no: Option<ReferenceNo>,
    /// The `X-EXTERNAL-ID` of the charge.
    pub original_external_id: Option<ExternalId>,
    /// The merchant's order id. Documented as mandatory, yet SDKs leave it out.
    pub original_partner_reference_no: Option<PartnerReferenceNo>,
}

impl CancelRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let (original_reference_no, original_external_id) = originals(body);
            let original_partner_reference_no =
                body.id_optional("originalPartnerReferenceNo", PartnerReferenceNo::LENGTH_MAX);
            Some(Self { original_reference_no, original_external_id, original_partner_reference_no })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        let reference_no = self.original_reference_no.as_ref().map(ReferenceNo::as_str);
        let external_id = self.original_external_id.as_ref().map(ExternalId::as_str);
        let partner_reference_no =
            self.original_partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        Object::new()
            .with_some("originalReferenceNo", reference_no)
            .with_some("originalPartnerReferenceNo", partner_reference_no)
            .with_some("originalExternalId", external_id)
            .into()
    }
}

/// The charge is called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelAnswer {
    /// The gateway's id of the charge.
    pub original_reference_no: ReferenceNo,
    /// `cancelTime`: when it was called off.
    pub cancelled_at: Option<Timestamp>,
}

impl CancelAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let original_reference_no = body.id("originalReferenceNo", ReferenceNo::LENGTH_MAX);
            let cancelled_at = body.timestamp_optional("cancelTime");
            Some(Self { original_reference_no: original_reference_no?, cancelled_at })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        success(Service::DebitCancel)
            .with("originalReferenceNo", self.original_reference_no.as_str())
            .with_some("cancelTime", self.cancelled_at.map(Timestamp::to_snap))
            .into()
    }
}
