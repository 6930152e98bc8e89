//! Linked accounts: binding (07), inquiry (08), unbinding (09) and what the merchant is told of them (88).

use std::time::Duration;

use crate::kit::{Answer, Gateway, Merchant, Reply, sample, until};
use serde_json::{Value, json};

use crate::world::{Verdicts, gateway};

/// Customers of the sandbox: in good order, with pay-later, blocked.
pub(crate) const HAPPY: &str = "+628215023424";
pub(crate) const LATER: &str = "+628103001242";
pub(crate) const BLOCKED: &str = "+628271939753";

/// A customer's consent to the sandbox's merchant, as its code.
pub(crate) async fn consented(gateway: &Gateway, phone: &str) -> String {
    gateway.control_with("/links", &json!({"phone": phone})).await.text_at("/authCode")
}

/// Links a customer's account and takes the notification; gives the account's token.
pub(crate) async fn linked(gateway: &Gateway, phone: &str) -> String {
    let code = consented(gateway, phone).await;
    let bound = bind(gateway, &code).await;
    assert_eq!(bound.code(), "2000700", "{}", bound.verdict());
    let token = bound.text_at("/accessTokenInfo/accessToken");
    assert_eq!(told(gateway).await, (token.clone(), "ENABLED Account linked".to_owned()));
    token
}

async fn bind(gateway: &Gateway, code: &str) -> Answer {
    gateway.bind(&sample::binding(&gateway.credentials.payment_handle, code)).send().await
}

async fn unbind(gateway: &Gateway, token: &str) -> Answer {
    gateway.unbind(token, &sample::unbinding(&gateway.credentials.payment_handle)).send().await
}

/// Whose token the next notification is about, and what it says.
pub(crate) async fn told(gateway: &Gateway) -> (String, String) {
    let notification = gateway.receiver.next().await;
    assert_eq!(notification.path, "/shop/v1.0/registration-account/notify");
    let key = &gateway.credentials.notification_public_key;
    assert!(notification.is_signed_for("/v1.0/registration-account/notify", key));
    let part = |name: &str| notification.text_at(&format!("/additionalInfo/{name}"));
    assert_eq!((part("merchantId").as_str(), part("paymentType").as_str()), ("G000000001", "gopay"));
    (part("accessToken"), format!("{} {}", part("accountStatus"), part("statusMessage")))
}

async fn handle_of(gateway: &Gateway, merchant: &Merchant) -> String {
    let id = merchant.id.parse().unwrap();
    gateway.app.store.merchant_find(&id).await.unwrap().unwrap().payment_handle
}

#[tokio::test]
async fn an_account_is_linked_asked_after_and_unlinked() {
    let gateway = gateway().await;
    let code = consented(&gateway, LATER).await;
    let exchange =
        gateway.bind(&sample::binding(&gateway.credentials.payment_handle, &code)).exchange().await;
    insta::assert_snapshot!("link_bound", exchange.render(&gateway));
    let token = exchange.answer.text_at("/accessTokenInfo/accessToken");
    insta::assert_snapshot!("link_bound_notification", gateway.receiver.next().await.render(&gateway));
    insta::assert_snapshot!("link_inquired", gateway.account(&token).exchange().await.render(&gateway));
    let body = sample::unbinding(&gateway.credentials.payment_handle);
    insta::assert_snapshot!("link_unbound", gateway.unbind(&token, &body).exchange().await.render(&gateway));
    insta::assert_snapshot!("link_unbound_notification", gateway.receiver.next().await.render(&gateway));
    let gone = gateway.account(&token).send().await;
    assert_eq!(gone.verdict(), "4010802 Invalid Customer Token");
    gateway.finish().await;
}

#[tokio::test]
async fn a_code_is_good_once_for_its_merchant_and_for_ten_minutes() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    let handle = gateway.credentials.payment_handle.clone();
    let code = consented(&gateway, HAPPY).await;
    let body = sample::binding(&handle, &code);

    let other = gateway.add_merchant("G2", None).await;
    let others = handle_of(&gateway, &other).await;
    let theirs = sample::binding(&others, &code);
    verdicts.note("another merchant's", &gateway.bind_as(&other, &theirs).send().await);
    verdicts.note("in another's name", &gateway.bind(&theirs).send().await);
    let mut check = async |what: &str, name: &str, value: Value| {
        let mut body = body.clone();
        body[name] = value;
        verdicts.note(what, &gateway.bind(&body).send().await);
    };
    check("no code", "authCode", Value::Null).await;
    check("no merchant", "merchantId", json!("")).await;
    check("no grant", "grantType", Value::Null).await;
    check("another grant", "grantType", json!("REFRESH_TOKEN")).await;
    check("the MID instead of the handle", "merchantId", json!("G000000001")).await;
    check("a code too long", "authCode", json!("x".repeat(257))).await;
    check("an unknown code", "authCode", json!("none")).await;

    let first = gateway.bind(&body).external_id("bind-1").send().await;
    verdicts.note("the code", &first);
    verdicts.note("the same call", &gateway.bind(&body).external_id("bind-1").send().await);
    verdicts.note("the code again", &gateway.bind(&body).send().await);

    let replaced = consented(&gateway, HAPPY).await;
    let newer = consented(&gateway, HAPPY).await;
    verdicts.note("a replaced code", &bind(&gateway, &replaced).await);
    gateway.advance(Duration::from_secs(600)).await;
    verdicts.note("an expired code", &bind(&gateway, &newer).await);
    insta::assert_snapshot!("link_codes", verdicts.as_str());
    assert_eq!(told(&gateway).await.1, "ENABLED Account linked");
    gateway.finish().await;
}

#[tokio::test]
async fn a_token_is_one_merchants_and_ends_with_its_link() {
    let gateway = gateway().await;
    let token = linked(&gateway, HAPPY).await;
    let other = gateway.add_merchant("G2", None).await;
    let others = handle_of(&gateway, &other).await;
    let mut verdicts = Verdicts::default();
    verdicts.note("inquiry by another merchant", &gateway.account_as(&other, &token).send().await);
    let by_other = gateway.unbind_as(&other, &token, &sample::unbinding(&others)).send().await;
    verdicts.note("unbinding by another merchant", &by_other);
    let misnamed = gateway.unbind(&token, &sample::unbinding(&others)).send().await;
    verdicts.note("unbinding in another's name", &misnamed);
    verdicts.note("unbinding in nobody's name", &gateway.unbind(&token, &json!({})).send().await);
    let bare = gateway.account(&token).without("Authorization-Customer");
    verdicts.note("inquiry without a token", &bare.send().await);
    let swap = json!({"additionalInfo": {"accountId": "00000269-7836-49e5-bc65-e592afafec14"}});
    let swap = gateway.account(&token).body(swap.to_string()).without("Authorization-Customer");
    verdicts.note("inquiry by an older API's id", &swap.send().await);
    for wrong in [format!("{token}x"), token.replace('.', "A."), "none".to_owned(), gateway.token().await] {
        assert_eq!(gateway.account(&wrong).send().await.code(), "4010802", "{wrong}");
    }
    let empty = gateway.account(&token).body("").send().await;
    verdicts.note("inquiry with an empty body", &empty);
    let code = consented(&gateway, HAPPY).await;
    let again = bind(&gateway, &code).await;
    assert_eq!(again.text_at("/accessTokenInfo/accessToken"), token, "linked anew while linked");
    assert_eq!(told(&gateway).await.1, "ENABLED Account linked");

    let body = sample::unbinding(&gateway.credentials.payment_handle);
    let unbound = gateway.unbind(&token, &body).external_id("unbind-1").send().await;
    verdicts.note("unbinding", &unbound);
    let same = gateway.unbind(&token, &body).external_id("unbind-1").send().await;
    verdicts.note("the same call", &same);
    verdicts.note("unbinding again", &unbind(&gateway, &token).await);
    verdicts.note("inquiry afterwards", &gateway.account(&token).send().await);
    insta::assert_snapshot!("link_tokens", verdicts.as_str());
    assert_eq!(told(&gateway).await, (token.clone(), "DISABLED Account unlinked".to_owned()));

    let renewed = linked(&gateway, HAPPY).await;
    assert_ne!(renewed, token, "unlinking ends a token for good");
    assert_eq!(gateway.account(&token).send().await.code(), "4010802");
    let cause = "?cause=phone-changed";
    let gone = gateway.control_delete(&format!("/links/{HAPPY}{cause}")).await;
    assert_eq!(gone.text_at("/accountStatus"), "DISABLED");
    assert_eq!(told(&gateway).await, (renewed, "DISABLED User changed phone number".to_owned()));
    assert_eq!(gateway.control_delete(&format!("/links/{HAPPY}")).await.status, 409);
    assert_eq!(gateway.control_delete("/links/+6281234567890").await.status, 404);
    gateway.finish().await;
}

#[tokio::test]
async fn an_inquiry_says_what_the_account_can_pay_with_and_every_time_under_new_tokens() {
    let gateway = gateway().await;
    let check = async |phone: &str, expected: &str| {
        let token = linked(&gateway, phone).await;
        let options = |answer: &Answer| {
            let options = answer.json().pointer("/additionalInfo/paymentOptions").cloned().unwrap();
            let options = options.as_array().unwrap().clone();
            options.into_iter().map(|mut option| (option["token"].take(), option)).collect::<Vec<_>>()
        };
        let first = gateway.account(&token).send().await;
        assert_eq!(first.text_at("/additionalInfo/accessToken"), token);
        let (first, second) = (options(&first), options(&gateway.account(&token).send().await));
        let seen: Vec<_> = first.iter().map(|(_, option)| option.to_string()).collect();
        assert_eq!(seen.join("\n"), expected, "{phone}");
        for ((first, _), (second, _)) in first.iter().zip(&second) {
            assert_ne!(first, second, "tokens of options rotate");
        }
    };
    check(
        HAPPY,
        r#"{"active":true,"balance":{"currency":"IDR","value":10000000},"name":"GOPAY_WALLET","token":null}"#,
    )
    .await;
    check(
        LATER,
        "{\"active\":true,\"balance\":{\"currency\":\"IDR\",\"value\":0},\"name\":\"GOPAY_WALLET\",\"token\":null}\n\
         {\"active\":true,\"balance\":{\"currency\":\"IDR\",\"value\":5000000},\"name\":\"PAY_LATER\",\"token\":null}",
    )
    .await;
    check(BLOCKED, r#"{"active":false,"balance":{"currency":"IDR","value":10000000},"name":"GOPAY_WALLET","token":null}"#)
        .await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_merchant_that_is_away_is_not_told_and_asks_instead() {
    let gateway = gateway().await;
    gateway.receiver.answer(Reply::Status(500));
    let code = consented(&gateway, HAPPY).await;
    let token = bind(&gateway, &code).await.text_at("/accessTokenInfo/accessToken");
    for _ in 0..3 {
        assert_eq!(told(&gateway).await.0, token);
        gateway.advance(Duration::from_millis(80)).await;
    }
    assert_eq!(told(&gateway).await.0, token);
    assert_eq!(gateway.account(&token).send().await.code(), "2000800");
    gateway.receiver.answer(Reply::Status(204));
    let id = until("the notification to be given up", || async {
        let listed = gateway.get("/sandbox/v1/notifications").await;
        let is_parked = listed.text_at("/notifications/0/state") == "parked";
        is_parked.then(|| listed.text_at("/notifications/0/id"))
    })
    .await;
    assert_eq!(gateway.control(&format!("/notifications/{id}/resend")).await.status, 200);
    assert_eq!(told(&gateway).await.0, token, "any 2xx will do");
    gateway.finish().await;
}
