//! Access token B2B (73): who gets one, how long it is good for, and what is said to the others.

use std::time::Duration;

use crate::kit::{Gateway, sample};
use lunas_gateway::keys;
use lunas_snap::signature::{SigningKey, token_text};
use lunas_vocab::ClientId;

use crate::world::{NOW, Verdicts, gateway, now};

fn another_key() -> SigningKey {
    SigningKey::from_pkcs8_der(&keys::generate_rsa().unwrap()).unwrap()
}

fn signature_by(gateway: &Gateway, key: &SigningKey) -> String {
    key.sign(&token_text(&gateway.merchant.client_id, NOW))
}

#[tokio::test]
async fn a_client_that_proves_its_key_gets_a_token() {
    let gateway = gateway().await;
    let documented = gateway.token_request().exchange().await;
    insta::assert_snapshot!("token_granted", documented.render(&gateway));
    let as_sdks_do = gateway.token_request().body(r#"{"grant_type":"client_credentials"}"#).send().await;
    assert_eq!(as_sdks_do.code(), "2007300");
    gateway.finish().await;
}

#[tokio::test]
async fn a_refusal_names_what_is_wrong_and_a_trace() {
    let gateway = gateway().await;
    let refused = gateway.token_request().header("X-SIGNATURE", "AAAA").exchange().await;
    insta::assert_snapshot!("token_refused", refused.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn every_fault_of_a_token_request_has_its_code() {
    let gateway = gateway().await;
    let request = || gateway.token_request();
    let unregistered = signature_by(&gateway, &another_key());
    let other_client = token_text("G9-SNAP", NOW);
    let other_client = gateway.merchant.private_key.sign(&other_client);
    let calls = [
        ("a key that is not registered", request().header("X-SIGNATURE", &unregistered)),
        (
            "a client that is not registered",
            request().header("X-CLIENT-KEY", "G9-SNAP").header("X-SIGNATURE", &other_client),
        ),
        ("an unusable client id", request().header("X-CLIENT-KEY", &"x".repeat(65))),
        (
            "signed for another time",
            request().timestamp(NOW).header("X-TIMESTAMP", "2026-11-20T10:00:01+07:00"),
        ),
        ("901 seconds old", request().timestamp(&now().minus(Duration::from_secs(901)).to_snap())),
        ("901 seconds ahead", request().timestamp(&now().plus(Duration::from_secs(901)).to_snap())),
        ("900 seconds old", request().timestamp(&now().minus(Duration::from_secs(900)).to_snap())),
        ("without X-CLIENT-KEY", request().without("X-CLIENT-KEY")),
        ("without X-TIMESTAMP", request().without("X-TIMESTAMP")),
        ("without X-SIGNATURE", request().without("X-SIGNATURE")),
        ("blank X-CLIENT-KEY", request().header("X-CLIENT-KEY", " ")),
        ("X-TIMESTAMP is no time", request().timestamp("now")),
        ("X-SIGNATURE is no base64", request().header("X-SIGNATURE", "%%%")),
        ("another grant", request().body(r#"{"grantType":"authorization_code"}"#)),
        ("no grant", request().body("{}")),
        ("a grant that is no text", request().body(r#"{"grantType":1}"#)),
        ("not JSON", request().body("grantType=client_credentials")),
        ("no body", request().body("")),
        ("a form", request().header("Content-Type", "application/x-www-form-urlencoded")),
        ("JSON with a charset", request().header("Content-Type", "application/json; charset=utf-8")),
        ("without Content-Type", request().without("Content-Type")),
        ("another method", request().method("GET").body("")),
    ];
    let mut verdicts = Verdicts::default();
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("token_faults", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn any_active_key_will_do_and_a_revoked_one_will_not() {
    let gateway = gateway().await;
    let client = ClientId::new(gateway.merchant.client_id.clone()).unwrap();
    let second = another_key();
    let fingerprint = gateway.operator().public_key_add(&client, &second.public_pem()).await.unwrap();
    gateway.operated();
    let by_second =
        || gateway.token_request().timestamp(NOW).header("X-SIGNATURE", &signature_by(&gateway, &second));
    assert_eq!(gateway.token_request().send().await.code(), "2007300");
    assert_eq!(by_second().send().await.code(), "2007300");

    gateway.operator().public_key_revoke(&client, &fingerprint).await.unwrap();
    gateway.operated();
    assert_eq!(by_second().send().await.verdict(), "4017300 Unauthorized. Signature");
    assert_eq!(gateway.token_request().send().await.code(), "2007300");
    gateway.finish().await;
}

#[tokio::test]
async fn any_active_secret_will_do_and_a_revoked_one_will_not() {
    let gateway = gateway().await;
    let client = ClientId::new(gateway.merchant.client_id.clone()).unwrap();
    let registered = gateway.app.store.client_find(&client).await.unwrap().unwrap();
    let second = gateway.operator().secret_add(&client).await.unwrap();
    gateway.operated();
    let unknown = sample::original("none");
    let by_first = || gateway.status(&unknown);
    let by_second = || gateway.status(&unknown).secret(second.expose());
    assert_eq!(by_first().send().await.code(), "4045501");
    assert_eq!(by_second().send().await.code(), "4045501");

    gateway.operator().secret_revoke(&client, &registered.secrets[0].id).await.unwrap();
    gateway.operated();
    assert_eq!(by_first().send().await.verdict(), "4015500 Unauthorized. Signature");
    assert_eq!(by_second().send().await.code(), "4045501");
    gateway.finish().await;
}

#[tokio::test]
async fn a_token_is_good_for_fifteen_minutes() {
    let gateway = gateway().await;
    let token = gateway.token().await;
    let call = || async { gateway.status(&sample::original("none")).token(&token).send().await.verdict() };
    gateway.advance(Duration::from_secs(899)).await;
    assert_eq!(call().await, "4045501 Transaction Not Found");
    gateway.advance(Duration::from_secs(1)).await;
    assert_eq!(call().await, "4015501 Invalid Token (B2B). it expired at 2026-11-20T10:15:00+07:00");
    gateway.finish().await;
}

#[tokio::test]
async fn a_token_of_another_maker_or_with_a_changed_part_is_refused() {
    let gateway = gateway().await;
    let token = gateway.token().await;
    let check = async |token: &str| {
        let answer = gateway.status(&sample::original("none")).token(token).send().await;
        let verdict = answer.verdict();
        let (bare, more) = verdict.split_at("4015501 Invalid Token (B2B)".len());
        assert_eq!(bare, "4015501 Invalid Token (B2B)", "{token}: {verdict}");
        // What its form gives away is said; nothing is said of any other.
        let ends_well = more.is_empty() || more.ends_with("; get one by POST /v1.0/access-token/b2b");
        assert!(ends_well, "{token}: {verdict}");
    };
    let (signed, tag) = token.rsplit_once('.').unwrap();
    let (_, claims) = signed.split_once('.').unwrap();
    check("x").await;
    check(&token[..token.len() - 1]).await;
    check(&format!("{signed}.")).await;
    check(&format!("{signed}x.{tag}")).await;
    // The header that says "no signature needed".
    check(&format!("eyJhbGciOiJub25lIn0.{claims}.")).await;
    check(&format!("eyJhbGciOiJub25lIn0.{claims}.{tag}")).await;
    gateway.finish().await;
}
