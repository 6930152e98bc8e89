//! Every answer of every service in the published documents, and the notification, member by member against
//! `answers.md`, both ways.

use std::collections::BTreeSet;
use std::time::Duration;

use lunas_snap::service::Service;
use lunas_testkit::{Answer, Call, sample};
use serde_json::{Value, json};

use super::sheet::{Member, sections};
use crate::pre_auth::{HAPPY, linked};
use crate::world::{gateway, with};

pub(super) const PAGE: &str = include_str!("answers.md");

/// The rows of a section.
fn members(title: &str) -> Vec<Member<'static>> {
    let sections = sections(PAGE);
    let rows = sections.get(title).unwrap_or_else(|| panic!("there is no section {title}"));
    rows.iter().map(|cells| Member::read(cells)).collect()
}

/// The values that stand at a path, through lists.
fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let within = |value: &'a Value| match value {
        Value::Array(elements) => elements.iter().collect(),
        other => vec![other],
    };
    let names = path.split('.').filter(|name| !name.is_empty());
    names.fold(vec![value], |found, name| {
        found.into_iter().flat_map(within).filter_map(|value| value.get(name)).collect()
    })
}

/// Every path in a value, lists passed through; what the merchant sent is not looked into.
fn paths(value: &Value, before: &str, members: &[Member<'_>], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
                let is_opaque = members.iter().any(|member| member.path == path && member.kind == "Any");
                if !is_opaque {
                    paths(value, &path, members, found);
                }
                found.insert(path);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                paths(element, before, members, found);
            }
        }
        _ => {}
    }
}

/// Compares what one service answered with its section.
fn check(title: &str, answers: &[Value]) {
    let members = members(title);
    let mut sent = BTreeSet::new();
    for answer in answers {
        paths(answer, "", &members, &mut sent);
    }
    let promised: BTreeSet<String> =
        members.iter().filter(|member| member.is_sent).map(|member| member.path.to_owned()).collect();
    let missing: Vec<_> = promised.difference(&sent).collect();
    let extra: Vec<_> = sent.difference(&promised).collect();
    assert!(missing.is_empty() && extra.is_empty(), "{title}: missing {missing:?}, without a row {extra:?}");
    for member in members.iter().filter(|member| member.is_sent) {
        for answer in answers {
            check_member(title, member, answer);
        }
    }
}

fn check_member(title: &str, member: &Member<'_>, answer: &Value) {
    let path = member.path;
    let values = at(answer, path);
    if member.is_mandatory {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let parents: usize =
            at(answer, parent).into_iter().map(|parent| parent.as_array().map_or(1, Vec::len)).sum();
        assert_eq!(values.len(), parents, "{title}: {path} is mandatory: {answer}");
    }
    for value in values {
        let kind = match value {
            Value::String(_) => "String",
            Value::Number(_) => "Number",
            Value::Object(_) => "Object",
            Value::Array(_) => "Array",
            Value::Null | Value::Bool(_) => "another",
        };
        assert!(member.kind == "Any" || member.kind == kind, "{title}: {path} is {value}");
        let length = value.as_str().map_or(0, |text| text.chars().count());
        assert!(member.length.is_none_or(|max| length <= max), "{title}: {path} has {length} characters");
    }
}

/// The body of a success, whose headers are those that every table of answers has.
async fn answered(call: Call<'_>) -> Value {
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.verdict());
    check_headers(&answer);
    answer.json()
}

fn check_headers(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-timestamp").len(), 25);
}

#[tokio::test]
async fn s1_the_answer_with_a_token_is_as_the_seed_has_it() {
    let gateway = gateway().await;
    check("73 access token", &[answered(gateway.token_request()).await]);
    let refused = gateway.token_request().header("X-SIGNATURE", "AAAA").send().await;
    check_headers(&refused);
    check("73 access token, refused", &[refused.json()]);
    gateway.finish().await;
}

#[tokio::test]
async fn s1_s10_answers_about_payments_and_their_notifications_are_as_the_seeds_have_them() {
    let gateway = gateway().await;
    let metadata = json!({"note": {"table": 7}});
    let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"metadata": metadata}));
    let opened = answered(gateway.pay(&body)).await;
    check("54 payment host to host", std::slice::from_ref(&opened));
    let reference_no = opened["referenceNo"].as_str().unwrap().to_owned();
    let status = async || answered(gateway.status(&sample::original(&reference_no))).await;
    let (mut told, mut answers) = (vec![gateway.receiver.next().await], vec![status().await]);
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    told.push(gateway.receiver.next().await);
    answers.push(status().await);
    for (number, value) in [("refund-1", "4000"), ("refund-2", "6000")] {
        let refund = gateway.refund(&sample::refund(&reference_no, number, value)).send().await;
        assert_eq!(refund.code(), "2005800", "{}", refund.verdict());
        told.push(gateway.receiver.next().await);
        answers.push(status().await);
    }
    for answer in &answers {
        assert_eq!(answer["additionalInfo"]["metadata"], metadata);
        for option in answer["additionalInfo"]["payOptionDetails"].as_array().unwrap() {
            assert_eq!(option["payOption"], option["payOptions"], "one option under both of its names");
        }
    }
    check("55 debit status", &answers);
    for notification in &told {
        for name in ["content-type", "x-timestamp", "x-signature", "x-partner-id", "x-external-id"] {
            assert_ne!(notification.header(name), "", "{name}");
        }
    }
    check("56 debit notification", &told.iter().map(|told| told.json()).collect::<Vec<_>>());
    gateway.finish().await;
}

#[tokio::test]
async fn s1_s7_answers_about_codes_are_as_the_seed_has_them() {
    let gateway = gateway().await;
    let metadata = json!({"kuy": "this", "Main": {"Main2": 2.50, "Main3": null}});
    let mut body = sample::qr("order-1");
    body["additionalInfo"]["metadata"] = metadata.clone();
    let code = gateway.qr_generate(&body).external_id("call-1").send().await.text_at("/referenceNo");
    gateway.receiver.next().await;
    let query = async |code: &str| answered(gateway.qr_query(&sample::qr_original(code))).await;
    let mut answers = vec![query(&code).await];
    gateway.control(&format!("/payments/{code}/pay")).await;
    gateway.receiver.next().await;
    answers.push(query(&code).await);
    gateway.qr_refund(&sample::qr_refund(&code, "refund-1", "4000")).send().await;
    gateway.receiver.next().await;
    answers.push(query(&code).await);
    for answer in &answers {
        assert_eq!(answer["additionalInfo"]["metadata"], metadata, "it comes back as it was sent");
        assert_eq!(answer["additionalInfo"]["cancellationReason"], "");
    }
    let other = gateway.qr_generate(&sample::qr("order-2")).send().await.text_at("/referenceNo");
    gateway.qr_cancel(&sample::qr_cancel(&other)).send().await;
    let cancelled = query(&other).await;
    assert_eq!(cancelled["additionalInfo"]["cancellationReason"], sample::qr_cancel(&other)["reason"]);
    assert_eq!(cancelled["additionalInfo"].get("metadata"), None);
    answers.push(cancelled);
    check("51 QR query", &answers);
    for _ in 0..2 {
        gateway.receiver.next().await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn s1_s10_answers_about_authorizations_are_as_the_seeds_have_them() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut body = sample::authorization("order-1", &tokens.wallet);
    body["additionalInfo"]["metadata"] = json!({"note": {}});
    let reserved = answered(gateway.auth_payment(&tokens.customer, &body)).await;
    let option = &reserved["additionalInfo"]["payOptionDetails"][0];
    assert_eq!(option["payOption"], option["payOptions"], "one option under both of its names");
    check("63 auth payment", std::slice::from_ref(&reserved));
    let reference_no = reserved["referenceNo"].as_str().unwrap().to_owned();
    let query = async || answered(gateway.auth_query(&sample::auth_original(&reference_no))).await;
    let mut answers = vec![query().await];
    gateway.advance(Duration::from_mins(1)).await;
    let capture = answered(gateway.auth_capture(&sample::capture(&reference_no, "capture-1"))).await;
    check("65 auth capture", &[capture]);
    answers.push(query().await);
    let mut refund = sample::refund(&reference_no, "refund-1", "4000");
    refund["originalPartnerReferenceNo"] = json!("order-1");
    answered(gateway.auth_refund(&refund)).await;
    answers.push(query().await);
    check("64 auth query", &answers);
    gateway.finish().await;
}

#[tokio::test]
async fn s1_answers_about_virtual_accounts_are_as_the_seed_has_them() {
    let gateway = gateway().await;
    assert_eq!(gateway.va_create(&sample::account("order-1")).send().await.code(), "2002700");
    gateway.receiver.next().await;
    let status = async || answered(gateway.va_status(&sample::account_status("order-1"))).await;
    let waits = status().await;
    gateway.control("/va/700126280123456/pay").await;
    gateway.receiver.next().await;
    check("26 virtual account status", &[waits, status().await]);
    gateway.finish().await;
}

/// The documents have these services and no others; each has its section here.
#[test]
fn every_service_of_the_seeds_has_its_section() {
    let services: BTreeSet<Service> = sections(PAGE)
        .keys()
        .map(|title| {
            Service::of_code(&title[..2]).unwrap_or_else(|| panic!("{title} begins with no service"))
        })
        .collect();
    let expected = [
        Service::AccessTokenB2b,
        Service::DebitPayment,
        Service::DebitStatus,
        Service::DebitNotify,
        Service::AuthPayment,
        Service::AuthQuery,
        Service::AuthCapture,
        Service::QrQuery,
        Service::VaStatus,
    ];
    assert_eq!(services, expected.into());
}
