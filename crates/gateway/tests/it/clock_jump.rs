//! The machine's clock jumps a day ahead and back: what was made meanwhile does not wait for the day to pass.

use std::time::Duration;

use lunas_domain::pin_attempt::Subject;
use lunas_store::{CommitError, Write};
use lunas_testkit::{Reply, sample};
use lunas_vocab::ReferenceNo;

use crate::world::{gateway, now};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn m18_what_was_made_while_the_clock_was_ahead_is_not_stuck() {
    let gateway = gateway().await;
    gateway.app.env.set_to(now().plus(DAY));
    gateway.receiver.answer_next([Reply::Status(500)]);
    let opened = gateway.pay(&sample::payment("order-1")).send().await;
    assert_eq!(opened.code(), "2005400", "{}", opened.verdict());
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    gateway.settle().await;
    let reference_no = ReferenceNo::new(opened.text_at("/referenceNo")).unwrap();
    let subject = || Subject::Review { reference_no: reference_no.clone(), address: "192.0.2.1".to_owned() };
    let attempt = async || {
        let take = Write::PinAttemptTake { subject: subject(), now: gateway.app.env.now() };
        gateway.app.store.commit(take.into()).await
    };
    while attempt().await.is_ok() {}

    gateway.app.env.set_to(now());
    assert!(matches!(attempt().await, Err(CommitError::TooManyPinAttempts)), "it is locked for a day");
    gateway.clear_up().await;
    attempt().await.unwrap();
    gateway.app.notifications_waiting.notify_one();
    let again = gateway.receiver.next().await;
    assert_eq!(again.text_at("/latestTransactionStatus"), "03", "it is told at once");

    // What the merchant was told holds: the payment ends when it was said to end.
    let status = gateway.status(&sample::original(&opened.text_at("/referenceNo"))).send().await;
    assert_eq!(status.text_at("/latestTransactionStatus"), "03");
    let paid = gateway.control(&format!("/payments/{}/pay", opened.text_at("/referenceNo"))).await;
    assert_eq!(paid.status, 200, "{}", paid.json());
    gateway.finish().await;
}
