//! The harness itself: it fails a test that proves nothing or loses something.

use lunas_testkit::{Gateway, Reply, sample};

#[tokio::test]
#[should_panic(expected = "end the test with `finish().await`")]
async fn a_test_that_forgets_to_finish_fails() {
    let _gateway = Gateway::start().await;
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
