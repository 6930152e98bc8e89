//! The shop's own code against a gateway in the test's process.

use lunas_client::PartnerReferenceNo;
use lunas_testkit::Gateway;

#[lunas_testkit::tokio::test(crate = "lunas_testkit::tokio")]
async fn the_same_order_is_the_same_payment() {
    let gateway = Gateway::start().await;
    let client = gateway.client();
    let order = PartnerReferenceNo::new("order-1").unwrap();
    let first = shop::ordered(&client, order.clone(), 10_000).await.unwrap();
    assert_eq!(shop::ordered(&client, order, 10_000).await.unwrap(), first);
    assert!(first.starts_with(&gateway.base_url), "{first}");
    gateway.finish().await;
}

#[lunas_testkit::tokio::test(crate = "lunas_testkit::tokio")]
#[should_panic(expected = "1 notifications were not delivered")]
async fn a_shop_that_does_not_take_notifications_fails_its_test() {
    let gateway = Gateway::start().await;
    gateway.receiver.answer(lunas_testkit::Reply::Status(500));
    let order = PartnerReferenceNo::new("order-1").unwrap();
    shop::ordered(&gateway.client(), order, 10_000).await.unwrap();
}
