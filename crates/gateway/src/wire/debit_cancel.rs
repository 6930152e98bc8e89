//! Direct-debit cancel (57): which payment is meant, and that it is cancelled.

use lunas_domain::payment::Payment;
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::debit_cancel::{CancelAnswer, CancelRequest};

use crate::flow::payment::Original;

/// The payment the request names.
pub(crate) fn original(body: &Value) -> Result<Original, Failure> {
    let request = CancelRequest::read(body)?;
    super::debit_status::named(request.original_reference_no, request.original_external_id)
}

/// The answer for a cancelled payment.
pub(crate) fn answer(payment: &Payment) -> Value {
    CancelAnswer {
        original_reference_no: payment.reference_no.clone(),
        cancelled_at: Some(payment.changed_at),
    }
    .write()
}
