//! A payment by direct debit: ordered, shown to the customer, and asked about until it has ended.
//!
//! `lunas dev` in one terminal, `cargo run -p lunas-client --example debit_payment` in another.

#![allow(clippy::print_stdout, reason = "an example tells what happened")]

use lunas_client::{
    CallOptions, Client, ClientBuilder, Error, ExternalId, Money, PartnerReferenceNo, PaymentAnswer,
    StatusRequest, TransactionStatus, UrlKind, UrlParam, gopay_request,
};

/// Orders it. The id is kept with the order: the same id asks for the same payment, whatever happened in between.
pub(crate) async fn order(client: &Client, id: &str, amount: Money) -> Result<PaymentAnswer, Error> {
    let order = PartnerReferenceNo::new(id).expect("this shop's ids are short");
    let once = ExternalId::new(id).expect("this shop's ids are short");
    let back = "https://shop.example/return".to_owned();
    let urls = vec![UrlParam { url: back, kind: UrlKind::PayReturn, is_deeplink: false }];
    let request = gopay_request(order, amount).url_params(urls);
    client.pay(&request, CallOptions::with_external_id(once)).await
}

/// Where it stands. This decides whether goods are shipped, not the page that the customer comes back to.
pub(crate) async fn standing(client: &Client, payment: &PaymentAnswer) -> Result<TransactionStatus, Error> {
    let question = StatusRequest::default().original_reference_no(payment.reference_no.clone());
    Ok(client.status(&question).await?.status)
}

#[allow(clippy::disallowed_methods, reason = "a shop has its own timers")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_sandbox(&std::fs::read_to_string(".lunas/sandbox.json")?)?.build()?;
    let payment = order(&client, &format!("order-{}", std::process::id()), Money::idr(10_000)).await?;
    println!("pay at {}", payment.web_redirect_url);
    let mut stands = TransactionStatus::Pending;
    while stands == TransactionStatus::Pending {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        stands = standing(&client, &payment).await?;
    }
    println!("{} {stands}", payment.reference_no);
    Ok(())
}
