//! Auth query (64): which authorization is meant, and how it stands.

use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::{self, Value};
use lunas_snap::message;
use lunas_snap::message::auth_query::{AuthQueryAnswer, AuthQueryRequest};

use super::{debit_status, original, refund_history};
use crate::flow::payment::Original;

/// The authorization the request names.
pub(crate) fn original(body: &Value) -> Result<Original, Failure> {
    AuthQueryRequest::read(body)?;
    original::named(Product::PreAuth, body)
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
        refund_history: refund_history::history(refunds),
        fraud_status: Some(debit_status::fraud_status(payment).to_owned()),
        valid_up_to: Some(payment.valid_up_to),
        used_options: debit_status::used_options(payment),
        metadata: metadata.and_then(|text| json::parse(text.as_str().as_bytes()).ok()),
    }
    .write()
}
