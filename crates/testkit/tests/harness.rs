//! The harness itself: it fails a test that loses something, however it ends.

use std::time::Duration;

use lunas_testkit::client::{CallOptions, PartnerReferenceNo, TransactionStatus, gopay_request};
use lunas_testkit::{Gateway, Money, Reply, Timestamp, sample};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T10:00:00+07:00").expect("a time")
}

#[tokio::test]
async fn a_gateway_that_is_dropped_waits_until_everybody_was_told() {
    let gateway = Gateway::start().await;
    gateway.pay(&sample::payment("order-1")).send().await;
}

#[tokio::test]
#[should_panic(expected = "1 notifications were not delivered: A12")]
async fn a_gateway_that_is_dropped_owing_a_notification_fails_the_test() {
    let gateway = Gateway::builder().clock(now()).start().await;
    gateway.receiver.answer(Reply::Status(500));
    gateway.pay(&sample::payment("order-1")).send().await;
}

#[tokio::test]
#[should_panic(expected = "the test's own reason")]
async fn a_test_that_fails_is_not_told_of_notifications() {
    let gateway = Gateway::builder().clock(now()).start().await;
    gateway.receiver.answer(Reply::Status(500));
    gateway.pay(&sample::payment("order-1")).send().await;
    panic!("the test's own reason");
}

#[tokio::test]
async fn a_gateway_that_owes_a_notification_finishes_only_when_that_was_said() {
    let mut gateway = Gateway::start().await;
    gateway.receiver.answer(Reply::Status(500));
    gateway.pay(&sample::payment("order-1")).send().await;
    gateway.receiver.next().await;
    gateway.may_owe_notifications();
    gateway.finish().await;
}

#[tokio::test]
async fn two_gateways_are_two_worlds() {
    let (one, other) = (Gateway::start().await, Gateway::start().await);
    let reference_no = one.pay(&sample::payment("order-1")).send().await.text_at("/referenceNo");
    assert_eq!(one.status(&sample::original(&reference_no)).send().await.code(), "2005500");
    assert_eq!(other.status(&sample::original(&reference_no)).send().await.code(), "4045501");
    one.finish().await;
    other.finish().await;
}

/// The notification endpoint is the test's own, the SDK goes by the gateway's clock, and the clock by the test.
#[tokio::test]
async fn a_merchant_brings_its_own_endpoint_and_moves_the_clock() {
    let shop = lunas_testkit::Receiver::start().await;
    let gateway = Gateway::builder().clock(now()).notify_url(shop.url()).start().await;
    let order = PartnerReferenceNo::new("order-1").expect("a short id");
    let request = gopay_request(order, Money::idr(10_000));
    gateway.client().pay(&request, CallOptions::default()).await.expect("it is taken");

    let mut told = Vec::new();
    for _ in 0..2 {
        let notification = shop.next().await;
        let notification =
            gateway.verifier().verify(&notification.received(), gateway.wall()).expect("it is signed");
        told.push((notification.order_id().map(str::to_owned), notification.status()));
        gateway.advance(Duration::from_secs(24 * 60 * 60)).await;
    }
    let about = |status| (Some("order-1".to_owned()), Some(status));
    assert_eq!(told, [about(TransactionStatus::Pending), about(TransactionStatus::Expired)]);
    gateway.finish().await;
}
