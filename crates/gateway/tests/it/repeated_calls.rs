//! Whether a call is the first one again is told from what it says, not from how it is spelled, and whoever says
//! something else under its id is told what.

use std::fmt::Write as _;

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::fingerprint::CREDENTIALS;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::codes::{call, right_body};
use crate::linked_payment::Account;
use crate::linking::HAPPY;
use crate::world::gateway;

/// Every service whose first answer is given again.
const REPEATED: [Service; 13] = [
    Service::DebitPayment,
    Service::DebitCancel,
    Service::DebitRefund,
    Service::QrGenerate,
    Service::QrCancel,
    Service::QrRefund,
    Service::VaCreate,
    Service::VaDelete,
    Service::VaPayment,
    Service::AuthPayment,
    Service::AuthCapture,
    Service::AuthVoid,
    Service::AuthRefund,
];

async fn sent(gateway: &Gateway, service: Service, body: &Value, text: String) -> Answer {
    call(gateway, service, body).body(text).external_id("call-1").send().await
}

#[tokio::test]
async fn r6_a_call_is_the_same_however_it_is_spelled() {
    for service in REPEATED {
        let gateway = gateway().await;
        let body = right_body(&gateway, service).await;
        let first = sent(&gateway, service, &body, body.to_string()).await;
        assert_eq!(first.status, 200, "{service:?} {}", first.verdict());
        for text in [
            serde_json::to_string_pretty(&body).unwrap(),
            backwards(&body),
            body.to_string().replace("/", "\\/"),
            respelled_amounts(&body, "10000.00", "10000").to_string(),
            respelled_amounts(&body, "4000", "4000.00").to_string(),
            renewed_credentials(&body).to_string(),
        ] {
            let again = sent(&gateway, service, &body, text.clone()).await;
            assert_eq!(again.body, first.body, "{service:?} {text} {}", again.verdict());
        }
        gateway.finish().await;
    }
}

/// An object with its members in the other order, all the way down.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().rev();
            let members = members.map(|(name, value)| format!("{}:{}", json!(name), backwards(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(backwards).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn respelled_amounts(body: &Value, from: &str, to: &str) -> Value {
    changed(body, &|name, value| {
        if name == "value" && *value == json!(from) { json!(to) } else { value.clone() }
    })
}

/// What a merchant has after it fetched new tokens. Only its first call under the id looked at the old ones.
fn renewed_credentials(body: &Value) -> Value {
    changed(body, &|name, value| {
        let is_credential = CREDENTIALS.contains(&name) && *value != json!("");
        if is_credential { json!(format!("{}x", value.as_str().unwrap())) } else { value.clone() }
    })
}

fn changed(value: &Value, change: &dyn Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), changed(&change(name, value), change)))
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(|value| changed(value, change)).collect()),
        other => other.clone(),
    }
}

/// A charge on a linked account, made again with the tokens that a new inquiry gave.
#[tokio::test]
async fn r6_a_fresh_charge_token_makes_no_other_call() {
    let gateway = gateway().await;
    let account = Account::link(&gateway, HAPPY).await;
    let body = account.payment("order-1", "10000.00");
    let pay =
        async |body: &Value| gateway.pay(body).customer(&account.token).external_id("call-1").send().await;
    let first = pay(&body).await;
    assert_eq!(first.code(), "2005400", "{}", first.verdict());
    gateway.advance(std::time::Duration::from_secs(60)).await;
    let renewed = account.again(&gateway).await.payment("order-1", "10000");
    assert_ne!(renewed, body, "the inquiry gives new tokens");
    assert_eq!(pay(&renewed).await.body, first.body);

    let mut by_redirect = sample::payment("order-2");
    by_redirect["chargeToken"] = json!(gateway.token().await);
    let first = gateway.pay(&by_redirect).external_id("call-2").send().await;
    by_redirect["chargeToken"] = json!("another token");
    let again = gateway.pay(&by_redirect).external_id("call-2").send().await;
    assert_eq!(again.body, first.body, "{}", again.verdict());
    gateway.all_told().await;
    gateway.finish().await;
}

#[tokio::test]
async fn r6_another_call_under_the_id_is_told_which_member_differs() {
    let mut table = String::new();
    for service in REPEATED {
        let gateway = gateway().await;
        let body = right_body(&gateway, service).await;
        sent(&gateway, service, &body, body.to_string()).await;
        for pointer in members(&body) {
            let mut other = body.clone();
            let member = other.pointer_mut(&pointer).unwrap();
            *member = another(&pointer, member);
            let answer = sent(&gateway, service, &body, other.to_string()).await;
            let _ = writeln!(table, "{} {pointer:<70} {}", service.code(), answer.verdict());
        }
        let mut more = body.clone();
        more["remark"] = json!("x");
        let answer = sent(&gateway, service, &body, more.to_string()).await;
        let _ = writeln!(table, "{} {:<70} {}", service.code(), "/remark", answer.verdict());
        gateway.finish().await;
    }
    insta::assert_snapshot!("r6_members", table);
}

/// Every member that has no parts, by its pointer.
fn members(value: &Value) -> Vec<String> {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => return vec![String::new()],
    };
    let inner = |(name, value): (String, &Value)| {
        members(value).into_iter().map(move |rest| format!("/{name}{rest}"))
    };
    parts.into_iter().filter(|(name, _)| name != "customer token").flat_map(inner).collect()
}

/// Another value of the same kind.
fn another(pointer: &str, value: &Value) -> Value {
    match value.as_str() {
        Some(amount) if pointer.ends_with("/value") => json!(amount.replacen("000", "001", 1)),
        Some(date) if pointer.ends_with("DateTime") => json!(date.replace("2020", "2021")),
        Some(text) => json!(format!("{text}9")),
        None => json!(9),
    }
}
