//! Auth query (64): which authorization is meant, and how it stands.

use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json::{self, Value};
use lunas_snap::message;
use lunas_snap::message::auth_query::{AuthQueryAnswer, AuthQueryRequest};
use lunas_snap::service::Service;

use super::{debit_refund, debit_status};
use crate::flow::payment::{Name, Original};

/// The authorization the request names.
pub(crate) fn original(body: &Value) -> Result<Original, Failure> {
    named(AuthQueryRequest::read(body)?.original)
}

/// The gateway's own reference wins over the merchant's external id.
pub(super) fn named(original: message::Original) -> Result<Original, Failure> {
    let opening = |external_id| Name::Opening { service: Service::AuthPayment.code(), external_id };
    let name = original.reference_no.map(Name::Reference).or(original.external_id.map(opening));
    let missing = || {
        let detail = "originalReferenceNo or additionalInfo.originalExternalId";
        Failure::with(Case::InvalidMandatoryField, detail)
    };
    Ok(Original { product: Product::PreAuth, name: name.ok_or_else(missing)? })
}

/// The ids by which answers name an authorization.
pub(super) fn ids(payment: &Payment) -> message::Original {
    message::Original {
        reference_no: Some(payment.reference_no.clone()),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        external_id: None,
    }
}

/// The answer: how the authorization stands, and what of it was refunded.
pub(crate) fn answer(payment: &Payment, refunds: &[Refund]) -> Value {
    let metadata = payment.details.metadata_json.as_ref();
    AuthQueryAnswer {
        original: ids(payment),
        status: debit_status::status(payment),
        paid_at: payment.paid_at,
        amount: Some(payment.amount),
        refund_history: debit_refund::history(refunds),
        fraud_status: Some(debit_status::fraud_status(payment).to_owned()),
        valid_up_to: Some(payment.valid_up_to),
        used_options: debit_status::used_options(payment),
        metadata: metadata.and_then(|text| json::parse(text.as_str().as_bytes()).ok()),
    }
    .write()
}
