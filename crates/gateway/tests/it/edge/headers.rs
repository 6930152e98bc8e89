//! Headers as clients really send them: what means one thing is taken, and what does not is told what is wrong with it.

use crate::kit::{Call, Gateway, sample};
use serde_json::{Value, json};

use crate::world::gateway;

/// The headers of a call, each of which is needed.
const HEADERS: [&str; 7] = [
    "X-TIMESTAMP",
    "X-EXTERNAL-ID",
    "X-PARTNER-ID",
    "CHANNEL-ID",
    "Authorization",
    "X-SIGNATURE",
    "Content-Type",
];

/// A call that is right and finds nothing.
async fn call(gateway: &Gateway) -> Call<'_> {
    gateway.status(&sample::original("none")).external_id("pesanan-1").token(&gateway.token().await)
}

/// What the call sends in that header.
async fn value_of(gateway: &Gateway, name: &str) -> String {
    let sent = call(gateway).await.exchange().await.request_headers;
    sent.into_iter().find(|(known, _)| known == name).unwrap().1
}

/// Whether a call is refused for what it sends in a header: with that code, and saying what is wrong.
async fn refused(call: Call<'_>, name: &str, code: &str, says: &str) {
    let answer = call.send().await;
    let message = answer.text_at("/responseMessage");
    assert!(answer.code() == code && message.contains(name), "{name}: {}", answer.verdict());
    assert!(message.contains(says), "{name}: {message}");
    for wrong in ["missing", "Mandatory", "not UTF-8"] {
        assert!(!message.contains(wrong), "{name}: {message}");
    }
}

#[tokio::test]
async fn r10_every_header_is_taken_in_each_form_that_means_one_thing() {
    let gateway = gateway().await;
    for name in HEADERS {
        let value = value_of(&gateway, name).await;
        let base = call(&gateway).await;
        for (what, call) in [
            ("padded", base.clone().header(name, &format!("  {value} "))),
            ("after an empty line", base.clone().header_line(name, " ")),
            ("twice the same", base.clone().header_line(name, &value)),
            ("in lower case", base.clone().without(name).header_line(&name.to_lowercase(), &value)),
        ] {
            let answer = call.send().await;
            assert_eq!(answer.code(), "4045501", "{name} {what}: {}", answer.verdict());
        }
    }
    let token = gateway.token().await;
    for scheme in ["bearer ", "BEARER ", "Bearer  ", "Bearer\t"] {
        let answer = call(&gateway).await.header("Authorization", &format!("{scheme}{token}")).send().await;
        assert_eq!(answer.code(), "4045501", "{scheme:?}: {}", answer.verdict());
    }
    gateway.finish().await;
}

#[tokio::test]
async fn r10_every_header_that_is_there_is_told_what_is_wrong_with_it() {
    let gateway = gateway().await;
    for name in HEADERS {
        let value = value_of(&gateway, name).await;
        let base = call(&gateway).await;
        let format = "4005501";
        refused(base.clone().header(name, &format!("{value}-é")), name, format, "'é' (U+00E9)").await;
        refused(base.clone().header(name, &format!("\u{feff}{value}")), name, format, "byte order mark")
            .await;
        refused(base.clone().header(name, &format!("{value}\u{a0}")), name, format, "U+00A0").await;
        let one_line = base.clone().header(name, &format!("{value}, {value}"));
        let two_lines = base.clone().header_line(name, "other");
        if name == "Content-Type" {
            refused(one_line, name, format, "two in one line; send it once, as application/json").await;
            refused(two_lines, name, format, "'other' is not read; send application/json").await;
        } else {
            refused(one_line, name, format, "twice in one line; send it once").await;
            refused(two_lines, name, format, "twice with different values; send it once").await;
        }
    }
    gateway.finish().await;
}

#[tokio::test]
async fn r10_a_body_that_is_wrapped_is_told_to_be_plain() {
    let gateway = gateway().await;
    let base = call(&gateway).await;
    let gzip = base.clone().body(b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec());
    let coded = gzip.clone().header("Content-Encoding", "gzip");
    refused(coded, "Content-Encoding", "4005501", "'gzip' is not read; send the body as plain JSON").await;
    refused(gzip, "gzip", "4005500", "send it as plain JSON").await;
    let utf16: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(base.clone().body(utf16), "UTF-16", "4005500", "send it in UTF-8").await;
    refused(base.clone().body("\u{feff}{}"), "byte order mark", "4005500", "send UTF-8 without it").await;
    gateway.finish().await;
}

#[tokio::test]
async fn r10_a_token_in_the_wrong_form_is_told_from_one_that_is_none() {
    let gateway = gateway().await;
    let token = gateway.token().await;
    let base = call(&gateway).await;
    let check = async |sent: &str, code: &str, says: &str| {
        let call = base.clone().header("Authorization", sent);
        let answer = call.send().await;
        let message = answer.text_at("/responseMessage");
        assert!(answer.code() == code && message.contains(says), "{sent}: {}", answer.verdict());
        assert!(!message.contains("missing") && !message.contains(&token), "{message}");
    };
    check(&token, "4015500", "Authorization lacks the word Bearer before the token").await;
    check("Bearer", "4015500", "no token behind the word Bearer").await;
    check("Basic YTpi", "4015500", "is of the scheme Basic; send Bearer and the token").await;
    check(&format!("Bearer Bearer {token}"), "4015501", "the word Bearer is there twice").await;
    check(&format!("Bearer \"{token}\""), "4015501", "in quotes or brackets").await;
    for cut in [token.len() - 1, token.len() - 42, token.len() - 60, 40, 10] {
        check(&format!("Bearer {}", &token[..cut]), "4015501", &format!("cut off, only {cut} characters"))
            .await;
    }
    // Of a token that only is another's, the published lists have these words and no more.
    let foreign = base.clone().header("Authorization", "Bearer 3f2a9c").send().await;
    assert_eq!(foreign.code(), "4015501");
    assert_eq!(foreign.text_at("/responseMessage"), "Invalid Token (B2B)");
    gateway.finish().await;
}

#[tokio::test]
async fn r10_a_customers_token_is_told_apart_as_well() {
    let gateway = gateway().await;
    let linked = gateway.control_with("/links", &json!({"phone": "+628103001242"})).await;
    let handle = &gateway.credentials.payment_handle;
    let bound = gateway.bind(&sample::binding(handle, &linked.text_at("/authCode"))).send().await;
    let token = bound.text_at("/accessTokenInfo/accessToken");
    let name = "Authorization-Customer";
    let unlinking = sample::unbinding(handle);
    let authorization = sample::authorization("order-1", "none");
    let check = async |sent: Option<&str>, digits: &str, says: &str| {
        let calls = [
            ("08", gateway.account(&token)),
            ("09", gateway.unbind(&token, &unlinking)),
            ("63", gateway.auth_payment(&token, &authorization)),
        ];
        for (service, call) in calls {
            let call = match sent {
                Some(sent) => call.header(name, sent),
                None => call.without(name),
            };
            let answer = call.send().await;
            let (status, case) = digits.split_at(3);
            assert_eq!(answer.code(), format!("{status}{service}{case}"), "{}", answer.verdict());
            assert!(answer.text_at("/responseMessage").contains(says), "{}", answer.verdict());
        }
    };
    check(None, "40102", "send Authorization-Customer with Bearer and the account's token").await;
    check(Some(&token), "40102", "Authorization-Customer lacks the word Bearer").await;
    check(Some("Bearer"), "40102", "no token behind the word Bearer").await;
    check(Some(&format!("Bearer {}", &token[..token.len() - 3])), "40102", "cut off").await;
    check(Some("Bearer none"), "40102", "Invalid Customer Token").await;
    check(Some(&format!("Bearer {token}é")), "40001", "'é' (U+00E9)").await;
    gateway.finish().await;
}

#[tokio::test]
async fn r10_an_order_alone_is_not_passed_over_in_silence() {
    let gateway = gateway().await;
    let body = |more: Value| {
        let mut body =
            json!({"originalPartnerReferenceNo": "order-1", "serviceCode": "54", "merchantId": "G000000001"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let amount = json!({"value": "10000.00", "currency": "IDR"});
    for (service, call) in [
        ("55", gateway.status(&body(json!({})))),
        ("57", gateway.cancel(&body(json!({})))),
        ("58", gateway.refund(&body(json!({"partnerRefundNo": "r-1", "refundAmount": amount})))),
        ("64", gateway.auth_query(&body(json!({})))),
    ] {
        let answer = call.send().await;
        assert_eq!(answer.code(), format!("400{service}02"), "{}", answer.verdict());
        let message = answer.text_at("/responseMessage");
        assert!(message.contains("originalReferenceNo or "), "{message}");
        assert!(message.ends_with("originalPartnerReferenceNo alone does not tell which it is"), "{message}");
    }
    gateway.finish().await;
}
