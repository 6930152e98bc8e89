//! A virtual account of one payment: opened at a bank, shown to the customer, and asked about.
//!
//! `lunas dev` in one terminal, `cargo run -p lunas-client --example virtual_account` in another.

#![allow(clippy::print_stdout, reason = "an example tells what happened")]

use lunas_client::va::{Bank, CreateAnswer, CreateRequest, Details, Holder, Number, State, StatusRequest};
use lunas_client::{CallOptions, Client, ClientBuilder, Error, MerchantId, Money, TransactionStatus, TrxId};

/// Opens an account for an order. The number in the answer counts, which may be another than the one asked for.
pub(crate) async fn open(client: &Client, merchant: &MerchantId, order: &str) -> Result<CreateAnswer, Error> {
    let number = Number::new("12345", "628123456789");
    let order = TrxId::new(order).expect("this shop's ids are short");
    let request =
        CreateRequest::new(number, order, Money::idr(25_000), Details::new(Bank::Bca, merchant.clone()))
            .holder(Holder { name: Some("Ani".to_owned()), ..Holder::default() });
    client.va_create(&request, CallOptions::default()).await
}

/// Where an account stands; nothing while it takes many payments.
pub(crate) async fn standing(
    client: &Client,
    merchant: &MerchantId,
    account: &CreateAnswer,
) -> Result<Option<TransactionStatus>, Error> {
    let question = StatusRequest::new(account.number.clone(), merchant.clone())
        .inquiry_request_id(account.trx_id.clone());
    Ok(match client.va_status(&question).await?.state {
        State::Single(single) => single.status,
        State::Multi(_) => None,
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_sandbox(&std::fs::read_to_string(".lunas/sandbox.json")?)?.build()?;
    let merchant = MerchantId::new("G000000001")?;
    let account = open(&client, &merchant, &format!("order-{}", std::process::id())).await?;
    println!("transfer to {}", account.number.virtual_account_no());
    println!("{:?}", standing(&client, &merchant, &account).await?);
    Ok(())
}
