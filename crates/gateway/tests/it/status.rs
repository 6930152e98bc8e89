//! Status (55): a payment is found by either of its names, by its own merchant only.

use lunas_testkit::sample;
use serde_json::json;

use crate::world::{Verdicts, gateway, opened};

#[tokio::test]
async fn a_payment_is_found_by_both_of_its_names() {
    let gateway = gateway().await;
    let opened = gateway.pay(&sample::payment("order-1")).external_id("external-1").send().await;
    let reference_no = opened.text_at("/referenceNo");
    let pending = gateway.status(&sample::original(&reference_no)).exchange().await;
    insta::assert_snapshot!("status_pending", pending.render(&gateway));
    let same = gateway.status(&sample::original_by_external_id("external-1")).send().await;
    assert_eq!(same.body, pending.answer.body);
    // By both names if they are of one payment: the gateway's own reference finds it, and the other has to be its own.
    let both = |external_id: &str| json!({"originalReferenceNo": reference_no, "originalExternalId": external_id, "serviceCode": "54"});
    assert_eq!(gateway.status(&both("external-1")).send().await.body, pending.answer.body);
    let other = gateway.status(&both("none")).send().await;
    assert_eq!(
        other.verdict(),
        "4045501 Transaction Not Found. originalExternalId: it is not of the same transaction"
    );

    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    let paid = gateway.status(&sample::original(&reference_no)).exchange().await;
    insta::assert_snapshot!("status_paid", paid.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn what_cannot_be_found_is_not_found() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let calls = [
        ("unknown reference", gateway.status(&sample::original("A120261120030000AAAAAAAAAAID"))),
        ("unknown external id", gateway.status(&sample::original_by_external_id("none"))),
        (
            "unknown reference, known external id",
            gateway.status(&json!({"originalReferenceNo": "none", "originalExternalId": "call-0001"})),
        ),
        ("another merchant's reference", gateway.status_as(&other, &sample::original(&reference_no))),
        (
            "another merchant's external id",
            gateway.status_as(&other, &sample::original_by_external_id("call-0001")),
        ),
        ("neither", gateway.status(&json!({"serviceCode": "54"}))),
        ("both empty", gateway.status(&json!({"originalReferenceNo": "", "originalExternalId": null}))),
        ("reference too long", gateway.status(&sample::original(&"x".repeat(65)))),
        ("reference is a number", gateway.status(&json!({"originalReferenceNo": 1}))),
        (
            "service code is a number",
            gateway.status(&json!({"originalReferenceNo": reference_no, "serviceCode": 54})),
        ),
    ];
    for (name, call) in calls {
        verdicts.note(name, &call.send().await);
    }
    insta::assert_snapshot!("status_not_found", verdicts.as_str());
    gateway.finish().await;
}
