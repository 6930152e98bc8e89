//! Signatures of transaction calls: every way real clients make them is accepted, everything else is not.

use lunas_testkit::{Hashed, sample};

use crate::world::{Verdicts, gateway};

const PRETTY: &str = r#"{
  "partnerReferenceNo": "order-1",
  "chargeToken": "",
  "urlParam": [ { "url": "https://shop.example/cb?x=1&y=2", "type": "PAY_RETURN", "isDeeplink": "N" } ],
  "payOptionDetails": [
    { "payMethod": "GOPAY", "payOption": "GOPAY", "transAmount": { "value": "1500", "currency": "IDR" } }
  ],
  "additionalInfo": { "items": [
    { "name": "Kopi susu é", "quantity": 1.0, "price": { "value": "1500", "currency": "IDR" } }
  ] }
}
"#;

/// As PHP sends it: every slash and everything beyond ASCII escaped.
fn as_php_sends() -> String {
    minified().replace('/', r"\/").replace('é', r"\u00e9")
}

/// As PHP signs it, which is how everybody else sends it.
fn minified() -> String {
    let mut is_inside = false;
    PRETTY
        .chars()
        .filter(|c| {
            is_inside ^= *c == '"';
            is_inside || !c.is_whitespace()
        })
        .collect()
}

#[tokio::test]
async fn every_way_in_which_clients_sign_is_accepted() {
    let gateway = gateway().await;
    let call = || gateway.pay(&sample::payment("order-1"));
    let token = gateway.token().await;
    let calls = [
        ("minified", call()),
        ("pretty-printed, minified hash", call().body(PRETTY)),
        ("pretty-printed, raw hash", call().body(PRETTY).hashed(Hashed::Raw)),
        (
            "escaped as PHP does, hash unescaped",
            call().body(as_php_sends()).hashed(Hashed::Other(minified().into())),
        ),
        ("escaped as PHP does, hash escaped", call().body(as_php_sends())),
        ("hexadecimal signature", call().hex_signature()),
        ("lower-case bearer", call().header("Authorization", &format!("bearer {token}"))),
        ("upper-case bearer, two blanks", call().header("Authorization", &format!("BEARER  {token}"))),
        (
            "an empty X-DEVICE-ID before the full one",
            call().header_line("X-Device-id", "phone").header_line("X-DEVICE-ID", ""),
        ),
        ("an empty X-PARTNER-ID before the full one", call().header_line("X-PARTNER-ID", "")),
        ("another X-PARTNER-ID", call().header("X-PARTNER-ID", "whatever")),
        ("a query in the path", call().path("/v1.0/debit/payment-host-to-host?a=1")),
        ("SDK extras", call().header("debug-id", "").header("Accept", "application/json")),
    ];
    let mut verdicts = Verdicts::default();
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("signatures_accepted", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn a_signature_over_anything_else_is_refused() {
    let gateway = gateway().await;
    let call = || gateway.pay(&sample::payment("order-1"));
    let old_token = gateway.token().await;
    let new_token = gateway.token_request().send().await.text_at("/accessToken");
    let without_inner_blanks: String = PRETTY.split_whitespace().collect();
    let calls = [
        (
            "blanks inside texts taken out",
            call().body(PRETTY).hashed(Hashed::Other(without_inner_blanks.into())),
        ),
        ("another body", call().hashed(Hashed::Other(b"{}".to_vec()))),
        ("no body", call().hashed(Hashed::Other(Vec::new()))),
        ("another method", call().signed_method("PUT")),
        ("another path", call().signed_path("/v1.0/debit/status")),
        ("a query that was not sent", call().signed_path("/v1.0/debit/payment-host-to-host?a=1")),
        (
            "a query that was not signed",
            call()
                .path("/v1.0/debit/payment-host-to-host?a=1")
                .signed_path("/v1.0/debit/payment-host-to-host"),
        ),
        (
            "another token of the same client",
            call().token(&old_token).header("Authorization", &format!("Bearer {new_token}")),
        ),
        ("another secret", call().secret("fdppqbF5wq7vVegyvsV1CROMv646nJ7A")),
        ("another time", call().header("X-TIMESTAMP", "2026-11-20T10:00:01+07:00")),
        ("the same time, spelled otherwise", call().header("X-TIMESTAMP", "2026-11-20T03:00:00Z")),
        ("no signature", call().without("X-SIGNATURE")),
        ("an empty signature", call().header("X-SIGNATURE", "")),
        ("no base64", call().header("X-SIGNATURE", "***")),
        ("a short signature", call().header("X-SIGNATURE", "AAAA")),
    ];
    let mut verdicts = Verdicts::default();
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("signatures_refused", verdicts.as_str());
    gateway.finish().await;
}
