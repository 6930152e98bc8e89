//! The SDK's examples, each against a gateway.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::sync::{Arc, Mutex};

use lunas_testkit::client::{MerchantId, Money, TransactionStatus};
use lunas_testkit::{Gateway, Service, Timestamp, json};

#[path = "../../client/examples/debit_payment.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod debit_payment;
#[path = "../../client/examples/linked_account.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod linked_account;
#[path = "../../client/examples/notifications.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod notifications;
#[path = "../../client/examples/qr_code.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod qr_code;
#[path = "../../client/examples/refund.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod refund;
#[path = "../../client/examples/virtual_account.rs"]
#[expect(dead_code, reason = "an example is a program, and a test has its own `main`")]
mod virtual_account;

const NOW: &str = "2026-11-20T10:00:00+07:00";

async fn gateway() -> Gateway {
    Gateway::builder().clock_at(NOW).start().await
}

fn merchant(gateway: &Gateway) -> MerchantId {
    MerchantId::new(&gateway.merchant.id).expect("the sandbox's own")
}

#[tokio::test]
async fn a_payment_is_ordered_once_paid_and_refunded_in_parts() {
    let gateway = gateway().await;
    let client = gateway.client();
    let payment = debit_payment::order(&client, "order-1", Money::idr(10_000)).await.expect("it is taken");
    let again = debit_payment::order(&client, "order-1", Money::idr(10_000)).await.expect("it is repeated");
    assert_eq!(again.reference_no, payment.reference_no);
    let standing = async || debit_payment::standing(&client, &payment).await.expect("it is known");
    assert_eq!(standing().await, TransactionStatus::Pending);
    gateway.customer_pays(&payment.reference_no).await;
    assert_eq!(standing().await, TransactionStatus::Success);
    for (number, amount) in [("refund-1", 4_000), ("refund-2", 6_000)] {
        let refund = refund::give_back(&client, &payment.reference_no, number, Money::idr(amount)).await;
        assert!(refund.is_ok(), "{refund:?}");
    }
    let more = refund::give_back(&client, &payment.reference_no, "refund-3", Money::idr(1)).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test]
async fn a_code_is_made_and_called_off() {
    let gateway = gateway().await;
    let (client, merchant) = (gateway.client(), merchant(&gateway));
    let code = qr_code::code(&client, &merchant, "order-1").await.expect("it is made");
    let standing = async || qr_code::standing(&client, &code).await.expect("it is known");
    assert_eq!(standing().await, TransactionStatus::Pending);
    qr_code::call_off(&client, &merchant, &code).await.expect("nobody has paid it");
    assert_eq!(standing().await, TransactionStatus::Cancelled);
}

#[tokio::test]
async fn an_account_is_opened_and_paid_into() {
    let gateway = gateway().await;
    let (client, merchant) = (gateway.client(), merchant(&gateway));
    let account = virtual_account::open(&client, &merchant, "order-1").await.expect("it is opened");
    let standing =
        async || virtual_account::standing(&client, &merchant, &account).await.expect("it is known");
    assert_eq!(standing().await, Some(TransactionStatus::Pending));
    let number = account.number.virtual_account_no();
    let paid = gateway.control_with(&format!("/va/{number}/pay"), &json!({})).await;
    assert_eq!(paid.status, 200, "{paid:?}");
    assert_eq!(standing().await, Some(TransactionStatus::Success));
}

#[tokio::test]
async fn an_account_is_linked_and_pays_what_was_reserved() {
    let gateway = gateway().await;
    let (client, merchant) = (gateway.client(), merchant(&gateway));
    let handle = &gateway.credentials.payment_handle;
    let phone = &gateway.credentials.customers[0].phone;
    let url = linked_account::consent(&client, handle, "state-1", phone);
    assert!(url.contains(Service::AuthCode.path()), "{url}");
    let code = gateway.control_with("/links", &json!({"phone": phone})).await.text_at("/authCode");
    let account = linked_account::link(&client, handle, code).await.expect("the customer consented");
    let captured = linked_account::reserve_and_capture(&client, &account, &merchant, "order-1").await;
    assert_eq!(captured.expect("the wallet is full").amount, Some(Money::idr(10_000)));
}

#[tokio::test]
async fn the_endpoint_is_told_and_believes_no_other() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
    let url = format!("http://{}/hooks", listener.local_addr().expect("it is bound"));
    let gateway = Gateway::builder().clock_at(NOW).notify_url(&url).start().await;
    let clock = || Timestamp::parse(NOW).expect("a constant");
    let shop = Arc::new(notifications::Shop { verifier: gateway.verifier(), clock, told: Mutex::default() });
    let router = notifications::router(Arc::clone(&shop));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    debit_payment::order(&gateway.client(), "order-1", Money::idr(10_000)).await.expect("it is taken");
    gateway.all_told().await;
    let told = || shop.told.lock().expect("nobody panicked").clone();
    let expected = [("order-1".to_owned(), "03".to_owned())];
    assert_eq!(told(), expected);
    // The same text, signed by nobody.
    let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let forged = http.post(format!("{url}/v1.0/debit/notify")).body("{}").send().await.expect("it answers");
    assert_eq!(forged.status(), 401);
    assert_eq!(told(), expected);
    gateway.finish().await;
    server.abort();
}
