//! Expiry (08): by the clock, within a look of the worker, and for good.

use std::time::Duration;

use lunas_testkit::{sample, until};
use serde_json::json;

use crate::world::{after, gateway, opened, standing};

#[tokio::test]
async fn a_payment_expires_when_its_time_is_up() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!(after(60));
    let reference_no = gateway.pay(&body).send().await.text_at("/referenceNo");
    gateway.receiver.next().await;

    gateway.advance(Duration::from_secs(59)).await;
    assert_eq!(standing(&gateway, &reference_no).await, "03");
    gateway.advance(Duration::from_secs(1)).await;
    insta::assert_snapshot!("expiry_notification", gateway.receiver.next().await.render(&gateway));
    assert_eq!(standing(&gateway, &reference_no).await, "08");

    let late = gateway.control(&format!("/payments/{reference_no}/pay")).await;
    assert_eq!(
        (late.status, late.text_at("/error")),
        (409, "the payment is 08 (expired) and no longer pending".to_owned())
    );
    assert_eq!(standing(&gateway, &reference_no).await, "08");
    gateway.finish().await;
}

#[tokio::test]
async fn the_default_life_is_a_quarter_of_an_hour() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    gateway.advance(Duration::from_secs(15 * 60 - 1)).await;
    assert_eq!(standing(&gateway, &reference_no).await, "03");
    gateway.advance(Duration::from_secs(1)).await;
    until("the payment to expire", || async {
        (standing(&gateway, &reference_no).await == "08").then_some(())
    })
    .await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_paid_payment_does_not_expire() {
    let gateway = gateway().await;
    let (paid, pending) = (opened(&gateway, "order-1").await, opened(&gateway, "order-2").await);
    gateway.control(&format!("/payments/{paid}/pay")).await;
    gateway.advance(Duration::from_hours(1)).await;
    until("the other payment to expire", || async {
        (standing(&gateway, &pending).await == "08").then_some(())
    })
    .await;
    assert_eq!(standing(&gateway, &paid).await, "00");
    gateway.finish().await;
}
