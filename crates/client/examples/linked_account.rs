//! A customer's account is linked once; then money is reserved on it and captured, without the customer having to come back.
//!
//! `cargo run -p lunas-client --example linked_account` prints where the customer consents. Run it again with the query that
//! the customer came back with, between quotation marks.

#![allow(clippy::print_stdout, reason = "an example tells what happened")]

use lunas_client::authorization::{CaptureAnswer, CaptureRequest, Original, request};
use lunas_client::link::{BindingRequest, ConsentRequest, Returned};
use lunas_client::{
    CallOptions, Client, ClientBuilder, Error, MerchantId, Money, PartnerReferenceNo, PartnerResolutionNo,
    Secret,
};

/// Where the customer's browser is sent. The state is kept with the session: it proves that what comes back belongs to it.
pub(crate) fn consent(client: &Client, payment_handle: &str, state: &str, phone: &str) -> String {
    let back = "https://shop.example/linked";
    client.consent_url(&ConsentRequest::new(back, payment_handle, state, phone).language("id"))
}

/// Exchanges the code for the account's token, which is kept like a password.
pub(crate) async fn link(
    client: &Client,
    payment_handle: &str,
    code: String,
) -> Result<Secret<String>, Error> {
    let request = BindingRequest::new(payment_handle.to_owned(), Secret::new(code));
    Ok(client.bind(&request, CallOptions::default()).await?.access_token)
}

/// Reserves the money, and takes it when the goods leave.
pub(crate) async fn reserve_and_capture(
    client: &Client,
    account: &Secret<String>,
    merchant: &MerchantId,
    order: &str,
) -> Result<CaptureAnswer, Error> {
    // The tokens of an account's options change, so they are asked for before each authorization.
    let options = client.account(account).await?.payment_options;
    let wallet =
        options.iter().find(|option| option.active).expect("this shop asks for accounts that can pay");
    let number = PartnerReferenceNo::new(order).expect("this shop's ids are short");
    let order_of = request(number, merchant.clone(), wallet, Money::idr(10_000)).title("Kopi susu");
    let reserved = client.authorize(account, &order_of, CallOptions::default().on_device("phone-1")).await?;
    let (reference_no, partner_reference_no) = (reserved.reference_no, reserved.partner_reference_no);
    let original = Original { reference_no, partner_reference_no, ..Original::default() };
    // Under this number money is taken once, whichever of the calls gets through.
    let once = PartnerResolutionNo::new(format!("{order}-capture")).expect("this shop's ids are short");
    client.capture(&CaptureRequest::new(original, merchant.clone(), once), CallOptions::default()).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_sandbox(&std::fs::read_to_string(".lunas/sandbox.json")?)?.build()?;
    let handle = std::env::var("PAYMENT_HANDLE").map_err(|_| "PAYMENT_HANDLE is the merchant's")?;
    let Some(query) = std::env::args().nth(1) else {
        println!("the customer consents at {}", consent(&client, &handle, "state-1", "+628215023424"));
        return Ok(());
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<(String, String)> =
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    match Returned::read(&pairs, "state-1").ok_or("that is not what came back to this shop")? {
        Returned::Code(code) => {
            let account = link(&client, &handle, code).await?;
            let merchant = MerchantId::new("G000000001")?;
            let captured = reserve_and_capture(&client, &account, &merchant, "order-1").await?;
            println!("captured at {:?}", captured.captured_at);
        }
        Returned::Refused { code, description } => println!("refused: {code} {description}"),
    }
    Ok(())
}
