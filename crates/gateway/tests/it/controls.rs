//! The sandbox's controls: customers who pay or cannot, faults on demand, the clock, and a fresh start.

use std::sync::Arc;

use crate::kit::{Gateway, sample};
use lunas_domain::ledger::Account;
use lunas_vocab::{CustomerId, Money};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::world::{Verdicts, gateway, opened, standing};

/// Customers of the sandbox by what they are good for.
const BLOCKED: &str = "+628271939753";
const POOR: &str = "+628242014881";
const PAY_LATER: &str = "+628103001242";

async fn wallet(gateway: &Gateway, customer: &str) -> Money {
    let account = Account::Wallet(CustomerId::new(customer).unwrap());
    gateway.app.store.balance_find(&account).await.unwrap()
}

/// Pays a new payment of that amount and gives the control's answer, then the payment's status.
async fn paid(gateway: &Gateway, amount: &str, order: &Value) -> (u16, Value, String) {
    let opened = gateway.pay(&sample::payment_of("order-1", amount)).send().await;
    let reference_no = opened.text_at("/referenceNo");
    let answer = gateway.control_with(&format!("/payments/{reference_no}/pay"), order).await;
    let error = answer.json()["error"].clone();
    (answer.status, error, standing(gateway, &reference_no).await)
}

#[tokio::test]
async fn customers_pay_as_their_accounts_allow() {
    let gateway = gateway().await;
    let check = async |amount: &str, order: Value, expected: (u16, Value, &str)| {
        let (status, error, standing) = paid(&gateway, amount, &order).await;
        assert_eq!((status, error, standing.as_str()), expected, "{amount} {order}");
    };
    let later = |phone: &str| json!({"phone": phone, "payOption": "PAY_LATER"});
    let refused = |error: &str, standing| (409, json!(error), standing);
    check("10000", json!({}), (200, Value::Null, "00")).await;
    check("10000", json!({"phone": "0821-5023-424"}), (200, Value::Null, "00")).await;
    check(
        "10000000.01",
        json!({"phone": "+628242974268"}),
        refused("the customer does not have enough money", "03"),
    )
    .await;
    check("10000000", json!({"phone": "+628242974268"}), (200, Value::Null, "00")).await;
    check("1", json!({"phone": "+628242974268"}), refused("the customer does not have enough money", "03"))
        .await;
    check("10.01", json!({"phone": POOR}), refused("the customer does not have enough money", "03")).await;
    check("10", json!({"phone": POOR}), (200, Value::Null, "00")).await;
    check("10", json!({"phone": BLOCKED}), (200, Value::Null, "09")).await;
    check("10", later(POOR), refused("the customer has no pay-later", "03")).await;
    check("5000000.01", later(PAY_LATER), refused("the customer does not have enough money", "03")).await;
    check("5000000", later(PAY_LATER), (200, Value::Null, "00")).await;
    check("1", later(PAY_LATER), refused("the customer does not have enough money", "03")).await;
    check("1", json!({"phone": PAY_LATER}), refused("the customer does not have enough money", "03")).await;
    check(
        "1",
        json!({"phone": "+6200000000"}),
        (404, json!("+6200000000 is not a customer; see sandbox.json"), "03"),
    )
    .await;
    check("1", json!({"phone": "x"}), (400, json!("x is no phone number"), "03")).await;
    check(
        "1",
        json!({"payOption": "COINS"}),
        (400, json!("payOption is GOPAY_WALLET, PAY_LATER or GOPAY_SAVINGS"), "03"),
    )
    .await;
    assert_eq!(wallet(&gateway, "c001").await, Money::idr(9_980_000));
    assert_eq!(wallet(&gateway, "c002").await, Money::ZERO_IDR);
    assert_eq!(wallet(&gateway, "c007").await, Money::idr(10_000_000));
    gateway.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_payments_at_once_do_not_overdraw_an_account() {
    let gateway = Arc::new(gateway().await);
    let mut references = Vec::new();
    for _ in 0..10 {
        let answer = gateway.pay(&sample::payment_of("order-1", "1000000")).send().await;
        references.push(answer.text_at("/referenceNo"));
    }
    // Every payment is paid twice at once, and five of the ten fit into the limit.
    let mut payments = JoinSet::new();
    for reference_no in references.iter().chain(&references) {
        let (gateway, path) = (gateway.clone(), format!("/payments/{reference_no}/pay"));
        payments.spawn(async move {
            gateway.control_with(&path, &json!({"phone": PAY_LATER, "payOption": "PAY_LATER"})).await.status
        });
    }
    let statuses = payments.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15, "{statuses:?}");
    Arc::try_unwrap(gateway).expect("every call has been answered").finish().await;
}

#[tokio::test]
async fn what_is_over_stays_as_it_is() {
    let gateway = gateway().await;
    let controls = [("pay", "00"), ("deny", "09"), ("fail", "06"), ("expire", "08")];
    for (first, digits) in controls {
        let reference_no = gateway.pay(&sample::payment(first)).send().await.text_at("/referenceNo");
        assert_eq!(gateway.control(&format!("/payments/{reference_no}/{first}")).await.status, 200);
        for (second, _) in controls {
            let answer = gateway.control(&format!("/payments/{reference_no}/{second}")).await;
            assert_eq!(answer.status, 409, "{second} after {first}");
            assert_eq!(standing(&gateway, &reference_no).await, digits);
        }
    }
    for (control, _) in controls {
        assert_eq!(gateway.control(&format!("/payments/none/{control}")).await.status, 404);
    }
    gateway.finish().await;
}

async fn promise(gateway: &Gateway, fault: &str) {
    let answer = gateway.control_with("/faults", &json!({"service": "54", "fault": fault})).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json());
}

#[tokio::test]
async fn a_promised_failure_comes_once_and_does_nothing() {
    let gateway = gateway().await;
    promise(&gateway, "500").await;
    let call = || gateway.pay(&sample::payment("order-1")).external_id("external-1");
    let mut verdicts = Verdicts::default();
    verdicts.note("promised", &call().send().await);
    verdicts.note(
        "status by its id",
        &gateway.status(&sample::original_by_external_id("external-1")).send().await,
    );
    verdicts.note("the same call again", &call().send().await);
    insta::assert_snapshot!("controls_fault_500", verdicts.as_str());
    gateway.finish().await;
}

/// The answer that a merchant must not take for a failure: asking again with the same id gives the truth.
#[tokio::test]
async fn a_promised_timeout_hides_a_payment_that_was_made() {
    let gateway = gateway().await;
    promise(&gateway, "504-after-commit").await;
    let call = || gateway.pay(&sample::payment("order-1")).external_id("external-1");
    assert_eq!(call().send().await.verdict(), "5045400 Timeout");
    let found = gateway.status(&sample::original_by_external_id("external-1")).send().await;
    let again = call().send().await;
    assert_eq!(again.code(), "2005400");
    assert_eq!(again.text_at("/referenceNo"), found.text_at("/originalReferenceNo"));
    assert_eq!(gateway.receiver.next().await.text_at("/originalReferenceNo"), again.text_at("/referenceNo"));
    assert!(gateway.receiver.rest().await.is_empty());
    gateway.finish().await;
}

#[tokio::test]
async fn a_promised_break_leaves_the_caller_without_an_answer() {
    let gateway = gateway().await;
    gateway.token().await;
    promise(&gateway, "drop").await;
    let call = || gateway.pay(&sample::payment("order-1")).external_id("external-1");
    assert!(call().attempt().await.is_err());
    assert_eq!(call().send().await.code(), "2005400");
    gateway.finish().await;
}

#[tokio::test]
async fn a_reset_forgets_the_traffic_and_fills_the_wallets() {
    let gateway = gateway().await;
    let call = || gateway.pay(&sample::payment("order-1")).external_id("external-1");
    let reference_no = call().send().await.text_at("/referenceNo");
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    // The outbox is empty before it is emptied, so that no attempt is under way.
    for _ in 0..2 {
        gateway.receiver.next().await;
    }
    crate::notification::attempted(&gateway, &reference_no, "00", 1).await;
    assert_eq!(wallet(&gateway, "c001").await, Money::idr(9_990_000));

    promise(&gateway, "500").await;
    assert_eq!(gateway.control("/reset").await.json(), json!({"reset": true}));
    assert_eq!(wallet(&gateway, "c001").await, Money::idr(10_000_000));
    assert_eq!(gateway.status(&sample::original(&reference_no)).send().await.code(), "4045501");
    assert_eq!(gateway.get("/sandbox/v1/notifications").await.json(), json!({"notifications": []}));
    let anew = call().send().await;
    assert_eq!(anew.code(), "2005400", "neither the id nor the promised fault is left");
    assert_ne!(anew.text_at("/referenceNo"), reference_no);
    gateway.finish().await;
}

#[tokio::test]
async fn the_clock_goes_ahead_and_never_back() {
    let gateway = gateway().await;
    let clock = gateway.get("/sandbox/v1/clock").await.json();
    assert_eq!(clock, json!({"now": "2026-11-20T10:00:00+07:00", "aheadSeconds": 0}));
    let reference_no = opened(&gateway, "order-1").await;
    gateway.settle().await;
    let moved = gateway.control_with("/clock/advance", &json!({"seconds": 900})).await;
    assert_eq!(moved.json(), json!({"now": "2026-11-20T10:15:00+07:00", "aheadSeconds": 900}));
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "08");
    assert_eq!(standing(&gateway, &reference_no).await, "08");
    for refused in [
        json!({}),
        json!({"seconds": 0}),
        json!({"seconds": -1}),
        json!({"seconds": 31_622_401}),
        json!({"minutes": 1}),
    ] {
        assert_eq!(gateway.control_with("/clock/advance", &refused).await.status, 400, "{refused}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a_control_that_is_not_there_or_not_understood_says_so() {
    let gateway = gateway().await;
    let check = async |method: Method, path: &str, body: Option<Value>, status: u16| {
        let answer = gateway.request(method, &format!("/sandbox/v1{path}"), body.as_ref()).await;
        assert_eq!(answer.status, status, "{path}");
        answer
    };
    assert!(!check(Method::POST, "/nothing", None, 404).await.text_at("/error").is_empty());
    check(Method::POST, "/faults", Some(json!({"service": "99", "fault": "500"})), 400).await;
    check(Method::POST, "/faults", Some(json!({"service": "54", "fault": "fire"})), 400).await;
    check(Method::POST, "/faults", Some(json!({"service": "56", "fault": "500"})), 400).await;
    for url in ["ftp://shop.example", "http://h/a#b", "http://user:pw@h/a", "http://h:0/", "h/a", ""] {
        let refused = check(Method::PUT, "/notify-url", Some(json!({"url": url})), 400).await;
        assert!(refused.text_at("/error").starts_with(&format!("url {url:?} cannot be called: ")), "{url}");
    }
    check(Method::GET, "/reset", None, 405).await;
    let sound = check(Method::GET, "/ledger/check", None, 200).await.json();
    assert_eq!((&sound["sound"], &sound["offenders"]), (&json!(true), &json!([])));
    gateway.finish().await;
}
