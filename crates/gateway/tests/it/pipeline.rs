//! The road of every client's call: which fault is reported first, and what each of them is called.

use crate::kit::{Call, Gateway, sample};
use lunas_snap::json::DEPTH_MAX;
use serde_json::{Value, json};

use crate::world::{NOW, Verdicts, gateway};

/// A call with all faults from number `first` on, in the order in which they are looked for.
fn faulty(gateway: &Gateway, first: usize) -> Call<'_> {
    let mut body = sample::payment("order-1");
    if first <= 10 {
        body["additionalInfo"] = json!({"customerDetails": {"phone": "08271939753"}});
    }
    if first <= 9 {
        body["payOptionDetails"][0]["transAmount"]["currency"] = json!("USD");
    }
    if first <= 8 {
        body.as_object_mut().unwrap().remove("partnerReferenceNo");
    }
    let mut call = gateway.pay(&body);
    if first <= 7 {
        call = call.header("X-SIGNATURE", "AAAA");
    }
    if first <= 6 {
        call = call.timestamp("2026-11-20T09:00:00+07:00");
    }
    if first <= 5 {
        call = call.header("Authorization", "Bearer unknown");
    }
    if first <= 4 {
        call = call.without("Authorization");
    }
    if first <= 3 {
        call = call.header("CHANNEL-ID", "1234");
    }
    if first <= 2 {
        call = call.without("X-EXTERNAL-ID");
    }
    if first <= 1 {
        call = call.body("{");
    }
    call
}

#[tokio::test]
async fn a_call_with_many_faults_is_told_of_the_first() {
    let gateway = gateway().await;
    let names = [
        "JSON",
        "a header is missing",
        "a header has a wrong format",
        "no token",
        "an unknown token",
        "a stale timestamp",
        "the signature",
        "a mandatory field",
        "a field's format",
        "a rule of business",
        "nothing",
    ];
    let mut verdicts = Verdicts::default();
    for (at, name) in names.into_iter().enumerate() {
        verdicts.note(name, &faulty(&gateway, at + 1).send().await);
    }
    insta::assert_snapshot!("pipeline_order", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn a_refusal_is_a_whole_answer() {
    let gateway = gateway().await;
    let refused = gateway.pay(&json!({})).exchange().await;
    insta::assert_snapshot!("pipeline_refusal", refused.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn every_header_has_its_say() {
    let gateway = gateway().await;
    let call = || gateway.status(&sample::original("none"));
    let mut verdicts = Verdicts::default();
    for name in ["X-TIMESTAMP", "X-EXTERNAL-ID", "X-PARTNER-ID", "CHANNEL-ID", "Authorization", "X-SIGNATURE"]
    {
        verdicts.note(&format!("without {name}"), &call().without(name).send().await);
        verdicts.note(&format!("blank {name}"), &call().header(name, " ").send().await);
    }
    let calls = [
        ("X-TIMESTAMP is no time", call().timestamp("2026-11-20")),
        ("CHANNEL-ID with letters", call().header("CHANNEL-ID", "9522a")),
        ("CHANNEL-ID with six digits", call().header("CHANNEL-ID", "952210")),
        ("X-EXTERNAL-ID of 128 characters", call().external_id(&"x".repeat(128))),
        ("X-EXTERNAL-ID of 129 characters", call().external_id(&"x".repeat(129))),
        ("Authorization is not a bearer's", call().header("Authorization", "Basic YTpi")),
        ("Authorization has no token", call().header("Authorization", "Bearer")),
        ("901 seconds old", call().timestamp("2026-11-20T09:44:59+07:00")),
        ("900 seconds old", call().timestamp("2026-11-20T09:45:00+07:00")),
        ("900 seconds ahead", call().timestamp("2026-11-20T10:15:00+07:00")),
        ("901 seconds ahead", call().timestamp("2026-11-20T10:15:01+07:00")),
        ("text/plain", call().header("Content-Type", "text/plain")),
        ("Application/JSON; charset=UTF-8", call().header("Content-Type", "Application/JSON; charset=UTF-8")),
    ];
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("pipeline_headers", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn every_form_of_a_timestamp_is_taken() {
    let gateway = gateway().await;
    let check = async |timestamp: &str, code: &str| {
        let answer = gateway.status(&sample::original("none")).timestamp(timestamp).send().await;
        assert_eq!(answer.code(), code, "{timestamp}: {}", answer.verdict());
    };
    for good in [
        NOW,
        "2026-11-20T03:00:00Z",
        "2026-11-20T03:00:00.1Z",
        "2026-11-20T03:00:00.123Z",
        "2026-11-20T03:00:00.123456Z",
        "2026-11-20T03:00:00.123456789Z",
        "2026-11-20T03:00:00+00:00",
        "2026-11-20T10:00:00+0700",
        "2026-11-20T10:00:00+07",
        "2026-11-19T20:00:00-07:00",
        "2026-11-20 10:00:00+07:00",
        "2026-11-20T10:00:00",
        "2026-11-20 10:00:00",
    ] {
        check(good, "4045501").await;
    }
    for bad in [
        "2026-11-20",
        "10:00:00",
        "1795143600",
        "2026-13-20T10:00:00Z",
        "2026-11-20T10:00:00+7",
        "20/11/2026",
    ] {
        check(bad, "4005501").await;
    }
    gateway.finish().await;
}

fn nested(depth: usize) -> String {
    // The body and the object around it are two levels.
    let inner = depth - 2;
    format!(r#"{{"originalReferenceNo":"none","x":{{"y":{}1{}}}}}"#, "[".repeat(inner), "]".repeat(inner))
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused_by_name() {
    let gateway = gateway().await;
    let call = |body: &str| gateway.status(&Value::Null).body(body);
    let limit = gateway.app.config.server.body_max_bytes;
    let message = r#"{"originalReferenceNo":"none"}"#;
    let padded = |length: usize| format!("{message}{}", " ".repeat(length - message.len()));
    let calls = [
        ("no body", call("")),
        ("blanks", call(" \n")),
        ("not JSON", call("originalReferenceNo=1")),
        ("breaks off", call(r#"{"originalReferenceNo":"#)),
        ("something after the end", call(r#"{"originalReferenceNo":"none"} x"#)),
        ("a key twice", call(r#"{"originalReferenceNo":"none","originalReferenceNo":"other"}"#)),
        ("a key twice, escaped once", call(r#"{"a":{"b":1,"\u0062":2}}"#)),
        ("a byte order mark", call("\u{feff}{}")),
        ("an array", call(r#"[{"originalReferenceNo":"none"}]"#)),
        ("a text", call(r#""none""#)),
        ("null", call("null")),
        ("the deepest that may be", call(&nested(DEPTH_MAX))),
        ("deeper than may be", call(&nested(DEPTH_MAX + 1))),
        ("the largest that may be", call(&padded(limit))),
        ("larger than may be", call(&padded(limit + 1))),
        ("not UTF-8", gateway.status(&Value::Null).body(b"{\"originalReferenceNo\":\"\xff\"}".to_vec())),
    ];
    let mut verdicts = Verdicts::default();
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("pipeline_bodies", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn roads_that_are_not_there() {
    let gateway = gateway().await;
    let call = || gateway.status(&sample::original("none"));
    let mut verdicts = Verdicts::default();
    for path in ["/v1.0/nothing", "/v1.0/", "/v1.0/debit/status/", "/v1.0/debit/notify", "/v1.0/DEBIT/STATUS"]
    {
        verdicts.note(path, &call().path(path).send().await);
    }
    for method in ["GET", "PUT", "DELETE"] {
        let answer = call().method(method).send().await;
        assert_eq!(answer.headers["allow"], "POST");
        verdicts.note(method, &answer);
    }
    insta::assert_snapshot!("pipeline_roads", verdicts.as_str());
    assert_eq!(call().path("/v2.0/debit/status").send().await.status, 404);
    gateway.finish().await;
}
