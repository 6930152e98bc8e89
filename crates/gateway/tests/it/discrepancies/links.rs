//! Linked accounts (rows of several parts).

use lunas_testkit::sample;

use serde_json::{Value, json};

use super::accepted;
use crate::linked_payment::Account;
use crate::linking::{BLOCKED, HAPPY, linked};
use crate::world::{gateway, with};

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

#[tokio::test]
async fn b15_an_account_that_is_not_active_is_not_honoured() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, BLOCKED).await;
    let call = gateway.pay(&account.payment("order-1", "10000.00")).customer(&account.token);
    assert_eq!(call.send().await.verdict(), "4035405 Do Not Honor. the account is not active");
    gateway.finish().await;
}

#[tokio::test]
async fn d11_h4_a_charge_names_its_account_twice_and_its_option_in_any_case() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let body = account.payment("order-1", "10000.00");
    let charge = |body: &Value| gateway.pay(body).customer(&account.token);
    accepted(charge(&body), "the same token twice").await;
    accepted(charge(&with(&body, "/chargeToken", json!(""))), "once").await;
    let other = charge(&with(&body, "/chargeToken", json!("other"))).send().await;
    assert_eq!(other.code(), "4015402");
    let info = "/payOptionDetails/0/additionalInfo";
    let token = body.pointer(&format!("{info}/paymentOptionToken")).unwrap();
    for name in ["paymentOptionToken", "paymentoptiontoken"] {
        accepted(charge(&with(&body, info, json!({name: token}))), name).await;
    }
    gateway.finish().await;
}
