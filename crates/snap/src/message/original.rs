//! The three ids by which later calls about a QR code or an authorization name it.

use lunas_vocab::{ExternalId, PartnerReferenceNo, ReferenceNo};

use super::{EXTERNAL_ID, REFERENCE_NO, original_external_id, originals, places};
use crate::field::{self, FieldError, Reader};
use crate::json::{Object, Value};

const PARTNER_REFERENCE_NO: &str = "originalPartnerReferenceNo";

/// Names a transaction. When several ids are given, the first here is the main one, and a gateway may ask that the others
/// are of the same transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// `originalReferenceNo`: the gateway's id.
    pub reference_no: Option<ReferenceNo>,
    /// `originalPartnerReferenceNo`: the merchant's order id.
    pub partner_reference_no: Option<PartnerReferenceNo>,
    /// `originalExternalId`: the `X-EXTERNAL-ID` of the first call.
    pub external_id: Option<ExternalId>,
}

impl Original {
    /// Every id by which a request names its transaction, also those that its own message does not have. Whether that
    /// is enough is for its message to say.
    pub fn sent(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Self::read(body);
            for place in places(body) {
                let id: Option<ExternalId> = place.id_optional(EXTERNAL_ID, ExternalId::LENGTH_MAX);
                if id.is_some() && id != original.external_id {
                    place.malformed(EXTERNAL_ID, "it has to be the same wherever this body has it");
                }
            }
            Some(original)
        })
    }

    /// Reads whichever ids are there; an answer may have none.
    pub(super) fn read(body: &Reader<'_>) -> Self {
        Self {
            reference_no: body.id_optional(REFERENCE_NO, ReferenceNo::LENGTH_MAX),
            partner_reference_no: body.id_optional(PARTNER_REFERENCE_NO, PartnerReferenceNo::LENGTH_MAX),
            external_id: original_external_id(body),
        }
    }

    /// Reads the ids of a request, which has to give one of them. Which one is documented differently on each page.
    pub(super) fn read_any(body: &Reader<'_>) -> Self {
        let is_named = body.has(REFERENCE_NO)
            || body.has(PARTNER_REFERENCE_NO)
            || places(body).iter().any(|place| place.has(EXTERNAL_ID));
        if !is_named {
            body.missing(REFERENCE_NO);
        }
        Self::read(body)
    }

    /// Reads the ids of a request that has to give the gateway's id or the `X-EXTERNAL-ID` of the first call: the
    /// merchant's order id is told along, and finds nothing by itself.
    pub(super) fn read_keyed(body: &Reader<'_>) -> Self {
        let (reference_no, external_id) = originals(body);
        let partner_reference_no = body.id_optional(PARTNER_REFERENCE_NO, PartnerReferenceNo::LENGTH_MAX);
        Self { reference_no, partner_reference_no, external_id }
    }

    /// As [`Original::read_keyed`], where the merchant's order id has to be told along.
    pub(super) fn read_keyed_and_named(body: &Reader<'_>) -> Self {
        if !body.has(PARTNER_REFERENCE_NO) {
            body.missing(PARTNER_REFERENCE_NO);
        }
        Self::read_keyed(body)
    }

    /// Appends the ids to an object with the last of them in its `additionalInfo`, as calls about authorizations have it.
    pub(super) fn write_keyed(&self, object: Object) -> Object {
        let external_id = self.external_id.as_ref().map(ExternalId::as_str);
        let info = external_id.map(|id| Object::new().with(EXTERNAL_ID, id));
        Self { external_id: None, ..self.clone() }.write(object).with_some("additionalInfo", info)
    }

    /// Appends the ids to an object.
    pub(super) fn write(&self, object: Object) -> Object {
        let partner_reference_no = self.partner_reference_no.as_ref().map(PartnerReferenceNo::as_str);
        object
            .with_some(REFERENCE_NO, self.reference_no.as_ref().map(ReferenceNo::as_str))
            .with_some(PARTNER_REFERENCE_NO, partner_reference_no)
            .with_some(EXTERNAL_ID, self.external_id.as_ref().map(ExternalId::as_str))
    }
}
