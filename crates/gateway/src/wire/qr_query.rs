//! QR query (51): which payment is meant, and how it stands.

use lunas_domain::payment::{Payment, Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::{self, Value};
use lunas_snap::message;
use lunas_snap::message::qr_query::{QueryAnswer, QueryRequest};
use lunas_snap::service::Service;
use lunas_vocab::MerchantId;

use super::{debit_status, original, refund_history};
use crate::flow::payment::Original;

/// The payment the request names, and the merchant it says that it is of.
pub(crate) fn original(body: &Value) -> Result<(Original, Option<MerchantId>), Failure> {
    let request = QueryRequest::read(body)?;
    Ok((original::named(Product::Qris, body)?, request.merchant_id))
}

/// The payment's three ids.
pub(super) fn ids(payment: &Payment) -> message::Original {
    message::Original {
        reference_no: Some(payment.reference_no.clone()),
        partner_reference_no: Some(payment.partner_reference_no.clone()),
        external_id: Some(payment.external_id.clone()),
    }
}

/// The answer: how the payment stands, what of it was refunded, and why it was called off.
pub(crate) fn answer(payment: &Payment, refunds: &[Refund], cancellation_reason: Option<String>) -> Value {
    let metadata = payment.details.metadata_json.as_ref();
    QueryAnswer {
        original: ids(payment),
        service_code: Service::QrGenerate.code().to_owned(),
        status: debit_status::status(payment),
        paid_at: payment.paid_at,
        amount: Some(payment.amount),
        terminal_id: payment.details.qris.as_ref().map(|profile| profile.terminal.clone()),
        refund_history: refund_history::history(refunds),
        valid_up_to: Some(payment.valid_up_to),
        cancellation_reason,
        metadata: metadata.and_then(|text| json::parse(text.as_str().as_bytes()).ok()),
    }
    .write()
}
