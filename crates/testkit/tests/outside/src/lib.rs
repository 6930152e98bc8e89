//! A shop's backend: orders a payment by the SDK, and nothing else.

use lunas_client::{CallOptions, Client, Error, ExternalId, Money, PartnerReferenceNo, gopay_request};

/// Orders a payment, under an id that makes it happen once, and gives where the customer pays.
pub async fn ordered(client: &Client, order: PartnerReferenceNo, rupiah: i32) -> Result<String, Error> {
    let once = ExternalId::new(order.as_str()).expect("an order id is short enough for an external id");
    let request = gopay_request(order, Money::idr(rupiah));
    let opened = client.pay(&request, CallOptions::with_external_id(once)).await?;
    Ok(opened.web_redirect_url)
}
