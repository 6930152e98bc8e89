//! Direct-debit cancel (57): which payment is meant, and that it is cancelled.

use lunas_domain::payment::{Payment, Product};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::debit_cancel::{CancelAnswer, CancelRequest};

use super::original;
use crate::flow::payment::Original;

/// The payment the request names.
pub(crate) fn original(body: &Value) -> Result<Original, Failure> {
    CancelRequest::read(body)?;
    original::named(Product::DirectDebit, body)
}

/// The answer for a cancelled payment.
pub(crate) fn answer(payment: &Payment) -> Value {
    CancelAnswer {
        original_reference_no: payment.reference_no.clone(),
        cancelled_at: Some(payment.changed_at),
    }
    .write()
}
