//! Auth void (67): what is to be given back, and the answer that it is.

use lunas_domain::payment::{Closing, ClosingKind, Payment, Product};
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
        kind: ClosingKind::Void,
        partner_closing_no: request.partner_void_no,
        amount: None,
        reason: request.reason,
    };
    Ok((command, request.merchant_id))
}

/// The answer for an authorization that ended so.
pub(crate) fn answer(payment: &Payment, closing: &Closing) -> Value {
    VoidAnswer {
        original: ids(payment),
        void_no: Some(closing.closing_no.clone()),
        partner_void_no: closing.partner_closing_no.clone(),
        amount: Some(closing.amount),
        voided_at: Some(closing.at),
    }
    .write()
}
