//! Cancel (57): a pending payment is called off once, and nothing else is.

use std::time::Duration;

use lunas_testkit::sample;

use crate::world::{Verdicts, gateway, opened, standing};

#[tokio::test]
async fn a_pending_payment_is_called_off() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let exchange = gateway.cancel(&sample::original(&reference_no)).external_id("cancel-1").exchange().await;
    insta::assert_snapshot!("cancel_pending", exchange.render(&gateway));
    insta::assert_snapshot!("cancel_notification", gateway.receiver.next().await.render(&gateway));
    assert_eq!(standing(&gateway, &reference_no).await, "05");

    let again = gateway.cancel(&sample::original(&reference_no)).external_id("cancel-1").send().await;
    assert_eq!(again.body, exchange.answer.body, "the same call gets the first answer again");
    let anew = gateway.cancel(&sample::original(&reference_no)).send().await;
    assert_eq!(
        anew.verdict(),
        "4035715 Transaction Not Permitted. the payment is 05 (cancelled) and no longer pending"
    );
    gateway.finish().await;
}

#[tokio::test]
async fn only_a_pending_payment_is_called_off() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    for control in ["pay", "deny", "fail", "expire"] {
        let reference_no = opened(&gateway, control).await;
        gateway.control(&format!("/payments/{reference_no}/{control}")).await;
        let before = standing(&gateway, &reference_no).await;
        let call = gateway.cancel(&sample::original(&reference_no)).external_id(control);
        verdicts.note(&format!("after {control} ({before})"), &call.send().await);
        assert_eq!(standing(&gateway, &reference_no).await, before);
        assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), before);
    }
    let reference_no = opened(&gateway, "late").await;
    gateway.advance(Duration::from_mins(15)).await;
    verdicts.note("when its time is up", &gateway.cancel(&sample::original(&reference_no)).send().await);
    insta::assert_snapshot!("cancel_not_permitted", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn a_payment_is_called_off_by_its_own_merchant_only() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let other = gateway.add_merchant("G2", None).await;
    let check = async |body: serde_json::Value, expected: &str| {
        assert_eq!(gateway.cancel_as(&other, &body).send().await.verdict(), expected, "{body}");
    };
    check(sample::original(&reference_no), "4045701 Transaction Not Found").await;
    check(sample::original_by_external_id("call-0001"), "4045701 Transaction Not Found").await;
    check(sample::original("none"), "4045701 Transaction Not Found").await;
    assert_eq!(standing(&gateway, &reference_no).await, "03");
    let by_external_id = gateway.cancel(&sample::original_by_external_id("call-0001")).send().await;
    assert_eq!(by_external_id.code(), "2005700");
    gateway.finish().await;
}

/// A cancellation under an id that stood for the cancellation of another payment.
#[tokio::test]
async fn a_used_id_does_not_call_off_another_payment() {
    let gateway = gateway().await;
    let (first, second) = (opened(&gateway, "order-1").await, opened(&gateway, "order-2").await);
    let cancel = async |reference_no: &str| {
        gateway.cancel(&sample::original(reference_no)).external_id("cancel-1").send().await.verdict()
    };
    assert_eq!(cancel(&first).await, "2005700 Successful");
    assert_eq!(
        cancel(&second).await,
        "4045718 Inconsistent Request. originalReferenceNo differs from the first call under this X-EXTERNAL-ID; repeat that unchanged"
    );
    assert_eq!(standing(&gateway, &second).await, "03");
    gateway.finish().await;
}
