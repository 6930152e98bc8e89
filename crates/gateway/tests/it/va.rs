//! Virtual accounts, as merchants have them (27, 26, 31): opened once, under a number of their own, and ended once.

use std::time::Duration;

use crate::kit::{Gateway, sample, until};
use serde_json::{Value, json};

use crate::world::{Verdicts, after, gateway, with};

/// Opens the sample's account and takes its first notification.
pub(crate) async fn opened(gateway: &Gateway, trx_id: &str) {
    opened_as(gateway, &sample::account(trx_id)).await;
}

/// Opens an account, takes its first notification, and gives its number.
pub(crate) async fn opened_as(gateway: &Gateway, body: &Value) -> String {
    let trx_id = body["trxId"].as_str().unwrap_or_default();
    let answer = gateway.va_create(body).external_id(trx_id).send().await;
    assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
    assert_eq!(told(gateway).await, (trx_id.to_owned(), "03".to_owned()));
    answer.text_at("/virtualAccountData/virtualAccountNo").trim().to_owned()
}

/// Which account the next notification is about, and how it stands.
pub(crate) async fn told(gateway: &Gateway) -> (String, String) {
    let notification = gateway.receiver.next().await;
    assert_eq!(notification.path, "/shop/v1.0/transfer-va/payment");
    let key = &gateway.credentials.notification_public_key;
    assert!(notification.is_signed_for("/v1.0/transfer-va/payment", key));
    (notification.text_at("/trxId"), notification.text_at("/additionalInfo/paymentFlagStatus"))
}

/// The two digits under which an account stands.
pub(crate) async fn standing(gateway: &Gateway, trx_id: &str) -> String {
    let answer = gateway.va_status(&sample::account_status(trx_id)).external_id(trx_id).send().await;
    answer.text_at("/virtualAccountData/paymentFlagStatus")
}

#[tokio::test]
async fn an_account_is_opened_paid_and_told_of() {
    let gateway = gateway().await;
    let mut body = sample::account("order-1");
    body["virtualAccountEmail"] = json!("jokul@example.com");
    body["additionalInfo"]["customField"] = json!({"1": "satu", "3": "tiga"});
    // What nobody here knows comes back as well.
    body["additionalInfo"]["till"] = json!({"no": 7});
    let exchange = gateway.va_create(&body).external_id("order-1").exchange().await;
    insta::assert_snapshot!("va_opened", exchange.render(&gateway));
    insta::assert_snapshot!("va_opened_notification", gateway.receiver.next().await.render(&gateway));
    // The same id as the call that opened it, as the contract has it.
    let status = gateway.va_status(&sample::account_status("order-1")).external_id("order-1");
    insta::assert_snapshot!("va_status_pending", status.exchange().await.render(&gateway));

    let paid = gateway.control("/va/700126280123456/pay").await;
    assert_eq!((paid.status, paid.text_at("/paymentFlagStatus").as_str()), (200, "00"));
    let notification = gateway.receiver.next().await;
    assert_eq!(notification.text_at("/trxId"), "order-1");
    assert_eq!(notification.text_at("/paymentRequestId"), paid.text_at("/referenceNo"));
    assert_eq!(notification.text_at("/paidAmount/value"), "10000.00");
    assert_eq!(notification.text_at("/additionalInfo/paymentFlagStatus"), "00");
    assert_eq!(notification.text_at("/additionalInfo/customField/1"), "satu");
    let status = gateway.va_status(&sample::account_status("order-1"));
    insta::assert_snapshot!("va_status_paid", status.exchange().await.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn an_account_is_opened_once() {
    let gateway = gateway().await;
    let body = sample::account("order-1");
    let first = gateway.va_create(&body).external_id("order-1").send().await;
    assert_eq!(first.code(), "2002700");
    let again = gateway.va_create(&body).external_id("order-1").send().await;
    assert_eq!(again.body, first.body, "the same call gets the first answer again");
    gateway.advance(Duration::from_hours(80 * 24)).await;
    until("the account to expire", || async { (standing(&gateway, "order-1").await == "08").then_some(()) })
        .await;
    let later = gateway.va_create(&body).external_id("order-1").send().await;
    assert_eq!(later.body, first.body, "also much later");

    let mut verdicts = Verdicts::default();
    let dearer = with(&body, "/totalAmount/value", json!("10001.00"));
    verdicts.note("another body", &gateway.va_create(&dearer).external_id("order-1").send().await);
    verdicts.note("another id of the call", &gateway.va_create(&body).external_id("x").send().await);
    let other = gateway.add_merchant("G2", None).await;
    let theirs = with(&body, "/additionalInfo/merchantId", json!("G2"));
    verdicts.note("another merchant's", &gateway.va_create_as(&other, &theirs).send().await);
    gateway.advance(Duration::from_hours(13 * 24)).await;
    verdicts.note("after three months", &gateway.va_create(&body).external_id("order-1").send().await);
    insta::assert_snapshot!("va_opened_once", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn what_an_account_may_not_be_is_refused_by_its_code() {
    let gateway = gateway().await;
    let body = sample::account("order-1");
    let mut verdicts = Verdicts::default();
    let mut check = async |what: &str, body: Value| {
        verdicts.note(what, &gateway.va_create(&body).send().await);
    };
    check("no name", with(&body, "/virtualAccountName", Value::Null)).await;
    check("no additionalInfo", with(&body, "/additionalInfo", Value::Null)).await;
    check("an unknown bank", with(&body, "/additionalInfo/bank", json!("lunas"))).await;
    check("no bill for Mandiri", with(&body, "/additionalInfo/mandiri", Value::Null)).await;
    check("a symbol in trxId", with(&body, "/trxId", json!("order 1"))).await;
    check("letters in the number", with(&body, "/customerNo", json!("62801234a6"))).await;
    check("parts that do not join", with(&body, "/virtualAccountNo", json!("   70012999"))).await;
    check("nothing to pay", with(&body, "/totalAmount/value", json!("0.00"))).await;
    check("an amount that is none", with(&body, "/totalAmount/value", json!("ten"))).await;
    check("an expiry that has passed", with(&body, "/expiredDate", json!(after(0)))).await;
    check("another merchant", with(&body, "/additionalInfo/merchantId", json!("G2"))).await;
    let upper = with(&body, "/additionalInfo/bank", json!("MANDIRI"));
    check("a bank in capitals", with(&upper, "/expiredDate", json!(after(1)))).await;
    insta::assert_snapshot!("va_refused", verdicts.as_str());
    gateway.finish().await;
}

/// The number is the bank's to shape, and nobody else waits under it.
#[tokio::test]
async fn numbers_are_made_as_banks_have_them_and_are_unique() {
    let gateway = gateway().await;
    let number = async |trx_id: &str, bank: &str, company: &str, customer_no: &str, random: bool| {
        let mut body = sample::account(trx_id);
        let padded = format!("{company:>8}");
        body["virtualAccountNo"] = json!(format!("{padded}{customer_no}"));
        body["partnerServiceId"] = json!(padded);
        body["customerNo"] = json!(customer_no);
        body["additionalInfo"]["bank"] = json!(bank);
        body["additionalInfo"]["flags"] = json!({"shouldRandomizeVaNumber": random});
        let answer = gateway.va_create(&body).send().await;
        assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
        let part = |name: &str| answer.text_at(&format!("/virtualAccountData/{name}"));
        assert_eq!(part("virtualAccountNo"), format!("{}{}", part("partnerServiceId"), part("customerNo")));
        part("virtualAccountNo")
    };
    assert_eq!(number("cimb", "cimb", "1234", "99", false).await, "    1234000000000099");
    assert_eq!(number("bri", "bri", "88899", "12345678901234567890", false).await, "   888991234567890123");
    assert_eq!(number("free", "mandiri", "70012", "6280123456", false).await, "   700126280123456");
    let replaced = number("taken", "mandiri", "70012", "6280123456", false).await;
    assert!(replaced.starts_with("   70012") && replaced != "   700126280123456", "{replaced}");
    let random = number("any", "mandiri", "1234", "0000000000", true).await;
    assert!(random.starts_with("    1234") && random != "    12340000000000", "{random}");
    gateway.finish().await;
}

#[tokio::test]
async fn an_account_is_found_by_what_its_merchant_knows() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let paid = gateway.control("/va/700126280123456/pay").await;
    told(&gateway).await;
    let reference_no = paid.text_at("/referenceNo");
    let mut verdicts = Verdicts::default();
    let body = sample::account_status("order-1");
    let mut check = async |what: &str, body: Value| {
        verdicts.note(what, &gateway.va_status(&body).send().await);
    };
    check("trxId", body.clone()).await;
    check("customerNo as a number", with(&body, "/customerNo", json!(6_280_123_456_i64))).await;
    let unknown = with(&body, "/inquiryRequestId", json!("none"));
    let no_id = with(&body, "/inquiryRequestId", Value::Null);
    check("the gateway's id", with(&no_id, "/paymentRequestId", json!(reference_no))).await;
    check("trxId as paymentRequestId", with(&no_id, "/paymentRequestId", json!("order-1"))).await;
    check("an unknown trxId", unknown.clone()).await;
    check("and the gateway's id", with(&unknown, "/paymentRequestId", json!(reference_no))).await;
    check("no id but the number", no_id.clone()).await;
    check("the number with too few blanks", with(&no_id, "/virtualAccountNo", json!(" 700126280123456")))
        .await;
    let nowhere = with(&no_id, "/virtualAccountNo", json!("   70012999"));
    check("nothing", with(&nowhere, "/customerNo", json!("999"))).await;
    check("another merchant's id", with(&body, "/additionalInfo/merchantId", json!("G2"))).await;
    let other = gateway.add_merchant("G2", None).await;
    let theirs = with(&body, "/additionalInfo/merchantId", json!("G2"));
    verdicts.note("another merchant", &gateway.va_status_as(&other, &theirs).send().await);
    insta::assert_snapshot!("va_status_found", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn an_account_is_deleted_while_nobody_has_paid() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let body = sample::account_delete("order-1");
    let theirs = with(&body, "/additionalInfo/merchantId", json!("G2"));
    verdicts.note("by another merchant", &gateway.va_delete_as(&other, &theirs).send().await);
    verdicts.note("in another's name", &gateway.va_delete(&theirs).send().await);
    verdicts.note("an unknown one", &gateway.va_delete(&sample::account_delete("none")).send().await);
    let elsewhere = with(&body, "/virtualAccountNo", json!("   70012999"));
    let elsewhere = with(&elsewhere, "/customerNo", json!("999"));
    verdicts.note("under another number", &gateway.va_delete(&elsewhere).send().await);
    assert_eq!(standing(&gateway, "order-1").await, "03");

    let exchange = gateway.va_delete(&body).external_id("delete-1").exchange().await;
    insta::assert_snapshot!("va_deleted", exchange.render(&gateway));
    assert_eq!(told(&gateway).await, ("order-1".to_owned(), "05".to_owned()));
    let again = gateway.va_delete(&body).external_id("delete-1").send().await;
    assert_eq!(again.body, exchange.answer.body, "the same call gets the first answer again");
    verdicts.note("one that is deleted", &gateway.va_delete(&body).send().await);
    verdicts.note("another body", &gateway.va_delete(&elsewhere).external_id("delete-1").send().await);

    let delete = |trx_id: &str, customer_no: &str| sample::under(sample::account_delete(trx_id), customer_no);
    let number = opened_as(&gateway, &sample::under(sample::account("order-2"), "6280123457")).await;
    gateway.control(&format!("/va/{number}/pay")).await;
    told(&gateway).await;
    let paid = gateway.va_delete(&delete("order-2", "6280123457")).send().await;
    verdicts.note("one that is paid", &paid);
    let number = opened_as(&gateway, &sample::under(sample::account("order-3"), "6280123458")).await;
    gateway.control(&format!("/va/{number}/expire")).await;
    told(&gateway).await;
    let expired = gateway.va_delete(&delete("order-3", "6280123458")).send().await;
    verdicts.note("one that has expired", &expired);
    opened_as(&gateway, &sample::under(sample::account("order-4"), "6280123459")).await;
    let by_delete = gateway.va_delete(&delete("order-4", "6280123459")).method("DELETE").send().await;
    verdicts.note("with the standard's method", &by_delete);
    verdicts.note("with another method", &gateway.va_delete(&body).method("PUT").send().await);
    insta::assert_snapshot!("va_delete", verdicts.as_str());
    assert_eq!(told(&gateway).await, ("order-4".to_owned(), "05".to_owned()));
    gateway.finish().await;
}

#[tokio::test]
async fn an_account_waits_a_day_or_as_long_as_it_says() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let mut short = sample::account("order-2");
    short["expiredDate"] = json!(after(60));
    gateway.va_create(&short).send().await;
    told(&gateway).await;
    gateway.advance(Duration::from_secs(60)).await;
    assert_eq!(told(&gateway).await, ("order-2".to_owned(), "08".to_owned()));
    gateway.advance(Duration::from_secs(24 * 3600 - 61)).await;
    assert_eq!(standing(&gateway, "order-1").await, "03");
    gateway.advance(Duration::from_secs(1)).await;
    assert_eq!(standing(&gateway, "order-1").await, "08");
    assert_eq!(told(&gateway).await, ("order-1".to_owned(), "08".to_owned()));
    gateway.finish().await;
}
