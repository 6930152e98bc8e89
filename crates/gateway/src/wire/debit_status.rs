//! Direct-debit status (55): which payment is meant, and how it stands.

use lunas_domain::payment::{self, LinkedAccount, Payment, Product, Refund};
use lunas_snap::code::Failure;
use lunas_snap::json::{self, Value};
use lunas_snap::message::TransactionStatus;
use lunas_snap::message::UsedOption;
use lunas_snap::message::debit_status::{StatusAnswer, StatusRequest};
use lunas_snap::service::Service;

use super::original;
use crate::flow::payment::Original;

/// The payment the request names.
pub(crate) fn original(body: &Value) -> Result<Original, Failure> {
    StatusRequest::read(body)?;
    original::named(Product::DirectDebit, body)
}

/// The answer: how the payment stands, and what of it was refunded.
pub(crate) fn answer(payment: &Payment, refunds: &[Refund]) -> Value {
    let metadata = payment.details.metadata_json.as_ref();
    let metadata = metadata.and_then(|text| json::parse(text.as_str().as_bytes()).ok());
    StatusAnswer {
        original_reference_no: payment.reference_no.clone(),
        original_partner_reference_no: Some(payment.partner_reference_no.clone()),
        original_external_id: Some(payment.external_id.clone()),
        service_code: Service::DebitPayment.code().to_owned(),
        status: status(payment),
        amount: Some(payment.amount),
        paid_at: payment.paid_at,
        refund_history: super::refund_history::history(refunds),
        fraud_status: Some(fraud_status(payment).to_owned()),
        valid_up_to: Some(payment.valid_up_to),
        used_options: used_options(payment),
        metadata,
    }
    .write()
}

/// The payment's status in the wire's terms.
pub(super) fn status(payment: &Payment) -> TransactionStatus {
    TransactionStatus::parse(payment.status.digits()).expect("the wire knows every status of a payment")
}

/// Whether the payment was turned down for who wanted to pay it. One that a customer says no to is refused as well, and
/// nobody is suspected of anything: then nobody is known to have been denied.
pub(super) fn fraud_status(payment: &Payment) -> &'static str {
    let is_denied = payment.status == payment::Status::Denied && payment.payer.is_some();
    if is_denied { "deny" } else { "accept" }
}

/// What the payment was paid with, once that is known; of a linked account it is known from the beginning.
pub(super) fn used_options(payment: &Payment) -> Vec<UsedOption> {
    let method = payment.method;
    let asked = payment.details.linked.as_ref().and_then(LinkedAccount::option);
    payment
        .option
        .or(asked)
        .into_iter()
        .map(|option| UsedOption::new(method.word(), method.option_word(option)))
        .collect()
}
