//! What banks ask (24) and report (25): who may, what is due, and that nothing is booked twice.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_domain::ledger::Account;
use lunas_vocab::{BankId, MerchantId, Money};
use serde_json::{Value, json};

use crate::va::{opened, opened_as, standing, told};
use crate::world::{Verdicts, gateway};

/// What the merchant has, and what the sandbox's bank has to hand over.
async fn balances(gateway: &Gateway) -> (Money, Money) {
    let balance = async |account| gateway.app.store.balance_find(&account).await.unwrap();
    let merchant = balance(Account::Merchant(MerchantId::new("G000000001").unwrap())).await;
    (merchant, balance(Account::Bank(BankId::new("sandbox-bank").unwrap())).await)
}

#[tokio::test]
async fn a_bank_asks_and_reports_and_the_money_is_booked_once() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let inquiry = gateway.va_inquire(&sample::bank_inquiry("bank-1")).external_id("b-1").exchange().await;
    insta::assert_snapshot!("va_inquiry", inquiry.render(&gateway));
    let body = sample::bank_report("bank-1", "10000.00");
    let report = gateway.va_report(&body).external_id("b-2").exchange().await;
    insta::assert_snapshot!("va_report", report.render(&gateway));
    insta::assert_snapshot!("va_report_notification", gateway.receiver.next().await.render(&gateway));
    assert_eq!(standing(&gateway, "order-1").await, "00");
    let booked = (Money::idr(10_000), Money::idr(-10_000));
    assert_eq!(balances(&gateway).await, booked);

    let same = |answer: Answer| assert_eq!(answer.body, report.answer.body, "{}", answer.verdict());
    same(gateway.va_report(&body).external_id("b-2").send().await);
    same(gateway.va_report(&body).external_id("b-3").send().await);
    let mut advised = body.clone();
    advised["flagAdvise"] = json!("Y");
    same(gateway.va_report(&advised).external_id("b-4").send().await);
    same(gateway.va_report(&advised).external_id("b-2").send().await);

    let mut verdicts = Verdicts::default();
    let mut other = body.clone();
    other["referenceNo"] = json!("auth-2");
    verdicts.note("another body under the id", &gateway.va_report(&other).external_id("b-2").send().await);
    let less = sample::bank_report("bank-1", "9000.00");
    verdicts.note("another amount of the payment", &gateway.va_report(&less).send().await);
    let second = sample::bank_report("bank-2", "10000.00");
    verdicts.note("another payment", &gateway.va_report(&second).send().await);
    verdicts.note("a question about it", &gateway.va_inquire(&sample::bank_inquiry("bank-2")).send().await);
    insta::assert_snapshot!("va_report_again", verdicts.as_str());
    assert_eq!(balances(&gateway).await, booked);
    gateway.finish().await;
}

#[tokio::test]
async fn reports_that_race_are_booked_once() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    gateway.va_inquire(&sample::bank_inquiry("warm")).send().await;
    let report =
        async |id: &'static str| gateway.va_report(&sample::bank_report(id, "10000.00")).send().await.code();
    let mut codes: [String; 4] =
        tokio::join!(report("r-1"), report("r-1"), report("r-2"), report("r-2")).into();
    codes.sort();
    assert_eq!(codes, ["2002500", "2002500", "4042514", "4042514"]);
    assert_eq!(balances(&gateway).await, (Money::idr(10_000), Money::idr(-10_000)));
    gateway.finish().await;
}

#[tokio::test]
async fn what_a_bank_cannot_have_paid_is_refused_by_its_code() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let mut verdicts = Verdicts::default();
    let mut check = async |what: &str, change: &[(&str, Value)]| {
        let (mut inquiry, mut report) =
            (sample::bank_inquiry("bank-1"), sample::bank_report("bank-1", "10000.00"));
        for (name, value) in change {
            inquiry[*name] = value.clone();
            report[*name] = value.clone();
        }
        verdicts.note(&format!("asks: {what}"), &gateway.va_inquire(&inquiry).send().await);
        verdicts.note(&format!("reports: {what}"), &gateway.va_report(&report).send().await);
    };
    let amount = |value: &str| json!({"value": value, "currency": "IDR"});
    check("an unknown number", &[("virtualAccountNo", json!("70012999")), ("customerNo", json!("999"))])
        .await;
    check("too little", &[("amount", amount("9999.99")), ("paidAmount", amount("9999.99"))]).await;
    check("too much", &[("amount", amount("10000.01")), ("paidAmount", amount("10000.01"))]).await;
    check("no id", &[("inquiryRequestId", Value::Null), ("paymentRequestId", Value::Null)]).await;
    gateway.advance(Duration::from_hours(24)).await;
    assert_eq!(told(&gateway).await.1, "08");
    check("one that has expired", &[]).await;
    opened_as(&gateway, &sample::under(sample::account("order-2"), "6280123457")).await;
    gateway.va_delete(&sample::under(sample::account_delete("order-2"), "6280123457")).send().await;
    assert_eq!(told(&gateway).await.1, "05");
    let deleted = [("virtualAccountNo", json!("700126280123457")), ("customerNo", json!("6280123457"))];
    check("one that is deleted", &deleted).await;
    insta::assert_snapshot!("va_bank_refused", verdicts.as_str());
    assert_eq!(balances(&gateway).await, (Money::ZERO_IDR, Money::ZERO_IDR));
    gateway.finish().await;
}

#[tokio::test]
async fn only_the_banks_that_keep_an_account_have_to_do_with_it() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let (inquiry, report) = (sample::bank_inquiry("bank-1"), sample::bank_report("bank-1", "10000.00"));
    let mut verdicts = Verdicts::default();
    verdicts.note("a merchant asks", &gateway.va_inquire_as(&gateway.merchant, &inquiry).send().await);
    verdicts.note("a merchant reports", &gateway.va_report_as(&gateway.merchant, &report).send().await);
    let create = gateway.va_create_as(&gateway.bank, &sample::account("order-2"));
    verdicts.note("a bank opens an account", &create.send().await);
    verdicts.note("a bank charges", &gateway.pay_as(&gateway.bank, &sample::payment("order-2")).send().await);
    let bca = gateway.add_bank("bca", &["bca"]).await;
    verdicts.note("a bank that does not keep it asks", &gateway.va_inquire_as(&bca, &inquiry).send().await);
    verdicts.note("and reports", &gateway.va_report_as(&bca, &report).send().await);
    let mandiri = gateway.add_bank("mandiri", &["mandiri"]).await;
    verdicts.note("the bank that keeps it asks", &gateway.va_inquire_as(&mandiri, &inquiry).send().await);
    verdicts.note("and reports", &gateway.va_report_as(&mandiri, &report).send().await);
    insta::assert_snapshot!("va_bank_only", verdicts.as_str());
    assert_eq!(told(&gateway).await.1, "00");
    gateway.finish().await;
}

#[tokio::test]
async fn the_sandbox_pays_by_the_bank_and_says_why_not() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let check = async |path: &str, body: Value, expected: (u16, &str)| {
        let answer = gateway.control_with(path, &body).await;
        assert_eq!(answer.status, expected.0, "{:?}", answer.json());
        assert!(answer.json().to_string().contains(expected.1), "{}", answer.json());
    };
    check("/va/700129/pay", json!({}), (404, "no such virtual account")).await;
    check("/va/700126280123456/pay", json!({"amount": "x"}), (400, "amount")).await;
    check("/va/700126280123456/pay", json!({"amount": "1.00"}), (409, "4042513")).await;
    check("/va/%20%20%20700126280123456/pay", json!({"amount": "10000.00"}), (200, "\"00\"")).await;
    check("/va/700126280123456/pay", json!({}), (409, "4042414")).await;
    check("/va/700126280123456/expire", json!({}), (409, "00 (paid)")).await;
    assert_eq!(told(&gateway).await.1, "00");
    gateway.finish().await;
}
