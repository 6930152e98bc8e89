//! Authorizations (63, 64, 65, 67, 69): money of a linked account is reserved, captured, given back and refunded.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample, until};
use lunas_client::authorization::{
    self, AuthQueryRequest, CaptureRequest, Original, RefundRequest, VoidRequest,
};
use lunas_client::{CallOptions, TransactionStatus};
use lunas_domain::ledger::Account;
use lunas_snap::code::Case;
use lunas_vocab::{
    CustomerId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, ReferenceNo,
    Secret,
};
use serde_json::{Value, json};

use crate::world::{Verdicts, after, gateway, opened, sdk};

const DAY: Duration = Duration::from_hours(24);
/// Customers of the sandbox by their place in its list: in good order, blocked, without money, with credit only.
pub(crate) const HAPPY: usize = 0;
pub(crate) const BLOCKED: usize = 6;
pub(crate) const INSUFFICIENT: usize = 7;
const LATER: usize = 9;

/// A linked account as its merchant holds it: the token of the account, and one of each of its options.
pub(crate) struct Tokens {
    pub(crate) customer: String,
    pub(crate) wallet: String,
    pay_later: String,
}

/// Links a customer's account to the sandbox's merchant, and takes the notification.
pub(crate) async fn linked(gateway: &Gateway, customer: usize) -> Tokens {
    let phone = &gateway.credentials.customers[customer].phone;
    let link = gateway.control_with("/links", &json!({"phone": phone, "bind": true})).await;
    assert_eq!(gateway.receiver.next().await.text_at("/additionalInfo/accountStatus"), "ENABLED");
    let options = link.json()["paymentOptions"].as_array().unwrap().clone();
    let option = |name: &str| {
        let found = options.iter().find(|option| option["name"] == name);
        found.and_then(|option| option["token"].as_str()).unwrap_or_default().to_owned()
    };
    Tokens {
        customer: link.text_at("/accessToken"),
        wallet: option("GOPAY_WALLET"),
        pay_later: option("PAY_LATER"),
    }
}

/// Reserves 10 000 rupiah of the wallet and gives the reference number.
pub(crate) async fn authorized(gateway: &Gateway, tokens: &Tokens, order: &str) -> String {
    let body = sample::authorization(order, &tokens.wallet);
    let answer = gateway.auth_payment(&tokens.customer, &body).send().await;
    assert_eq!(answer.verdict(), "2006300 Successful");
    assert_eq!(answer.text_at("/additionalInfo/transactionStatus"), "01");
    answer.text_at("/referenceNo")
}

/// Reserves and captures 10 000 rupiah of the wallet.
pub(crate) async fn captured(gateway: &Gateway, tokens: &Tokens, order: &str) -> String {
    let reference_no = authorized(gateway, tokens, order).await;
    let mut capture = sample::capture(&reference_no, "capture-1");
    capture["originalPartnerReferenceNo"] = json!(order);
    let answer = gateway.auth_capture(&capture).send().await;
    assert_eq!(answer.verdict(), "2006500 Successful");
    reference_no
}

pub(crate) async fn standing(gateway: &Gateway, reference_no: &str) -> String {
    let answer = gateway.auth_query(&sample::auth_original(reference_no)).send().await;
    assert_eq!(answer.code(), "2006400", "{}", answer.verdict());
    answer.text_at("/latestTransactionStatus")
}

/// What the wallet of a customer, the authorization and the merchant hold, in rupiah.
async fn holdings(gateway: &Gateway, customer: usize, reference_no: &str) -> [i64; 3] {
    let merchant = MerchantId::new(gateway.merchant.id.clone()).unwrap();
    let accounts = [
        Account::Wallet(customer_id(customer)),
        Account::Hold(ReferenceNo::new(reference_no).unwrap()),
        Account::Merchant(merchant),
    ];
    let mut held = [0; 3];
    for (held, account) in held.iter_mut().zip(&accounts) {
        *held = balance(gateway, account).await.minor() / 100;
    }
    held
}

/// What an account of the ledger holds.
async fn balance(gateway: &Gateway, account: &Account) -> Money {
    gateway.app.store.balance_find(account).await.unwrap()
}

fn customer_id(at: usize) -> CustomerId {
    CustomerId::new(format!("c{:03}", at + 1)).unwrap()
}

/// The contract's sample names the wallet beside a token that may be either's: the token decides.
#[tokio::test]
async fn s2_an_authorization_is_of_the_option_that_its_token_stands_for() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, LATER).await;
    for named in ["GOPAY_WALLET", "PAY_LATER", "gopay_savings", "Coins"] {
        let mut body = sample::authorization("order-1", &tokens.pay_later);
        body["additionalInfo"]["payOptionDetails"][0]["payOption"] = json!(named);
        let answer = gateway.auth_payment(&tokens.customer, &body).send().await;
        assert_eq!(answer.verdict(), "2006300 Successful", "{named}");
        let used = answer.json()["additionalInfo"]["payOptionDetails"].clone();
        let pay_later = json!([{"payMethod": "gopay", "payOption": "PAY_LATER", "payOptions": "PAY_LATER"}]);
        assert_eq!(used, pay_later, "{named}");
        let query = gateway.auth_query(&sample::auth_original(&answer.text_at("/referenceNo"))).send().await;
        assert_eq!(query.text_at("/additionalInfo/payOptionDetails/0/payOption"), "PAY_LATER");
    }
    let credit = balance(&gateway, &Account::PayLater(customer_id(LATER))).await;
    assert_eq!(credit, Money::idr(-40_000), "the wallet has nothing to do with it");
    gateway.finish().await;
}

/// Nobody is told of an authorization: the contract has no such notification.
async fn assert_untold(gateway: &Gateway, reference_no: &str) {
    let notifications = gateway.get("/sandbox/v1/notifications").await.json();
    let about = notifications["notifications"].as_array().unwrap().iter();
    assert_eq!(about.filter(|notification| notification["referenceNo"] == reference_no).count(), 0);
}

#[tokio::test]
async fn money_is_reserved_captured_and_refunded() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut body = sample::authorization("order-1", &tokens.wallet);
    body["additionalInfo"]["metadata"] = json!({"table": 7});
    body["items"] = json!([{"price": {"value": "10000", "currency": "IDR"}, "quantity": 1, "name": "Kopi"}]);
    let exchange = gateway.auth_payment(&tokens.customer, &body).external_id("call-1").exchange().await;
    let rendered = exchange.render(&gateway).replace(&tokens.wallet, "<option token>");
    insta::assert_snapshot!("auth_payment", rendered.replace(&tokens.customer, "<account token>"));
    let reference_no = exchange.answer.text_at("/referenceNo");
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await, [9_990_000, 10_000, 0]);
    let query = async |name: &str| {
        let call = gateway.auth_query(&sample::auth_original(&reference_no)).external_id(name);
        call.exchange().await.render(&gateway)
    };
    insta::assert_snapshot!("auth_query_authorized", query("q-1").await);

    gateway.advance(Duration::from_hours(1)).await;
    let mut body = sample::capture(&reference_no, "capture-1");
    body["captureAmount"] = json!({"value": "10000", "currency": "IDR"});
    let capture = gateway.auth_capture(&body).external_id("call-2").exchange().await;
    insta::assert_snapshot!("auth_capture", capture.render(&gateway));
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await, [9_990_000, 0, 10_000]);

    gateway.advance(Duration::from_hours(1)).await;
    let body = sample::refund(&reference_no, "refund-1", "4000");
    let refund = gateway.auth_refund(&body).external_id("call-3").exchange().await;
    insta::assert_snapshot!("auth_refund", refund.render(&gateway));
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await, [9_994_000, 0, 6_000]);
    insta::assert_snapshot!("auth_query_refunded", query("q-2").await);
    assert_untold(&gateway, &reference_no).await;
    gateway.finish().await;
}

#[tokio::test]
async fn money_is_given_back_to_where_it_came_from() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let reference_no = authorized(&gateway, &tokens, "order-1").await;
    let void = gateway.auth_void(&sample::void(&reference_no, "void-1")).external_id("call-1").exchange();
    insta::assert_snapshot!("auth_void", void.await.render(&gateway));
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await, [10_000_000, 0, 0]);
    assert_eq!(standing(&gateway, &reference_no).await, "05");
    assert_untold(&gateway, &reference_no).await;

    let later = linked(&gateway, LATER).await;
    let mut body = sample::authorization("order-2", &later.pay_later);
    body["additionalInfo"]["payOptionDetails"][0]["payOption"] = "pay_later".into();
    let answer = gateway.auth_payment(&later.customer, &body).send().await;
    let used = answer.text_at("/additionalInfo/userPaymentDetails/0/payOption");
    assert_eq!((answer.code().as_str(), used.as_str()), ("2006300", "PAY_LATER"));
    let owed = async || balance(&gateway, &Account::PayLater(customer_id(LATER))).await;
    assert_eq!(owed().await, Money::idr(-10_000));
    gateway.auth_void(&sample::void(&answer.text_at("/referenceNo"), "void-1")).send().await;
    assert_eq!(owed().await, Money::ZERO_IDR);
    gateway.finish().await;
}

#[tokio::test]
async fn every_state_takes_its_commands_and_no_others() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut verdicts = Verdicts::default();
    for state in ["authorized", "captured", "refunded", "partly refunded", "voided", "expired", "failed"] {
        let made = async || {
            let reference_no = match state {
                "captured" | "refunded" | "partly refunded" => captured(&gateway, &tokens, "order-1").await,
                _ => authorized(&gateway, &tokens, "order-1").await,
            };
            match state {
                "refunded" | "partly refunded" => {
                    let value = if state == "refunded" { "10000" } else { "1" };
                    let refund = gateway.auth_refund(&sample::refund(&reference_no, "r-0", value)).send();
                    assert_eq!(refund.await.code(), "2006900");
                }
                "voided" => {
                    gateway.auth_void(&sample::void(&reference_no, "void-1")).send().await;
                }
                "expired" | "failed" => {
                    let control = if state == "expired" { "expire" } else { "fail" };
                    gateway.control(&format!("/payments/{reference_no}/{control}")).await;
                }
                _ => {}
            }
            reference_no
        };
        let reference_no = made().await;
        verdicts.note(
            &format!("query when {state}: {}", standing(&gateway, &reference_no).await),
            &gateway.auth_query(&sample::auth_original(&reference_no)).send().await,
        );
        let capture = gateway.auth_capture(&sample::capture(&reference_no, "capture-2")).send().await;
        verdicts.note(&format!("capture when {state}"), &capture);
        let reference_no = made().await;
        let void = gateway.auth_void(&sample::void(&reference_no, "void-2")).send().await;
        verdicts.note(&format!("void when {state}"), &void);
        let reference_no = made().await;
        let refund = gateway.auth_refund(&sample::refund(&reference_no, "r-1", "9999")).send().await;
        verdicts.note(&format!("refund when {state}"), &refund);
        for control in ["pay", "deny"] {
            let pressed = gateway.control(&format!("/payments/{reference_no}/{control}")).await;
            assert_eq!(pressed.status, 409, "{control} when {state}: {}", pressed.json());
        }
    }
    insta::assert_snapshot!("auth_states", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn each_wrong_order_is_refused() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut verdicts = Verdicts::default();
    let order = |pointer: &str, value: Value| {
        let mut body = sample::authorization("order-1", &tokens.wallet);
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body["additionalInfo"][pointer.trim_start_matches("/additionalInfo/")] = value,
        }
        body
    };
    let option =
        |pointer: &str, value: Value| order(&format!("/additionalInfo/payOptionDetails/0{pointer}"), value);
    let valid = |text: String| order("/additionalInfo/validUpTo", text.into());
    for (name, body) in [
        ("no order id", order("/partnerReferenceNo", Value::Null)),
        ("a symbol in the order id", order("/partnerReferenceNo", "order/1".into())),
        ("no merchant", order("/merchantId", Value::Null)),
        ("another merchant", order("/merchantId", "G2".into())),
        ("no pay option", order("/additionalInfo/payOptionDetails", json!([]))),
        ("another method", option("/payMethod", "DANA".into())),
        ("no option token", option("/additionalInfo/paymentOptionToken", Value::Null)),
        ("an unknown option token", option("/additionalInfo/paymentOptionToken", "x".into())),
        ("nothing", option("/transAmount/value", "0.00".into())),
        ("three decimals", option("/transAmount/value", "1.001".into())),
        ("dollars", option("/transAmount/currency", "USD".into())),
        ("two amounts", order("/amount/value", "1.00".into())),
        ("too soon", valid(after(19))),
        ("too late", valid(after(180 * 86_400 + 1))),
        (
            "a blocked customer's number",
            order("/additionalInfo/customerDetails", json!({"phone": "+628271939753"})),
        ),
    ] {
        verdicts.note(name, &gateway.auth_payment(&tokens.customer, &body).send().await);
    }
    let body = order("/title", Value::Null);
    let call = gateway.auth_payment(&tokens.customer, &body).without("Authorization-Customer");
    verdicts.note("no customer token", &call.send().await);
    verdicts.note("an unknown customer token", &gateway.auth_payment("x", &body).send().await);
    let other = gateway.add_merchant("G2", None).await;
    let theirs = order("/merchantId", "G2".into());
    let call = gateway.auth_payment_as(&other, &tokens.customer, &theirs);
    verdicts.note("another merchant's customer token", &call.send().await);
    let blocked = linked(&gateway, BLOCKED).await;
    let poor = linked(&gateway, INSUFFICIENT).await;
    let check = async |customer: &Tokens, option: &Tokens| {
        let body = sample::authorization("order-1", &option.wallet);
        gateway.auth_payment(&customer.customer, &body).send().await
    };
    verdicts.note("another account's option token", &check(&tokens, &poor).await);
    verdicts.note("a blocked account", &check(&blocked, &blocked).await);
    verdicts.note("an account without money", &check(&poor, &poor).await);
    insta::assert_snapshot!("auth_refused", verdicts.as_str());

    for body in
        [valid(after(20)), option("/payOption", "GOPAY_WALLET_POCKET".into()), order("/amount", Value::Null)]
    {
        let answer = gateway.auth_payment(&tokens.customer, &body).send().await;
        assert_eq!(answer.verdict(), "2006300 Successful", "{body}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = sample::authorization("order-1", &tokens.wallet);
    let authorize =
        async |body: &Value| gateway.auth_payment(&tokens.customer, body).external_id("call-1").send().await;
    let first = authorize(&body).await;
    gateway.advance(Duration::from_hours(1)).await;
    assert_eq!(authorize(&body).await.body, first.body, "the option's token has ended, the answer has not");
    let mut other = body.clone();
    other["amount"]["value"] = "10001.00".into();
    other["additionalInfo"]["payOptionDetails"][0]["transAmount"]["value"] = "10001.00".into();
    let used = |field: &str| {
        format!(
            "Inconsistent Request. {field} differs from the first call under this X-EXTERNAL-ID; repeat that unchanged"
        )
    };
    let field = "amount.value";
    assert_eq!(authorize(&other).await.verdict(), format!("4046318 {}", used(field)));

    gateway.control_delete(&format!("/links/{}", gateway.credentials.customers[HAPPY].phone)).await;
    assert_eq!(gateway.receiver.next().await.text_at("/additionalInfo/accountStatus"), "DISABLED");
    assert_eq!(authorize(&body).await.body, first.body, "what is reserved stays told after unlinking");
    assert_eq!(authorize(&other).await.code(), "4046318");
    let unlinked = gateway.auth_payment(&tokens.customer, &body).external_id("call-2").send().await;
    assert_eq!(unlinked.code(), "4016302");

    let reference_no = first.text_at("/referenceNo");
    let capture = async |number: &str, amount: Option<&str>, external_id: &str| {
        let mut body = sample::capture(&reference_no, number);
        if let Some(amount) = amount {
            body["captureAmount"] = json!({"value": amount, "currency": "IDR"});
        }
        gateway.auth_capture(&body).external_id(external_id).send().await
    };
    let part = "4036515 Transaction Not Permitted. captureAmount: the whole 10000.00 is captured or nothing";
    assert_eq!(capture("capture-1", Some("9999.99"), "c-0").await.verdict(), part);
    let made = capture("capture-1", None, "c-1").await;
    assert_eq!(made.verdict(), "2006500 Successful");
    let check = async |what: &str, answer: Answer, expected: Result<(), &str>| match expected {
        Ok(()) => assert_eq!(answer.body, made.body, "{what}"),
        Err(verdict) => assert_eq!(answer.verdict(), verdict, "{what}"),
    };
    let ended = "4036515 Transaction Not Permitted. the authorization is 00 (success); only one that is 01 (initiated) can end so";
    let differs = format!("4046518 {}", used("partnerCaptureNo"));
    check("the same call", capture("capture-1", None, "c-1").await, Ok(())).await;
    check("the number in another call", capture("capture-1", None, "c-2").await, Ok(())).await;
    check("the number and the amount", capture("capture-1", Some("10000"), "c-3").await, Ok(())).await;
    check("another amount", capture("capture-1", Some("9999"), "c-4").await, Err(part)).await;
    check("another number", capture("capture-2", None, "c-5").await, Err(ended)).await;
    check("another number, same id", capture("capture-2", None, "c-1").await, Err(&differs)).await;
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await, [9_990_000, 0, 10_000]);

    let refund = async |value: &str, external_id: &str| {
        let body = sample::refund(&reference_no, "refund-1", value);
        gateway.auth_refund(&body).external_id(external_id).send().await
    };
    let first = refund("4000", "r-1").await;
    assert_eq!(refund("4000", "r-1").await.body, first.body);
    assert_eq!(refund("4000", "r-2").await.body, first.body, "the number is never refunded twice");
    assert_eq!(refund("4001", "r-3").await.code(), "4046918");

    let reference_no = authorized(&gateway, &linked(&gateway, HAPPY).await, "order-1").await;
    let void = async |number: &str, external_id: &str| {
        gateway.auth_void(&sample::void(&reference_no, number)).external_id(external_id).send().await
    };
    let first = void("void-1", "v-1").await;
    assert_eq!(first.verdict(), "2006700 Successful");
    for external_id in ["v-1", "v-2"] {
        assert_eq!(void("void-1", external_id).await.body, first.body, "{external_id}");
    }
    assert_eq!(
        void("void-2", "v-3").await.verdict(),
        "4036715 Transaction Not Permitted. the authorization is 05 (cancelled); only one that is 01 (initiated) can end so"
    );
    gateway.finish().await;
}

#[tokio::test]
async fn an_authorization_is_found_by_those_who_may_and_by_its_own_services() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = sample::authorization("order-1", &tokens.wallet);
    let answer = gateway.auth_payment(&tokens.customer, &body).external_id("call-of-auth").send().await;
    let reference_no = answer.text_at("/referenceNo");
    let debit = opened(&gateway, "order-2").await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let by_call = json!({"originalExternalId": "call-of-auth"});
    let order = "originalPartnerReferenceNo";
    for (name, body) in [
        ("its reference", sample::auth_original(&reference_no)),
        ("its call", json!({order: "order-1", "additionalInfo": by_call})),
        ("its call, in the samples' place", json!({order: "order-1", "additionalData": by_call})),
        ("its call, at the root", json!({order: "order-1", "originalExternalId": "call-of-auth"})),
        ("its order alone", json!({order: "order-1"})),
        ("its reference alone", sample::original(&reference_no)),
        ("nobody's call", json!({order: "order-1", "additionalInfo": {"originalExternalId": "none"}})),
        ("nobody's reference", sample::auth_original("none")),
        ("a charge's reference", sample::auth_original(&debit)),
    ] {
        verdicts.note(&format!("query by {name}"), &gateway.auth_query(&body).send().await);
    }
    verdicts.note("debit status of it", &gateway.status(&sample::original(&reference_no)).send().await);
    verdicts.note("debit cancel of it", &gateway.cancel(&sample::original(&reference_no)).send().await);
    let refund = sample::refund(&reference_no, "r", "1");
    verdicts.note("debit refund of it", &gateway.refund(&refund).send().await);
    verdicts.note("refund of a charge", &gateway.auth_refund(&sample::refund(&debit, "r", "1")).send().await);

    let own = |mut body: Value| {
        body["merchantId"] = "G2".into();
        body
    };
    let (capture, void) = (sample::capture(&reference_no, "c"), sample::void(&reference_no, "v"));
    let theirs = sample::auth_original(&reference_no);
    verdicts.note("query of somebody else's", &gateway.auth_query_as(&other, &theirs).send().await);
    let (named, call) = (own(capture.clone()), own(void.clone()));
    verdicts.note("capture of somebody else's", &gateway.auth_capture_as(&other, &named).send().await);
    verdicts.note("void of somebody else's", &gateway.auth_void_as(&other, &call).send().await);
    verdicts.note("refund of somebody else's", &gateway.auth_refund_as(&other, &refund).send().await);
    verdicts.note("capture in another's name", &gateway.auth_capture(&named).send().await);
    verdicts.note("void in another's name", &gateway.auth_void(&call).send().await);
    let without = |body: &Value, name: &str| {
        let mut body = body.clone();
        body[name] = Value::Null;
        body
    };
    for name in ["originalReferenceNo", "originalPartnerReferenceNo", "merchantId", "partnerCaptureNo"] {
        let answer = gateway.auth_capture(&without(&capture, name)).send().await;
        verdicts.note(&format!("capture without {name}"), &answer);
    }
    for name in ["originalReferenceNo", "merchantId", "partnerVoidNo"] {
        verdicts
            .note(&format!("void without {name}"), &gateway.auth_void(&without(&void, name)).send().await);
    }
    let answer = gateway.auth_refund(&without(&refund, "partnerRefundNo")).send().await;
    verdicts.note("refund without partnerRefundNo", &answer);
    insta::assert_snapshot!("auth_found", verdicts.as_str());
    assert_eq!(standing(&gateway, &reference_no).await, "01");
    gateway.finish().await;
}

#[tokio::test]
async fn what_nobody_captures_goes_back_by_itself() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let week = authorized(&gateway, &tokens, "order-1").await;
    let mut body = sample::authorization("order-1", &tokens.wallet);
    body["additionalInfo"]["validUpTo"] = after(60).into();
    let answer = gateway.auth_payment(&tokens.customer, &body).send().await;
    let minute = answer.text_at("/referenceNo");
    let kept = captured(&gateway, &tokens, "order-1").await;
    gateway.advance(Duration::from_secs(59)).await;
    assert_eq!(standing(&gateway, &minute).await, "01");
    gateway.advance(Duration::from_secs(1)).await;
    let late = gateway.auth_capture(&sample::capture(&minute, "late")).send().await;
    let over = "4036515 Transaction Not Permitted. the authorization is 05 (cancelled); only one that is 01 (initiated) can end so";
    assert_eq!(late.verdict(), over);
    assert_eq!(standing(&gateway, &minute).await, "05");
    assert_eq!(holdings(&gateway, HAPPY, &week).await, [9_980_000, 10_000, 10_000]);

    gateway.advance(7 * DAY - Duration::from_secs(61)).await;
    assert_eq!(standing(&gateway, &week).await, "01");
    gateway.advance(Duration::from_secs(1)).await;
    // Nobody asks: the worker finds it.
    until("the money to go back", || async {
        (holdings(&gateway, HAPPY, &week).await == [9_990_000, 0, 10_000]).then_some(())
    })
    .await;
    assert_eq!(
        (standing(&gateway, &week).await, standing(&gateway, &kept).await),
        ("05".into(), "00".into())
    );
    assert_untold(&gateway, &week).await;
    gateway.finish().await;
}

#[tokio::test]
async fn of_ends_at_once_exactly_one_counts() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let reference_no = authorized(&gateway, &tokens, "order-1").await;
    let mut calls = tokio::task::JoinSet::new();
    let gateway = std::sync::Arc::new(gateway);
    for n in 0..24 {
        let (gateway, reference_no) = (gateway.clone(), reference_no.clone());
        calls.spawn(async move {
            let number = format!("n-{n}");
            let answer = match n % 3 {
                0 => gateway.auth_capture(&sample::capture(&reference_no, &number)).send().await,
                1 => gateway.auth_void(&sample::void(&reference_no, &number)).send().await,
                _ => gateway.control(&format!("/payments/{reference_no}/expire")).await,
            };
            match answer.status {
                200 => 1,
                403 => {
                    assert_eq!(&answer.code()[5..], "15", "{}", answer.verdict());
                    0
                }
                other => {
                    assert_eq!(other, 409);
                    0
                }
            }
        });
    }
    assert_eq!(calls.join_all().await.into_iter().sum::<i32>(), 1);
    let reference_no = authorized(&gateway, &tokens, "order-1").await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (gateway, body) = (gateway.clone(), sample::capture(&reference_no, "same"));
        calls.spawn(async move { gateway.auth_capture(&body).send().await.body });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one number has one answer");
    assert_eq!(holdings(&gateway, HAPPY, &reference_no).await[1], 0);
    std::sync::Arc::into_inner(gateway).unwrap().finish().await;
}

#[tokio::test]
async fn refunds_follow_the_rules_of_refunds() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let reference_no = captured(&gateway, &tokens, "order-1").await;
    let mut verdicts = Verdicts::default();
    let refund =
        |value: &str| sample::refund(&reference_no, &format!("r-{}", value.replace('.', "-")), value);
    for (name, body) in [
        ("more than was captured", refund("10000.01")),
        ("nothing", refund("0")),
        ("a part", refund("4000")),
        ("more than is left", refund("6000.01")),
        ("the rest", refund("6000")),
        ("when nothing is left", refund("1")),
    ] {
        verdicts.note(name, &gateway.auth_refund(&body).send().await);
    }
    let late = captured(&gateway, &tokens, "order-1").await;
    gateway.advance(180 * DAY).await;
    let body = json!({"originalReferenceNo": late, "partnerRefundNo": "late"});
    verdicts.note("half a year later", &gateway.auth_refund(&body).send().await);
    insta::assert_snapshot!("auth_refund_refused", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn the_history_knows_authorizations() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let held = authorized(&gateway, &tokens, "order-1").await;
    let taken = captured(&gateway, &tokens, "order-1").await;
    let check = async |word: &str, expected: &str| {
        let body = json!({"additionalInfo": {"payment": {"statuses": [word]}}});
        let list = gateway.history_list(&body).send().await.json();
        assert_eq!(list["detailData"].as_array().map(Vec::len), Some(1), "{list}");
        assert_eq!(list["detailData"][0]["additionalInfo"]["referenceNo"], expected);
        assert_eq!(list["detailData"][0]["additionalInfo"]["status"], word);
    };
    check("AUTHORIZE", &held).await;
    check("SETTLEMENT", &taken).await;
    let body = json!({"originalPartnerReferenceNo": "order-1", "additionalInfo": {"referenceNo": held}});
    let detail = gateway.history_detail(&body).send().await;
    assert_eq!(detail.text_at("/additionalInfo/payment/gopayPaymentOption"), "GOPAY_WALLET");
    gateway.finish().await;
}

/// The whole of it by the merchant's SDK.
#[tokio::test]
async fn the_sdk_reserves_captures_gives_back_and_refunds() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let (client, token) = (sdk(&gateway), Secret::new(tokens.customer));
    let merchant_id = MerchantId::new(gateway.merchant.id.clone()).unwrap();
    let account = client.account(&token).await.unwrap();
    let wallet = &account.payment_options[0];
    let device = || CallOptions::default().on_device("device-1");
    let reserve = async |order: &str, units: i32| {
        let order = PartnerReferenceNo::new(order).unwrap();
        let request = authorization::request(order, merchant_id.clone(), wallet, Money::idr(units));
        client.authorize(&token, &request, device()).await
    };
    let reserved = async |order: &str| {
        let answer = reserve(order, 10_000).await.unwrap();
        assert_eq!(answer.status, Some(TransactionStatus::Initiated));
        let (reference_no, partner_reference_no) = (answer.reference_no, answer.partner_reference_no);
        Original { reference_no, partner_reference_no, ..Original::default() }
    };
    let asked = async |original: &Original| {
        client.authorization(&AuthQueryRequest { original: original.clone() }).await.unwrap()
    };
    let poor = reserve("order-0", 99_999_999).await.unwrap_err();
    assert_eq!((poor.case(), poor.is_unknown_outcome()), (Some(Case::InsufficientFunds), false));

    let original = reserved("order-1").await;
    let capture = CaptureRequest {
        original: original.clone(),
        merchant_id: merchant_id.clone(),
        partner_capture_no: PartnerResolutionNo::new("capture-1").unwrap(),
        amount: Some(Money::idr(10_000)),
        title: None,
    };
    let first = client.capture(&capture, CallOptions::default()).await.unwrap();
    assert_eq!(first.amount, Some(Money::idr(10_000)));
    assert_eq!(client.capture(&capture, CallOptions::default()).await.unwrap(), first, "it is made once");
    let mut refund = RefundRequest {
        original: original.clone(),
        partner_refund_no: PartnerRefundNo::new("refund-1").unwrap(),
        amount: Some(Money::idr(4_000)),
        reason: Some("one was cold".into()),
    };
    let refunded = client.refund_captured(&refund, CallOptions::default()).await.unwrap();
    assert_eq!(refunded.amount, Some(Money::idr(4_000)));
    (refund.partner_refund_no, refund.amount) = (PartnerRefundNo::new("refund-2").unwrap(), None);
    let rest = client.refund_captured(&refund, CallOptions::default()).await.unwrap();
    assert_eq!(rest.amount, Some(Money::idr(6_000)));
    let known = asked(&original).await;
    assert_eq!((known.status, known.refund_history.len()), (TransactionStatus::Refunded, 2));
    assert!(!known.is_given_back());

    let original = reserved("order-2").await;
    let void = VoidRequest {
        original: original.clone(),
        merchant_id: merchant_id.clone(),
        partner_void_no: PartnerResolutionNo::new("void-1").unwrap(),
        reason: None,
    };
    let voided = client.void(&void, CallOptions::default()).await.unwrap();
    assert_eq!(voided.amount, Some(Money::idr(10_000)));
    assert!(asked(&original).await.is_given_back());
    let late = client.capture(&CaptureRequest { original, ..capture }, CallOptions::default()).await;
    assert_eq!(late.unwrap_err().case(), Some(Case::TransactionNotPermitted));
    assert_eq!(balance(&gateway, &Account::Wallet(customer_id(HAPPY))).await, Money::idr(10_000_000));
    gateway.finish().await;
}
