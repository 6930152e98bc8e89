//! Auth capture (65): what is to be captured, and the answer that it is.

use lunas_domain::payment::{Payment, Product, Resolution, ResolutionKind};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::auth_capture::{CaptureAnswer, CaptureRequest};
use lunas_vocab::MerchantId;

use super::auth_query::ids;
use super::original;
use crate::flow::pre_auth::CloseCommand;

/// Reads the request as a command, and the merchant it says that it is of.
pub(crate) fn command(body: &Value) -> Result<(CloseCommand, MerchantId), Failure> {
    let request = CaptureRequest::read(body)?;
    let command = CloseCommand {
        original: original::named(Product::PreAuth, body)?,
        kind: ResolutionKind::Capture,
        partner_resolution_no: request.partner_capture_no,
        amount: request.amount,
        reason: None,
    };
    Ok((command, request.merchant_id))
}

/// The answer for an authorization that ended so.
pub(crate) fn answer(payment: &Payment, resolution: &Resolution) -> Value {
    CaptureAnswer {
        original: ids(payment),
        capture_no: Some(resolution.resolution_no.clone()),
        partner_capture_no: Some(resolution.partner_resolution_no.clone()),
        amount: Some(resolution.amount),
        captured_at: Some(resolution.at),
    }
    .write()
}
