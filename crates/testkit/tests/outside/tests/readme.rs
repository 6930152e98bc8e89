//! The test that the kit's documentation begins with, as it stands there.

use lunas_client::{CallOptions, Money, PartnerReferenceNo, TransactionStatus, gopay_request};
use lunas_testkit::Gateway;

#[lunas_testkit::tokio::test(crate = "lunas_testkit::tokio")]
async fn a_paid_order_is_told() {
    let gateway = Gateway::builder().clock_at("2026-11-20T10:00:00+07:00").start().await;
    let order = gopay_request(PartnerReferenceNo::new("order-1").unwrap(), Money::idr(10_000));
    let opened = gateway.client().pay(&order, CallOptions::default()).await.unwrap();
    gateway.customer_pays(&opened.reference_no).await;
    assert_eq!(gateway.told().await.status(), Some(TransactionStatus::Pending));
    assert_eq!(gateway.told().await.status(), Some(TransactionStatus::Success));
}
