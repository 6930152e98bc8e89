//! Charges on linked accounts (54 with a customer's token): at once, after the PIN, recurring, and refused.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_client::{CallOptions, TransactionStatus, UrlKind, UrlParam, gopay_request, link};
use lunas_domain::ledger::Account as LedgerAccount;
use lunas_domain::merchant::Merchant;
use lunas_vocab::{Money, PartnerReferenceNo, Secret};
use serde_json::{Value, json};

use crate::linking::{BLOCKED, HAPPY, LATER, linked};
use crate::refund::all;
use crate::world::{Verdicts, gateway, sdk, standing};

/// The customer who has savings.
const SAVER: &str = "+628242974268";

/// A linked account, as its merchant sees it.
pub(crate) struct Account {
    pub(crate) token: String,
    options: Vec<(String, String)>,
}

impl Account {
    /// Links a customer's account and asks what it can pay with.
    pub(crate) async fn link(gateway: &Gateway, phone: &str) -> Self {
        let token = linked(gateway, phone).await;
        Self::inquire(gateway, token).await
    }

    /// The same account after another inquiry, which gives new tokens for what it can pay with.
    pub(crate) async fn again(&self, gateway: &Gateway) -> Self {
        Self::inquire(gateway, self.token.clone()).await
    }

    async fn inquire(gateway: &Gateway, token: String) -> Self {
        let answer = gateway.account(&token).send().await;
        let options = answer.json()["additionalInfo"]["paymentOptions"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let options = options.iter().map(|option| (text(&option["name"]), text(&option["token"])));
        Self { token, options: options.collect() }
    }

    fn option_token(&self, name: &str) -> &str {
        &self.options.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// A charge of that many rupiah on the wallet.
    pub(crate) fn payment(&self, order: &str, value: &str) -> Value {
        self.payment_from(order, value, "GOPAY_WALLET")
    }

    fn payment_from(&self, order: &str, value: &str, option: &str) -> Value {
        sample::linked_payment(order, value, &self.token, option, self.option_token(option))
    }

    async fn pay(&self, gateway: &Gateway, body: &Value) -> Answer {
        gateway.pay(body).customer(&self.token).send().await
    }
}

async fn balance(gateway: &Gateway, account: LedgerAccount) -> String {
    gateway.app.store.balance_find(&account).await.unwrap().to_decimal()
}

/// The status that the next notification tells, and what was paid with.
async fn told(gateway: &Gateway) -> (String, Value) {
    let notification = gateway.receiver.next().await;
    assert_eq!(notification.path, "/shop/v1.0/debit/notify");
    let used = notification.json()["additionalInfo"]["userPaymentDetails"][0]["payOption"].clone();
    (notification.text_at("/latestTransactionStatus"), used)
}

#[tokio::test]
async fn a_small_charge_is_paid_at_once_out_of_the_option_that_its_token_names() {
    let gateway = gateway().await;
    let check = async |phone: &str, option: &str, account: &str, left: &str| {
        let linked = Account::link(&gateway, phone).await;
        let body = linked.payment_from("order-1", "99999.00", option);
        let paid = linked.pay(&gateway, &body).await;
        assert_eq!(paid.code(), "2005400", "{}", paid.verdict());
        assert_eq!(paid.text_at("/additionalInfo/transactionStatus"), "00");
        assert_eq!(paid.text_at("/additionalInfo/userPaymentDetails/0/payOption"), option);
        assert_eq!((paid.text_at("/webRedirectUrl"), paid.text_at("/appRedirectUrl")), Default::default());
        assert_eq!(told(&gateway).await, ("00".to_owned(), json!(option)));
        let reference_no = paid.text_at("/referenceNo");
        assert_eq!(standing(&gateway, &reference_no).await, "00");
        let customer = account.split_once(':').unwrap().1.parse().unwrap();
        let account = match account.split_once(':').unwrap().0 {
            "wallet" => LedgerAccount::Wallet(customer),
            "savings" => LedgerAccount::Savings(customer),
            _ => LedgerAccount::PayLater(customer),
        };
        assert_eq!(balance(&gateway, account.clone()).await, left, "{option}");

        let refunded = gateway.refund(&sample::refund(&reference_no, "refund-1", "99999.00")).send().await;
        assert_eq!(refunded.code(), "2005800", "{}", refunded.verdict());
        assert_eq!(told(&gateway).await.0, "04");
    };
    check(HAPPY, "GOPAY_WALLET", "wallet:c001", "9900001.00").await;
    check(SAVER, "GOPAY_SAVINGS", "savings:c002", "1900001.00").await;
    check(LATER, "PAY_LATER", "pay-later:c010", "-99999.00").await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_large_charge_waits_for_the_pin_of_its_account() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, SAVER).await;
    let body = account.payment_from("order-1", "100000.00", "GOPAY_SAVINGS");
    let exchange = gateway.pay(&body).customer(&account.token).external_id("pay-1").exchange().await;
    insta::assert_snapshot!("linked_payment_pending", exchange.render(&gateway));
    assert_eq!(told(&gateway).await, ("03".to_owned(), json!("GOPAY_SAVINGS")));
    let again = gateway.pay(&body).customer(&account.token).external_id("pay-1").send().await;
    assert_eq!(again.body, exchange.answer.body, "the same call gets the first answer again");

    let url = exchange.answer.text_at("/webRedirectUrl");
    let page = gateway.get(&format!("{}&lang=en", url.trim_start_matches(&gateway.base_url))).await;
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains("+628••••••268") && page.contains("GoPay savings"), "{page}");
    assert!(!page.contains("name=\"phone\"") && !page.contains("name=\"option\""), "{page}");

    let reference_no = exchange.answer.text_at("/referenceNo");
    let pay = format!("/payments/{reference_no}/pay");
    let other = gateway.control_with(&pay, &json!({"phone": HAPPY})).await;
    assert_eq!(
        (other.status, other.text_at("/error").as_str()),
        (409, "the payment charges the account of another customer")
    );
    assert_eq!(gateway.control(&pay).await.text_at("/latestTransactionStatus"), "00");
    assert_eq!(told(&gateway).await, ("00".to_owned(), json!("GOPAY_SAVINGS")));
    let savings = LedgerAccount::Savings("c002".parse().unwrap());
    assert_eq!(balance(&gateway, savings).await, "1900000.00");
    gateway.finish().await;
}

/// A blocked customer is refused for an account of their own; the charge of another's goes on waiting.
#[tokio::test]
async fn a_stranger_who_is_blocked_ends_no_charge() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let waits = account.pay(&gateway, &account.payment("order-1", "100000.00")).await;
    assert_eq!(told(&gateway).await.0, "03");
    let pay = format!("/payments/{}/pay", waits.text_at("/referenceNo"));
    let stranger = gateway.control_with(&pay, &json!({"phone": BLOCKED})).await;
    assert_eq!(stranger.status, 409, "{}", stranger.json());
    assert_eq!(gateway.control(&pay).await.text_at("/latestTransactionStatus"), "00");
    assert_eq!(told(&gateway).await.0, "00");
    gateway.finish().await;
}

#[tokio::test]
async fn a_recurring_charge_asks_for_no_pin_where_the_merchant_may_do_without() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let recurring = |order: &str| {
        let mut body = account.payment(order, "250000.00");
        body["payOptionDetails"][0]["additionalInfo"]["recurring"] = json!("Y");
        body
    };
    let paid = account.pay(&gateway, &recurring("order-1")).await;
    assert_eq!(paid.text_at("/additionalInfo/transactionStatus"), "00");
    assert_eq!(told(&gateway).await.0, "00");

    let id = gateway.merchant.id.parse().unwrap();
    let ask_for_pin = |mut merchant: Merchant| {
        merchant.links.may_skip_pin = false;
        merchant
    };
    gateway.operator().merchant_change(&id, ask_for_pin).await.unwrap();
    gateway.operated();
    let waits = account.pay(&gateway, &recurring("order-2")).await;
    assert_eq!(waits.text_at("/additionalInfo/transactionStatus"), "03");
    assert_eq!(told(&gateway).await.0, "03");
    gateway.finish().await;
}

#[tokio::test]
async fn what_a_linked_account_may_not_be_charged_is_refused_by_its_code() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let poor = Account::link(&gateway, "+628242014881").await;
    let blocked = Account::link(&gateway, BLOCKED).await;
    let mut verdicts = Verdicts::default();
    let mut check = async |what: &str, body: &Value, token: &str| {
        verdicts.note(what, &gateway.pay(body).customer(token).send().await);
    };
    let right = account.payment("order-1", "10000.00");
    let with = |pointer: &str, value: Value| {
        let mut body = right.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        body
    };
    let option = "/payOptionDetails/0/additionalInfo/paymentOptionToken";
    check("a token of nobody", &right, "none").await;
    check("the merchant's own token", &right, &gateway.token().await).await;
    check("another chargeToken", &with("/chargeToken", json!("other")), &account.token).await;
    check("no chargeToken", &with("/chargeToken", Value::Null), &account.token).await;
    check("no URL", &with("/urlParams", Value::Null), &account.token).await;
    check("no option's token", &with(option, Value::Null), &account.token).await;
    check(
        "a URL that nobody registered",
        &with("/urlParams/0/url", json!("https://not-whitelisted.example/")),
        &account.token,
    )
    .await;
    check(
        "another account's option",
        &with(option, json!(poor.option_token("GOPAY_WALLET"))),
        &account.token,
    )
    .await;
    check("an option that is none", &with(option, json!("f527bf45")), &account.token).await;
    check("the account's token as option", &with(option, json!(account.token)), &account.token).await;
    check("another option", &with("/payOptionDetails/0/payOption", json!("PAY_LATER")), &account.token).await;
    check("another method", &with("/payOptionDetails/0/payMethod", json!("DANA")), &account.token).await;
    let items =
        json!({"items": [{"name": "Kopi", "quantity": 2, "price": {"value": "4000.00", "currency": "IDR"}}]});
    check("items that do not add up", &with("/additionalInfo", items), &account.token).await;
    check("more than there is", &poor.payment("order-1", "11.00"), &poor.token).await;
    let behind_pin = poor.payment("order-1", "100000.00");
    check("more than there is, with a PIN", &behind_pin, &poor.token).await;
    check("a blocked account", &blocked.payment("order-1", "10000.00"), &blocked.token).await;
    let other = gateway.add_merchant("G2", None).await;
    let theirs =
        gateway.pay_as(&other, &with("/chargeToken", json!(""))).customer(&account.token).send().await;
    verdicts.note("another merchant", &theirs);
    let headless = gateway.pay(&right).send().await;
    verdicts.note("no customer's token in the header", &headless);
    gateway.advance(Duration::from_mins(30)).await;
    let old = gateway.pay(&right).customer(&account.token).send().await;
    verdicts.note("an option's token that is old", &old);

    let renewed = Account::inquire(&gateway, account.token.clone()).await;
    let body = renewed.payment("order-2", "10000.00");
    let paid = gateway.pay(&body).customer(&renewed.token).external_id("pay-1").send().await;
    verdicts.note("with a new one", &paid);
    assert_eq!(told(&gateway).await.0, "00");
    gateway.control_delete(&format!("/links/{HAPPY}")).await;
    gateway.receiver.next().await;
    let again = gateway.pay(&body).customer(&renewed.token).external_id("pay-1").send().await;
    assert_eq!(again.body, paid.body, "what was paid stays told after unlinking");
    let unlinked = gateway.pay(&body).customer(&renewed.token).send().await;
    verdicts.note("after unlinking", &unlinked);
    insta::assert_snapshot!("linked_payment_refused", verdicts.as_str());
    gateway.finish().await;
}

/// Two charges that the account can pay only one of are decided by the ledger, not by who looked first.
#[tokio::test]
async fn charges_that_race_never_overdraw_an_account() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let mut body = account.payment("order-1", "3000000.00");
    body["payOptionDetails"][0]["additionalInfo"]["recurring"] = json!("Y");
    let calls = (0..8).map(|_| gateway.pay(&body).customer(&account.token).send());
    let mut codes: Vec<String> = all(calls).await.iter().map(Answer::code).collect();
    codes.sort();
    assert_eq!(codes, [["2005400"; 3].as_slice(), &["4035414"; 5]].concat());
    let wallet = LedgerAccount::Wallet("c001".parse().unwrap());
    assert_eq!(balance(&gateway, wallet).await, "1000000.00");
    gateway.finish().await;
}

/// The whole of it by the merchant's SDK.
#[tokio::test]
async fn the_sdk_links_charges_and_unlinks() {
    let gateway = gateway().await;
    let client = sdk(&gateway);
    let payment_handle = gateway.credentials.payment_handle.clone();
    let redirect_url = "https://shop.example/linked";
    let request = link::ConsentRequest::new(redirect_url, payment_handle.clone(), "state-1", HAPPY);
    let url = client.consent_url(&request);
    let asked = gateway.get(url.strip_prefix(&gateway.base_url).unwrap()).await;
    assert_eq!(asked.code(), "2001000", "{}", asked.text_at("/responseMessage"));

    let consented = gateway.control_with("/links", &json!({"phone": HAPPY})).await;
    let request = link::BindingRequest {
        payment_handle: payment_handle.clone(),
        auth_code: Secret::new(consented.text_at("/authCode")),
    };
    let token = client.bind(&request, CallOptions::default()).await.unwrap().access_token;
    gateway.receiver.next().await;
    let account = client.account(&token).await.unwrap();
    let wallet = &account.payment_options[0];
    assert_eq!((wallet.name.as_str(), wallet.active), ("GOPAY_WALLET", true));
    assert_eq!(wallet.balance, Some(Money::idr(10_000_000)));
    let mut charge = gopay_request(PartnerReferenceNo::new("order-1").unwrap(), Money::idr(10_000));
    charge.url_params = vec![UrlParam {
        url: "https://shop.example/return".into(),
        kind: UrlKind::PayReturn,
        is_deeplink: false,
    }];
    charge.pay_option.linked = Some(link::LinkedOption {
        payment_option_token: wallet.token.clone(),
        recurring: false,
        promotion_ids: Vec::new(),
    });
    let paid = client.pay_linked(&token, &charge, CallOptions::default()).await.unwrap();
    assert_eq!(paid.linked.unwrap().status, TransactionStatus::Success);
    assert_eq!(told(&gateway).await.0, "00");
    let unbind = link::UnbindingRequest { payment_handle };
    client.unbind(&token, &unbind, CallOptions::default()).await.unwrap();
    gateway.receiver.next().await;
    assert!(client.account(&token).await.is_err());
    gateway.finish().await;
}
