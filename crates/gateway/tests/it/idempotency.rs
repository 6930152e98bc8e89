//! One `X-EXTERNAL-ID` stands for one operation: a repetition gets the first answer, byte for byte, or is told why not.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::kit::{Answer, Gateway, sample, until};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{after, gateway, opened, standing};

/// The answers of calls that are all under way at once.
async fn at_once(gateway: &Arc<Gateway>, bodies: impl IntoIterator<Item = Value>) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for body in bodies {
        let gateway = gateway.clone();
        calls.spawn(async move { gateway.pay(&body).external_id("external-1").send().await });
    }
    calls.join_all().await
}

async fn finish(gateway: Arc<Gateway>) {
    Arc::try_unwrap(gateway).expect("every call has been answered").finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_calls_at_once_make_one_payment() {
    let gateway = Arc::new(gateway().await);
    gateway.token().await;
    let answers = at_once(&gateway, (0..100).map(|_| sample::payment("order-1"))).await;
    let distinct: HashSet<_> = answers.iter().map(|answer| (answer.status, answer.body.clone())).collect();
    assert_eq!((answers.len(), distinct.len()), (100, 1), "{distinct:?}");
    assert_eq!(answers[0].code(), "2005400");

    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    let notifications = gateway.get("/sandbox/v1/notifications").await.json();
    assert_eq!(notifications["notifications"].as_array().unwrap().len(), 1);
    finish(gateway).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_different_calls_at_once_one_wins() {
    let gateway = Arc::new(gateway().await);
    gateway.token().await;
    let answers = at_once(&gateway, (0..20).map(|at| sample::payment(&format!("order-{at}")))).await;
    let mut codes: Vec<_> = answers.iter().map(Answer::code).collect();
    codes.sort();
    assert_eq!(codes[0], "2005400");
    assert!(codes[1..].iter().all(|code| code == "4045418"), "{codes:?}");
    finish(gateway).await;
}

#[tokio::test]
async fn a_changed_call_is_told_what_differs() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!(after(600));
    let first = gateway.pay(&body).external_id("external-1").send().await;
    let check = async |pointer: &str, value: Value, named: &str| {
        let mut changed = body.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let answer = gateway.pay(&changed).external_id("external-1").send().await;
        let expected = format!(
            "4045418 Inconsistent Request. {named} differs from the first call under this X-EXTERNAL-ID; repeat that unchanged"
        );
        assert_eq!(answer.verdict(), expected, "{pointer}");
    };
    let amount = "payOptionDetails[0].transAmount.value";
    check("/payOptionDetails/0/transAmount/value", json!("10001.00"), amount).await;
    check("/partnerReferenceNo", json!("order-2"), "partnerReferenceNo").await;
    check("/validUpTo", json!(after(601)), "validUpTo").await;
    check("/urlParam/0/url", json!("https://shop.example/other"), "urlParam[0].url").await;

    let spaced = serde_json::to_string_pretty(&body).unwrap();
    let again = gateway.pay(&body).body(spaced).external_id("external-1").send().await;
    assert_eq!(again.body, first.body, "blanks between the members mean nothing");
    gateway.finish().await;
}

#[tokio::test]
async fn an_id_is_one_merchants_and_one_services() {
    let gateway = gateway().await;
    let other = gateway.add_merchant("G2", None).await;
    let first = gateway.pay(&sample::payment("order-1")).external_id("external-1").send().await;
    let mut body = sample::payment("order-1");
    body["merchantId"] = json!("G2");
    let others = gateway.pay_as(&other, &body).external_id("external-1").send().await;
    assert_eq!(others.code(), "2005400");
    assert_ne!(others.text_at("/referenceNo"), first.text_at("/referenceNo"));

    let reference_no = first.text_at("/referenceNo");
    let cancelled = gateway.cancel(&sample::original(&reference_no)).external_id("external-1").send().await;
    assert_eq!(cancelled.code(), "2005700");
    assert_eq!(standing(&gateway, &reference_no).await, "05");
    gateway.finish().await;
}

#[tokio::test]
async fn a_call_that_failed_is_worked_afresh() {
    let gateway = gateway().await;
    let mut wrong = sample::payment("order-1");
    wrong["payOptionDetails"][0]["transAmount"]["currency"] = json!("USD");
    let mut blocked = sample::payment("order-1");
    blocked["additionalInfo"] = json!({"customerDetails": {"phone": "+628271939753"}});
    let call = async |body: &Value| gateway.pay(body).external_id("external-1").send().await.code();
    assert_eq!(call(&wrong).await, "4005401");
    assert_eq!(call(&blocked).await, "4035403");
    assert_eq!(call(&sample::payment("order-1")).await, "2005400");
    // From here on the id stands for the payment, also for a call that could not have opened it.
    assert_eq!(call(&blocked).await, "4045418");
    gateway.finish().await;
}

#[tokio::test]
async fn an_id_is_free_again_after_a_day() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!(after(30 * 60));
    let call = async |body: &Value| gateway.pay(body).external_id("external-1").send().await;
    let first = call(&body).await;
    gateway.advance(Duration::from_hours(24) - Duration::from_secs(1)).await;
    let again = call(&body).await;
    assert_eq!(
        again.body, first.body,
        "the payment has expired long ago; the answer is the first one all the same"
    );
    until("the payment to expire", || async {
        (standing(&gateway, &first.text_at("/referenceNo")).await == "08").then_some(())
    })
    .await;

    gateway.advance(Duration::from_secs(1)).await;
    assert_eq!(call(&body).await.code(), "4005401", "worked afresh, its expiry lies in the past");
    let anew = call(&sample::payment("order-1")).await;
    assert_eq!(anew.code(), "2005400");
    assert_ne!(anew.text_at("/referenceNo"), first.text_at("/referenceNo"));
    // The id names the newer payment now; the older one is still found by its reference.
    let named = gateway.status(&sample::original_by_external_id("external-1")).send().await;
    assert_eq!(named.text_at("/originalReferenceNo"), anew.text_at("/referenceNo"));
    assert_eq!(standing(&gateway, &first.text_at("/referenceNo")).await, "08");
    gateway.finish().await;
}

#[tokio::test]
async fn an_answer_is_repeated_whatever_became_of_the_payment() {
    let gateway = gateway().await;
    for control in ["pay", "deny", "fail", "expire"] {
        let body = sample::payment(control);
        let first = gateway.pay(&body).external_id(control).send().await;
        gateway.control(&format!("/payments/{}/{control}", first.text_at("/referenceNo"))).await;
        assert_eq!(gateway.pay(&body).external_id(control).send().await.body, first.body, "{control}");
    }
    gateway.finish().await;
}

/// A refusal of a cancellation is no answer to keep: the payment may have become another one's business meanwhile.
#[tokio::test]
async fn a_refused_cancellation_is_looked_at_again() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let call = async |reference_no: &str| {
        gateway.cancel(&sample::original(reference_no)).external_id("cancel-1").send().await.code()
    };
    assert_eq!(call("none").await, "4045701");
    assert_eq!(call(&reference_no).await, "2005700");
    gateway.finish().await;
}
