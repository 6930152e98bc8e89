//! Virtual accounts that take any amount, and many payments: each payment is an order of its own.

use std::time::Duration;

use crate::kit::{Gateway, sample};
use lunas_domain::ledger::Account;
use lunas_domain::virtual_account::NUMBER_REST;
use lunas_vocab::{MerchantId, Money};
use reqwest::Method;
use serde_json::{Value, json};

use crate::va::{opened, standing, told};
use crate::world::{Verdicts, gateway};

/// The sandbox's merchant agrees on other terms.
async fn agree(gateway: &Gateway, terms: Value) {
    let answer = gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
}

/// A gateway whose merchant's accounts are of that kind.
pub(crate) async fn gateway_of(kind: &str) -> Gateway {
    let gateway = gateway().await;
    agree(&gateway, json!({"kind": kind})).await;
    gateway
}

/// The bank reports a payment of that amount; gives the code, and the merchant's id of the payment.
async fn reported(gateway: &Gateway, request_id: &str, value: &str) -> (String, String) {
    let answer = gateway.va_report(&sample::bank_report(request_id, value)).send().await;
    let trx_id = answer.json()["virtualAccountData"]["trxId"].as_str().unwrap_or_default().to_owned();
    (answer.code(), trx_id)
}

/// What the merchant has.
async fn balance(gateway: &Gateway) -> Money {
    let merchant = Account::Merchant(MerchantId::new("G000000001").unwrap());
    gateway.app.store.balance_find(&merchant).await.unwrap()
}

/// The amounts, or states, on a page of an account's orders, and the page's words about itself.
async fn page(gateway: &Gateway, page: &Value) -> Value {
    let mut body = sample::account_status("order-1");
    body["additionalInfo"] = page.clone();
    body["additionalInfo"]["merchantId"] = json!("G000000001");
    let answer = gateway.va_status(&body).send().await;
    assert_eq!(answer.code(), "2002600", "{}", answer.verdict());
    let detail = &answer.json()["additionalInfo"]["recurringPaymentDetail"];
    let orders = detail["recurringOrders"].as_array().unwrap();
    let orders: Vec<_> = orders
        .iter()
        .map(|order| format!("{} {}", order["totalAmount"]["value"], order["paymentFlagStatus"]))
        .map(|text| text.replace('"', ""))
        .collect();
    let metadata = &detail["paginationMetadata"];
    json!([orders, metadata["total"], metadata["pageSize"], metadata["page"]])
}

#[tokio::test]
async fn each_payment_into_an_account_of_many_is_an_order_of_its_own() {
    let gateway = gateway_of("multi").await;
    let create = gateway.va_create(&sample::account("order-1")).external_id("order-1").exchange().await;
    insta::assert_snapshot!("va_multi_opened", create.render(&gateway));
    assert_eq!(told(&gateway).await, ("order-1".into(), "03".into()));
    let status = async |external_id: &str| {
        let call = gateway.va_status(&sample::account_status("order-1")).external_id(external_id);
        call.exchange().await.render(&gateway)
    };
    insta::assert_snapshot!("va_multi_unpaid", status("status-1").await);
    let inquiry = gateway.va_inquire(&sample::bank_inquiry("bank-1")).send().await;
    assert_eq!(inquiry.text_at("/virtualAccountData/virtualAccountTrxType"), "O");
    assert_eq!(inquiry.json().pointer("/virtualAccountData/totalAmount"), None);

    assert_eq!(reported(&gateway, "bank-1", "2500.00").await, ("2002500".into(), "order-1".into()));
    let first = gateway.receiver.next().await;
    gateway.advance(Duration::from_mins(1)).await;
    let (code, later) = reported(&gateway, "bank-2", "7500.50").await;
    assert!(code == "2002500" && later.starts_with("order-1-2011260301"), "{code} {later}");
    let second = gateway.receiver.next().await;
    for (notification, trx_id, value) in [(&first, "order-1", "2500.00"), (&second, &later, "7500.50")] {
        assert_eq!(notification.text_at("/trxId"), trx_id);
        assert_eq!(notification.text_at("/paidAmount/value"), value);
        assert_eq!(notification.text_at("/additionalInfo/paymentFlagStatus"), "00");
    }
    assert_ne!(first.text_at("/paymentRequestId"), second.text_at("/paymentRequestId"));
    insta::assert_snapshot!("va_multi_paid", status("status-2").await.replace(&later, "<later id>"));

    // The same payment reported once more is the same payment.
    assert_eq!(reported(&gateway, "bank-2", "7500.50").await, ("2002500".into(), later.clone()));
    assert_eq!(reported(&gateway, "bank-2", "7500.00").await.0, "4042518");
    assert_eq!(reported(&gateway, "bank-3", "0.00").await.0, "4042513");
    assert_eq!(balance(&gateway).await, Money::idr_minor(1_000_050));
    gateway.finish().await;
}

#[tokio::test]
async fn orders_are_shown_page_by_page_from_the_newest_on() {
    let gateway = gateway_of("multi").await;
    opened(&gateway, "order-1").await;
    assert_eq!(page(&gateway, &json!({})).await, json!([["10000.00 03"], "1", "10", "0"]));
    assert_eq!(page(&gateway, &json!({"page": "1"})).await, json!([[], "1", "10", "1"]));
    for amount in 1..=6 {
        let (code, _) = reported(&gateway, &format!("bank-{amount}"), &format!("{amount}.00")).await;
        assert_eq!(code, "2002500");
        told(&gateway).await;
    }
    let check = async |asked: Value, orders: &[u32], size: &str, number: &str| {
        let orders: Vec<_> = orders.iter().map(|amount| format!("{amount}.00 00")).collect();
        assert_eq!(page(&gateway, &asked).await, json!([orders, "6", size, number]), "{asked}");
    };
    check(json!({}), &[6, 5, 4, 3, 2, 1], "10", "0").await;
    check(json!({"pageSize": "2"}), &[6, 5], "2", "0").await;
    check(json!({"pageSize": 2, "page": 1}), &[4, 3], "2", "1").await;
    check(json!({"pageSize": "3", "page": "1"}), &[3, 2, 1], "3", "1").await;
    check(json!({"pageSize": "3", "page": "2"}), &[], "3", "2").await;
    gateway.finish().await;
}

/// Six months of waiting for the first payment, whatever the merchant says; none after it. Deleting ends it.
#[tokio::test]
async fn an_account_of_many_stays_open_until_it_expires_or_is_deleted() {
    let gateway = gateway_of("multi").await;
    let mut body = sample::account("order-1");
    body["expiredDate"] = json!(crate::world::after(60));
    let create = async |body: &Value| {
        let answer = gateway.va_create(body).send().await;
        assert_eq!(answer.json().pointer("/virtualAccountData/expiredDate"), None);
        told(&gateway).await;
    };
    create(&body).await;
    gateway.advance(Duration::from_hours(183 * 24)).await;
    assert_eq!(page(&gateway, &json!({})).await[0], json!(["10000.00 03"]));
    gateway.advance(Duration::from_hours(24)).await;
    assert_eq!(told(&gateway).await, ("order-1".into(), "08".into()));
    assert_eq!(page(&gateway, &json!({})).await[0], json!(["10000.00 08"]));
    assert_eq!(reported(&gateway, "late", "10.00").await.0, "4042519");

    // The number has rested for long enough.
    gateway.advance(NUMBER_REST).await;
    create(&sample::account("order-2")).await;
    assert_eq!(reported(&gateway, "bank-1", "10.00").await.1, "order-2");
    told(&gateway).await;
    gateway.advance(Duration::from_hours(366 * 24)).await;
    assert_ne!(reported(&gateway, "bank-2", "20.00").await.1, "order-2");
    told(&gateway).await;
    // Its orders were paid and stay so: of its end nobody needs to be told.
    let deleted = gateway.va_delete(&sample::account_delete("order-2")).send().await;
    assert_eq!(deleted.code(), "2003100", "{}", deleted.verdict());
    assert_eq!(reported(&gateway, "bank-3", "30.00").await.0, "4042512");
    assert_eq!(reported(&gateway, "bank-2", "20.00").await.0, "2002500", "what is booked stays booked");
    gateway.finish().await;
}

#[tokio::test]
async fn payments_that_come_at_once_are_each_booked_once() {
    let gateway = gateway_of("multi").await;
    opened(&gateway, "order-1").await;
    gateway.va_inquire(&sample::bank_inquiry("warm")).send().await;
    let report = |id: &'static str| reported(&gateway, id, "10.00");
    let answers: [(String, String); 8] = tokio::join!(
        report("b-1"),
        report("b-1"),
        report("b-2"),
        report("b-3"),
        report("b-3"),
        report("b-4"),
        report("b-5"),
        report("b-6"),
    )
    .into();
    assert!(answers.iter().all(|(code, _)| code == "2002500"), "{answers:?}");
    let orders: std::collections::HashSet<_> = answers.iter().map(|(_, trx_id)| trx_id).collect();
    assert_eq!(orders.len(), 6);
    assert_eq!(balance(&gateway).await, Money::idr(60));
    for _ in 0..6 {
        assert_eq!(told(&gateway).await.1, "00");
    }
    gateway.finish().await;
}

/// Which amounts each kind takes, as a bank hears it.
#[tokio::test]
async fn a_kind_takes_its_amounts() {
    for (kind, letter, expected) in [
        ("single", "C", ["4042513", "2002500", "4042514"]),
        ("single-open", "O", ["2002500", "4042514", "4042514"]),
        ("multi", "O", ["2002500", "2002500", "2002500"]),
        ("multi-minimum", "N", ["4042513", "2002500", "2002500"]),
    ] {
        let gateway = gateway_of(kind).await;
        opened(&gateway, "order-1").await;
        // What is open keeps the kind it was opened with.
        agree(&gateway, json!({"kind": "single"})).await;
        let asked = gateway.va_inquire(&sample::bank_inquiry("bank")).send().await;
        assert_eq!(asked.text_at("/virtualAccountData/virtualAccountTrxType"), letter, "{kind}");
        let report = async |id: &str, value: &str| reported(&gateway, id, value).await.0;
        let codes = [
            report("r-1", "9999.00").await,
            report("r-2", "10000.00").await,
            report("r-3", "10001.00").await,
        ];
        assert_eq!(codes, expected.map(str::to_owned), "{kind}");
        for code in codes {
            if code == "2002500" {
                assert_eq!(told(&gateway).await.1, "00");
            }
        }
        if kind == "single-open" {
            let status = gateway.va_status(&sample::account_status("order-1")).send().await;
            assert_eq!(status.text_at("/virtualAccountData/paidAmount/value"), "9999.00");
            assert_eq!(standing(&gateway, "order-1").await, "00");
        }
        gateway.finish().await;
    }
}

#[tokio::test]
async fn accounts_of_many_and_of_businesses_have_rules_of_their_own() {
    let gateway = gateway_of("multi").await;
    agree(&gateway, json!({"mandiriB2b": true})).await;
    let mut verdicts = Verdicts::default();
    let items = json!([{"name": "Kopi", "quantity": 1, "price": {"value": "10000.00", "currency": "IDR"}}]);
    let mut check = async |name: &str, value: &str, bank: &str, items: Option<&Value>| {
        let mut body = sample::account(name);
        body["totalAmount"]["value"] = json!(value);
        body["additionalInfo"]["bank"] = json!(bank);
        if let Some(items) = items {
            body["additionalInfo"]["items"] = items.clone();
        }
        verdicts.note(name, &gateway.va_create(&body).send().await);
    };
    check("no-items", "10000.00", "mandiri", None).await;
    check("items", "10000.00", "mandiri", Some(&items)).await;
    check("another-bank", "10000.00", "cimb", None).await;
    check("below-a-rupiah", "0.99", "cimb", None).await;
    check("a-rupiah", "1.00", "cimb", None).await;
    insta::assert_snapshot!("va_multi_refused", verdicts.as_str());
    let unknown = gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&json!({"kind": "many"}))).await;
    assert_eq!(unknown.status, 400);
    for _ in 0..3 {
        told(&gateway).await;
    }
    gateway.finish().await;
}
