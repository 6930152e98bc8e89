//! Which payment a later call is about, by every id that it gives.

use lunas_domain::payment::Product;
use lunas_snap::code::Failure;
use lunas_snap::json::Value;
use lunas_snap::message;
use lunas_snap::service::Service;

use crate::flow::payment::Original;

/// The payment that a request names. Which ids it has to give is said by its own message, which is read before.
pub(super) fn named(product: Product, body: &Value) -> Result<Original, Failure> {
    let message::Original { reference_no, partner_reference_no, external_id } =
        message::Original::sent(body)?;
    let opened_by = match product {
        Product::DirectDebit => Service::DebitPayment,
        Product::Qris => Service::QrGenerate,
        Product::PreAuth => Service::AuthPayment,
    };
    Ok(Original { product, opened_by: opened_by.code(), reference_no, partner_reference_no, external_id })
}
