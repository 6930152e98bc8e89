//! Auth void (67): what is to be given back, and the answer that it is.

use lunas_domain::payment::{Payment, Product, Resolution, ResolutionKind};
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message::auth_void::{VoidAnswer, VoidRequest};
use lunas_vocab::MerchantId;

use super::auth_query::ids;
use super::original;
use crate::flow::pre_auth::CloseCommand;

/// Reads the request as a command, and the merchant it says that it is of.
pub(crate) fn command(body: &Value) -> Result<(CloseCommand, MerchantId), Failure> {
    let request = VoidRequest::read(body)?;
    let command = CloseCommand {
        original: original::named(Product::PreAuth, body)?,
        kind: ResolutionKind::Void,
        partner_resolution_no: request.partner_void_no,
        amount: None,
        reason: request.reason,
    };
    Ok((command, request.merchant_id))
}

/// The answer for an authorization that ended so.
pub(crate) fn answer(payment: &Payment, resolution: &Resolution) -> Value {
    VoidAnswer {
        original: ids(payment),
        void_no: Some(resolution.resolution_no.clone()),
        partner_void_no: resolution.partner_resolution_no.clone(),
        amount: Some(resolution.amount),
        voided_at: Some(resolution.at),
    }
    .write()
}
