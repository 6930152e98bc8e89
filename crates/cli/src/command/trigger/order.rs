//! What the scenarios order, whatever becomes of it.

use lunas_client::{PaymentRequest, gopay_request};
use lunas_gateway::env::{Env, HEX};
use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId};

use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// Why, in what is told of the payment.
pub(super) const REASON: &str = "lunas trigger";
/// What is said of a file that somebody edited.
const BROKEN: &str = "the sandbox file has an identifier that is none";

/// Half of an amount, rounded down. A payment is a rupiah at the least, so there is always something to give back.
pub(super) fn half(amount: Money) -> Money {
    Money::idr_minor(amount.minor() / 2)
}

/// The order id that was given, or a new one.
pub(super) fn order(given: Option<PartnerReferenceNo>) -> Result<PartnerReferenceNo, Error> {
    match given {
        Some(order) => Ok(order),
        None => PartnerReferenceNo::new(format!("trigger-{}", Env::system().text(HEX, 12)))
            .map_err(|source| Error::because("no order id could be made", source)),
    }
}

pub(super) fn merchant_id(sandbox: &Sandbox) -> Result<MerchantId, Error> {
    MerchantId::new(&sandbox.merchant_id).map_err(|_| Error::failed(BROKEN))
}

pub(super) fn charge(
    sandbox: &Sandbox,
    order: &PartnerReferenceNo,
    amount: Money,
) -> Result<PaymentRequest, Error> {
    let point_of_purchase_id =
        PointOfPurchaseId::new(&sandbox.point_of_purchase_id).map_err(|_| Error::failed(BROKEN))?;
    Ok(PaymentRequest {
        merchant_id: Some(merchant_id(sandbox)?),
        point_of_purchase_id: Some(point_of_purchase_id),
        ..gopay_request(order.clone(), amount)
    })
}
