//! Gives back what a customer paid, in two parts. The number of a refund protects it: under one number money is given back
//! once, whichever of the calls gets through.
//!
//! `cargo run -p lunas-client --example refund -- REFERENCE`, of a payment that was paid in the sandbox of `lunas dev`.

#![allow(clippy::print_stdout, reason = "an example tells what happened")]

use lunas_client::{
    CallOptions, Client, ClientBuilder, Error, Money, PartnerRefundNo, ReferenceNo, RefundAnswer,
    RefundRequest,
};

/// Gives back that much of a payment.
pub(crate) async fn give_back(
    client: &Client,
    payment: &ReferenceNo,
    number: &str,
    amount: Money,
) -> Result<RefundAnswer, Error> {
    let request = RefundRequest::default()
        .original_reference_no(payment.clone())
        .partner_refund_no(PartnerRefundNo::new(number).expect("this shop's numbers are short"))
        .amount(amount)
        .reason("one cup was cold");
    client.refund(&request, CallOptions::default()).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_sandbox(&std::fs::read_to_string(".lunas/sandbox.json")?)?.build()?;
    let payment = ReferenceNo::new(std::env::args().nth(1).ok_or("which payment?")?)?;
    for (number, amount) in [("refund-1", 4_000), ("refund-2", 6_000)] {
        let refund = give_back(&client, &payment, number, Money::idr(amount)).await?;
        println!("{number}: {:?}", refund.refund_no);
    }
    Ok(())
}
