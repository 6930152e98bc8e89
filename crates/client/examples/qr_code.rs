//! A QRIS code: made for an order, shown to the customer, asked about, and called off.
//!
//! `lunas dev` in one terminal, `cargo run -p lunas-client --example qr_code` in another.

#![allow(clippy::print_stdout, reason = "an example tells what happened")]

use lunas_client::qr::{CancelRequest, GenerateAnswer, GenerateRequest, Original, QueryRequest};
use lunas_client::{
    CallOptions, Client, ClientBuilder, Error, MerchantId, Money, PartnerReferenceNo, TransactionStatus,
};

/// Makes a code. While it waits, the same order id gets the same code.
pub(crate) async fn code(
    client: &Client,
    merchant: &MerchantId,
    order: &str,
) -> Result<GenerateAnswer, Error> {
    let request = GenerateRequest::new(Money::idr(10_000))
        .merchant_id(merchant.clone())
        .partner_reference_no(PartnerReferenceNo::new(order).expect("this shop's ids are short"));
    client.qr_generate(&request, CallOptions::default()).await
}

/// Where a code stands.
pub(crate) async fn standing(client: &Client, code: &GenerateAnswer) -> Result<TransactionStatus, Error> {
    let answer = client.qr_query(&QueryRequest::new(original(code)).service_code("47")).await?;
    Ok(answer.status)
}

/// Calls off a code that nobody has paid.
pub(crate) async fn call_off(
    client: &Client,
    merchant: &MerchantId,
    code: &GenerateAnswer,
) -> Result<(), Error> {
    let request = CancelRequest::new(original(code), merchant.clone(), "the customer left".to_owned());
    client.qr_cancel(&request, CallOptions::default()).await.map(drop)
}

fn original(code: &GenerateAnswer) -> Original {
    Original { reference_no: code.reference_no.clone(), ..Original::default() }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_sandbox(&std::fs::read_to_string(".lunas/sandbox.json")?)?.build()?;
    let merchant = MerchantId::new("G000000001")?;
    let code = code(&client, &merchant, &format!("order-{}", std::process::id())).await?;
    println!("{}\nshown at {}", code.content, code.url);
    println!("{}", standing(&client, &code).await?);
    call_off(&client, &merchant, &code).await?;
    println!("{}", standing(&client, &code).await?);
    Ok(())
}
