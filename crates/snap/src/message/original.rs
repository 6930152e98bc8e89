//! The three ids by which later calls name a transaction, and which of them a request has to give.

use lunas_vocab::{ExternalId, PartnerReferenceNo, ReferenceNo};

use super::message;
use crate::field::{self, Codec, FieldError, Kind, Need, Needed, Part as _, Reader, Through};
use crate::json::Value;

const REFERENCE_NO: &str = "originalReferenceNo";
const EXTERNAL_ID: &str = "originalExternalId";
const ORDER: &str = "originalPartnerReferenceNo";
/// An order's id that is there is not passed over in silence. A merchant may open an order more than once, so it names no
/// transaction.
const ORDER_ALONE: &str =
    "originalReferenceNo or originalExternalId: originalPartnerReferenceNo alone does not tell which it is";

message! {
    /// Names a transaction. When several ids are given, the first here is the main one, and a gateway may ask that the
    /// others are of the same transaction.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Original: part {
        /// the gateway's id
        pub reference_no: Option<ReferenceNo> => "originalReferenceNo";
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the `X-EXTERNAL-ID` of the first call
        pub external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId";
    }
}

impl Original {
    /// Every id by which a request names its transaction, also those that its own message does not have. Whether that
    /// is enough is for its message to say.
    pub fn sent(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let original = Self::read_members(body);
            for place in ["", "additionalInfo", "additionalData"].map(|name| body.place(name)) {
                let max = ExternalId::LENGTH_MAX;
                let id = Option::<ExternalId>::read(&place, EXTERNAL_ID, max).flatten();
                if id.is_some() && original.as_ref().is_some_and(|original| original.external_id != id) {
                    place.malformed(EXTERNAL_ID, "it has to be the same wherever this body has it");
                }
            }
            original
        })
    }
}

message! {
    /// Of a request that has to give one of them. Which one is documented differently on each page.
    pub struct AnyOriginal: part {
        /// the `referenceNo` of the first call; one of the three has to be there, and every id that you send has to be of the same code
        pub reference_no: Option<ReferenceNo> as AnyId => "originalReferenceNo", need Conditional;
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo", need Conditional;
        /// the `X-EXTERNAL-ID` of the first call
        pub external_id: Option<ExternalId> => "originalExternalId",
            or "additionalInfo.originalExternalId", or "additionalData.originalExternalId", need Conditional;
    }
}

message! {
    /// Of a request that has to give the first or the last: the order id is told along, and finds nothing by
    /// itself.
    pub struct KeyedOriginal: part {
        /// the `referenceNo` of the authorization; this or the other id has to be there. Every id that you send has to be of the same payment
        pub reference_no: Option<ReferenceNo> as EitherId => "originalReferenceNo", need Conditional;
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the `X-EXTERNAL-ID` of the authorization
        pub external_id: Option<ExternalId> => "additionalInfo.originalExternalId",
            or "originalExternalId", or "additionalData.originalExternalId", need Conditional;
    }
}

message! {
    /// As [`KeyedOriginal`], where the order id has to be told along.
    pub struct NamedOriginal: part {
        /// the `referenceNo` of the authorization; this or the other id has to be there. Every id that you send has to be of the same payment
        pub reference_no: Option<ReferenceNo> as EitherId => "originalReferenceNo", need Conditional;
        /// your order id
        pub partner_reference_no: Option<PartnerReferenceNo> as Needed<PartnerReferenceNo> => "originalPartnerReferenceNo";
        /// the `X-EXTERNAL-ID` of the authorization
        pub external_id: Option<ExternalId> => "additionalInfo.originalExternalId",
            or "originalExternalId", or "additionalData.originalExternalId", need Conditional;
    }
}

macro_rules! forms {
    ($($Form:ident)*) => {$(
        impl From<$Form> for Original {
            fn from(form: $Form) -> Self {
                let $Form { reference_no, partner_reference_no, external_id } = form;
                Self { reference_no, partner_reference_no, external_id }
            }
        }

        impl From<Original> for $Form {
            fn from(original: Original) -> Self {
                let Original { reference_no, partner_reference_no, external_id } = original;
                Self { reference_no, partner_reference_no, external_id }
            }
        }
    )*};
}

forms! { AnyOriginal KeyedOriginal NamedOriginal }

/// The ids in one of the forms in which requests have them.
pub(super) type Ids<Form> = Through<Form, Original>;

/// `originalReferenceNo` of a request that has to give it or the `X-EXTERNAL-ID` of the first call.
pub(super) struct EitherId;

/// As [`EitherId`], of a request for which the order id will do too.
struct AnyId;

impl Codec for EitherId {
    type Value = Option<ReferenceNo>;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = <ReferenceNo as Codec>::LENGTH_MAX;
    const NEED: Need = Need::Conditional;

    fn read(body: &Reader<'_>, name: &str, max: usize) -> Option<Option<ReferenceNo>> {
        if !body.has(REFERENCE_NO) && !has_external_id(body) {
            body.missing(if body.has(ORDER) { ORDER_ALONE } else { REFERENCE_NO });
        }
        Option::<ReferenceNo>::read(body, name, max)
    }

    fn write(reference_no: &Option<ReferenceNo>) -> Option<Value> {
        Option::<ReferenceNo>::write(reference_no)
    }
}

impl Codec for AnyId {
    type Value = Option<ReferenceNo>;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = <ReferenceNo as Codec>::LENGTH_MAX;
    const NEED: Need = Need::Conditional;

    fn read(body: &Reader<'_>, name: &str, max: usize) -> Option<Option<ReferenceNo>> {
        if !body.has(REFERENCE_NO) && !body.has(ORDER) && !has_external_id(body) {
            body.missing(REFERENCE_NO);
        }
        Option::<ReferenceNo>::read(body, name, max)
    }

    fn write(reference_no: &Option<ReferenceNo>) -> Option<Value> {
        Option::<ReferenceNo>::write(reference_no)
    }
}

/// Whether the `X-EXTERNAL-ID` of the first call is told, at the root or in one of two objects below it.
fn has_external_id(body: &Reader<'_>) -> bool {
    let below = |name: &str| body.section(name).has(EXTERNAL_ID);
    body.has(EXTERNAL_ID) || below("additionalInfo") || below("additionalData")
}
