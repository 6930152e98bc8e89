//! Linked accounts (rows of several parts).

use lunas_testkit::sample;

use super::accepted;
use crate::linking::{HAPPY, linked};
use crate::world::gateway;

#[tokio::test]
async fn a24_f9_an_accounts_options_are_a_list_and_their_balances_are_numbers() {
    let gateway = gateway().await;
    let token = linked(&gateway, HAPPY).await;
    let answer = accepted(gateway.account(&token), "08").await.json();
    let options = answer["additionalInfo"]["paymentOptions"].as_array().unwrap();
    assert!(
        !options.is_empty() && options.iter().all(|option| option["balance"]["value"].is_u64()),
        "{answer}"
    );
    gateway.finish().await;
}

#[tokio::test]
async fn d9_an_account_is_asked_after_without_a_device() {
    let gateway = gateway().await;
    let token = linked(&gateway, HAPPY).await;
    accepted(gateway.account(&token).header("X-DEVICE-ID", ""), "08, empty").await;
    accepted(gateway.account(&token).without("X-DEVICE-ID"), "08, absent").await;
    let body = sample::unbinding(&gateway.credentials.payment_handle);
    accepted(gateway.unbind(&token, &body).without("X-DEVICE-ID"), "09, absent").await;
    gateway.finish().await;
}
