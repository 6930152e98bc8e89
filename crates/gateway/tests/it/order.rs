//! The order of one payment's notifications: a later one waits for an earlier one that was not heard.

use std::time::Duration;

use lunas_testkit::{Reply, sample};
use serde_json::json;

use crate::notification::attempted;
use crate::world::{after, gateway, standing};

#[tokio::test]
async fn a_notification_that_was_not_heard_holds_back_the_later_ones() {
    let gateway = gateway().await;
    gateway.receiver.answer_next([Reply::Status(500)]);
    let reference_no = gateway.pay(&sample::payment("order-1")).send().await.text_at("/referenceNo");
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    attempted(&gateway, &reference_no, "03", 1).await;

    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    assert_eq!(standing(&gateway, &reference_no).await, "00");
    // Another payment of the same merchant is not held back, and by the time it is told of, this one could have been.
    let other = gateway.pay(&sample::payment("order-2")).send().await.text_at("/referenceNo");
    assert_eq!(gateway.receiver.next().await.text_at("/originalReferenceNo"), other);
    let waiting = attempted(&gateway, &reference_no, "00", 0).await;
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!([])));

    gateway.advance(Duration::from_mins(2)).await;
    let told = [gateway.receiver.next().await, gateway.receiver.next().await];
    let told =
        told.each_ref().map(|n| (n.text_at("/originalReferenceNo"), n.text_at("/latestTransactionStatus")));
    assert_eq!(told, [(reference_no.clone(), "03".to_owned()), (reference_no, "00".to_owned())]);
    gateway.finish().await;
}

#[tokio::test]
async fn a_notification_that_was_refused_does_not_and_has_nothing_left_to_say() {
    let gateway = gateway().await;
    gateway.receiver.answer_next([Reply::Status(404)]);
    let reference_no = gateway.pay(&sample::payment("order-1")).send().await.text_at("/referenceNo");
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    attempted(&gateway, &reference_no, "03", 1).await;

    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
    assert_eq!(attempted(&gateway, &reference_no, "00", 1).await["state"], "delivered");
    assert_eq!(attempted(&gateway, &reference_no, "03", 1).await["state"], "superseded");
    gateway.finish().await;
}

/// A merchant that comes back after hours is told of everything that is still worth telling, in order.
#[tokio::test]
async fn a_parked_notification_holds_nothing_back() {
    let gateway = gateway().await;
    gateway.receiver.answer_next(std::iter::repeat_n(Reply::Status(500), 6));
    let mut body = sample::payment("order-1");
    body["validUpTo"] = json!(after(86400));
    let reference_no = gateway.pay(&body).send().await.text_at("/referenceNo");
    gateway.receiver.next().await;
    for (count, minutes) in [(1, 2), (2, 10), (3, 30), (4, 90), (5, 210)] {
        attempted(&gateway, &reference_no, "03", count).await;
        gateway.advance(Duration::from_mins(minutes)).await;
        gateway.receiver.next().await;
    }
    assert_eq!(attempted(&gateway, &reference_no, "03", 6).await["state"], "parked");
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
    gateway.finish().await;
}
