//! What answers about virtual accounts have in them, and by which ids an account is found (26).

use std::collections::BTreeSet;
use std::time::Duration;

use crate::kit::{Gateway, sample};
use reqwest::Method;
use serde_json::{Value, json};

use crate::va::{opened, opened_as, told};
use crate::world::{Verdicts, gateway, with};

/// Every member of the published sample of a paid account, with the length that the table gives it; zero for what is no
/// text of a length.
const PAID: &[(&str, usize)] = &[
    ("responseCode", 7),
    ("responseMessage", 150),
    ("virtualAccountData.paymentFlagStatus", 2),
    ("virtualAccountData.paymentFlagReason.indonesia", 200),
    ("virtualAccountData.paymentFlagReason.english", 200),
    ("virtualAccountData.partnerServiceId", 8),
    ("virtualAccountData.customerNo", 20),
    ("virtualAccountData.virtualAccountNo", 28),
    ("virtualAccountData.inquiryRequestId", 128),
    ("virtualAccountData.paymentRequestId", 128),
    ("virtualAccountData.paidAmount.value", 19),
    ("virtualAccountData.paidAmount.currency", 3),
    ("virtualAccountData.totalAmount.value", 19),
    ("virtualAccountData.totalAmount.currency", 3),
    ("virtualAccountData.trxDateTime", 25),
    ("virtualAccountData.transactionDate", 25),
    ("virtualAccountData.referenceNo", 15),
    ("virtualAccountData.paymentType", 1),
    ("virtualAccountData.flagAdvise", 1),
    ("virtualAccountData.billDetails[].billCode", 2),
    ("virtualAccountData.billDetails[].billNo", 18),
    ("virtualAccountData.billDetails[].billName", 20),
    ("virtualAccountData.billDetails[].billShortName", 10),
    ("virtualAccountData.billDetails[].billDescription.english", 18),
    ("virtualAccountData.billDetails[].billDescription.indonesia", 18),
    ("virtualAccountData.billDetails[].billSubCompany", 5),
    ("virtualAccountData.billDetails[].billAmount.value", 19),
    ("virtualAccountData.billDetails[].billAmount.currency", 3),
    ("virtualAccountData.billDetails[].additionalInfo.value", 16),
    ("virtualAccountData.billDetails[].billReferenceNo", 15),
    ("virtualAccountData.billDetails[].status", 2),
    ("virtualAccountData.billDetails[].reason.english", 64),
    ("virtualAccountData.billDetails[].reason.indonesia", 64),
    ("virtualAccountData.freeTexts[].english", 32),
    ("virtualAccountData.freeTexts[].indonesia", 32),
    ("additionalInfo.merchantId", 10),
];

/// What an account has only once it is paid.
const ONCE_PAID: &[&str] = &[
    "paymentRequestId",
    "paidAmount",
    "transactionDate",
    "referenceNo",
    "paymentType",
    "flagAdvise",
    "billReferenceNo",
];

/// Every member with a value, under its name from the root on.
fn members(value: &Value, path: &str, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                members(value, &path, into);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                members(element, &format!("{path}[]"), into);
            }
        }
        Value::String(text) => into.push((path.to_owned(), text.clone())),
        other => panic!("{path} is {other}"),
    }
}

/// The answer about an account has these members and no others, none of them too long.
fn has(answer: &Value, is_paid: bool) {
    let mut found = Vec::new();
    members(answer, "", &mut found);
    let expected =
        PAID.iter().filter(|(path, _)| is_paid || !path.split('.').any(|name| ONCE_PAID.contains(&name)));
    let expected: BTreeSet<&str> = expected.map(|(path, _)| *path).collect();
    let names: BTreeSet<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, expected, "{answer}");
    for (path, text) in &found {
        let (_, longest) = PAID.iter().find(|(known, _)| known == path).unwrap();
        assert!(text.chars().count() <= *longest, "{path} is {text:?}");
    }
}

async fn status(gateway: &Gateway, body: &Value) -> Value {
    let answer = gateway.va_status(body).send().await;
    assert_eq!(answer.code(), "2002600", "{}", answer.verdict());
    answer.json()
}

#[tokio::test]
async fn s1_an_account_is_told_with_every_member_of_the_sample() {
    let gateway = gateway().await;
    let mut body = sample::account("order-1");
    body["customerNo"] = json!("628012345678901");
    body["virtualAccountNo"] = json!("   70012628012345678901");
    body["additionalInfo"]["bank"] = json!("bca");
    body["additionalInfo"]["subCompanyCode"] = json!("00321");
    body["additionalInfo"]["items"] = json!([{
        "name": "Kopi susu gula aren besar", "quantity": 1, "price": {"value": "10000.00", "currency": "IDR"},
    }]);
    let long = "Terima kasih sudah berbelanja di toko kami";
    body["additionalInfo"]["freeText"] = json!([{
        "inquiry": {"english": "Pay at our shop", "indonesia": "Bayar di toko kami"},
        "payment": {"english": "Thank you", "indonesia": long},
    }]);
    let number = opened_as(&gateway, &body).await;
    let mut ask = sample::account_status("order-1");
    ask["customerNo"] = body["customerNo"].clone();
    ask["virtualAccountNo"] = body["virtualAccountNo"].clone();
    let pending = status(&gateway, &ask).await;
    has(&pending, false);
    let at = |answer: &Value, pointer: &str| {
        answer.pointer(&format!("/virtualAccountData{pointer}")).and_then(Value::as_str).unwrap().to_owned()
    };
    assert_eq!(at(&pending, "/paymentFlagReason/indonesia"), "MENUNGGU");
    assert_eq!(at(&pending, "/freeTexts/0/english"), "Pay at our shop");
    assert_eq!(at(&pending, "/billDetails/0/status"), "03");

    let paid = gateway.control(&format!("/va/{number}/pay")).await.text_at("/referenceNo");
    let notification = gateway.receiver.next().await;
    let answer = status(&gateway, &ask).await;
    has(&answer, true);
    for (pointer, expected) in [
        ("/paymentFlagStatus", "00"),
        ("/paymentFlagReason/english", "settlement"),
        ("/paymentFlagReason/indonesia", "BERHASIL"),
        ("/paymentRequestId", paid.as_str()),
        ("/paidAmount/value", "10000.00"),
        ("/totalAmount/value", "10000.00"),
        ("/referenceNo", &notification.text_at("/referenceNo")),
        ("/billDetails/0/billNo", "628012345678901"),
        ("/billDetails/0/billName", "Kopi susu gula aren "),
        ("/billDetails/0/billShortName", "Kopi susu "),
        ("/billDetails/0/billSubCompany", "00321"),
        ("/billDetails/0/billAmount/value", "10000.00"),
        ("/billDetails/0/billReferenceNo", &notification.text_at("/referenceNo")),
        ("/billDetails/0/status", "00"),
        ("/billDetails/0/reason/indonesia", "Sukses"),
        ("/freeTexts/0/english", "Thank you"),
        ("/freeTexts/0/indonesia", "Terima kasih sudah berbelanja di"),
    ] {
        assert_eq!(at(&answer, pointer), expected, "{pointer}");
    }
    // One payment is not told in pages.
    ask["additionalInfo"]["page"] = json!("1");
    assert_eq!(status(&gateway, &ask).await, answer);
    gateway.finish().await;
}

/// Codes of payments as banks have them, and what a bill makes of each.
#[tokio::test]
async fn s1_the_code_of_a_payment_has_at_most_fifteen_characters() {
    for (reported, code, bill) in [
        (json!("00113696201"), "00113696201", "00113696201"),
        (json!(113_696_201), "113696201", "113696201"),
        (json!("20240212172957000113696201"), "957000113696201", "957000113696201"),
        (json!("AUTH-7f3a"), "AUTH-7f3a", ""),
        (Value::Null, "", ""),
    ] {
        let gateway = gateway().await;
        opened(&gateway, "order-1").await;
        let report = with(&sample::bank_report("bank-1", "10000.00"), "/referenceNo", reported.clone());
        let booked = gateway.va_report(&report).send().await;
        assert_eq!(booked.code(), "2002500", "{}", booked.verdict());
        told(&gateway).await;
        let answer = status(&gateway, &sample::account_status("order-1")).await;
        has(&answer, true);
        let account = &answer["virtualAccountData"];
        let own = account["paymentRequestId"].as_str().unwrap();
        let code = if code.is_empty() { &own[own.len() - 15..] } else { code };
        assert_eq!(account["referenceNo"], json!(code), "{reported}");
        let told = account["billDetails"][0]["billReferenceNo"].as_str().unwrap();
        assert!(told.len() == 15 || told == bill, "{reported}: {told}");
        assert!(told.bytes().all(|byte| byte.is_ascii_digit()), "{reported}: {told}");
        gateway.finish().await;
    }
}

#[tokio::test]
async fn s1_every_end_and_every_amount_is_told_in_words_and_numbers() {
    let gateway = gateway().await;
    for (trx_id, number, end, words) in [
        ("order-1", "6280123451", "delete", ["05", "cancel", "DIBATALKAN"]),
        ("order-2", "6280123452", "expire", ["08", "expire", "KEDALUWARSA"]),
    ] {
        opened_as(&gateway, &sample::under(sample::account(trx_id), number)).await;
        if end == "delete" {
            gateway.va_delete(&sample::under(sample::account_delete(trx_id), number)).send().await;
        } else {
            gateway.control(&format!("/va/70012{number}/{end}")).await;
        }
        told(&gateway).await;
        let answer = status(&gateway, &sample::under(sample::account_status(trx_id), number)).await;
        has(&answer, false);
        let account = &answer["virtualAccountData"];
        let reason = &account["paymentFlagReason"];
        assert_eq!(
            json!([account["paymentFlagStatus"], reason["english"], reason["indonesia"]]),
            json!(words)
        );
    }
    let terms = json!({"kind": "single-open"});
    gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await;
    opened(&gateway, "order-3").await;
    gateway.va_report(&sample::bank_report("bank-1", "7500.50")).send().await;
    told(&gateway).await;
    let answer = status(&gateway, &sample::account_status("order-3")).await;
    has(&answer, true);
    let amounts = ["/totalAmount", "/paidAmount", "/billDetails/0/billAmount"].map(|pointer| {
        answer
            .pointer(&format!("/virtualAccountData{pointer}/value"))
            .and_then(Value::as_str)
            .unwrap()
            .to_owned()
    });
    assert_eq!(amounts, ["10000.00", "7500.50", "7500.50"]);
    gateway.finish().await;
}

/// An older account that is paid, and a newer one under another number. Every id that is given has to mean the same
/// account as the others, and the number has to be its own.
#[tokio::test]
async fn s8_an_account_is_found_by_ids_that_agree_and_by_no_others() {
    let gateway = gateway().await;
    opened(&gateway, "old").await;
    let paid = gateway.control("/va/700126280123456/pay").await.text_at("/referenceNo");
    told(&gateway).await;
    opened_as(&gateway, &sample::under(sample::account("new"), "6280123457")).await;
    let mut verdicts = Verdicts::default();
    for (inquiry, payment, number, expected) in [
        // By one id, and by none.
        ("old", "", "6280123456", "old"),
        ("", "old", "6280123456", "old"),
        ("", paid.as_str(), "6280123456", "old"),
        ("", "", "6280123456", "old"),
        ("", "", "6280123457", "new"),
        // By both.
        ("old", "old", "6280123456", "old"),
        ("old", paid.as_str(), "6280123456", "old"),
        // An id that nobody has.
        ("none", "", "6280123456", ""),
        ("", "none", "6280123456", ""),
        ("none", "old", "6280123456", ""),
        ("old", "none", "6280123456", ""),
        ("none", paid.as_str(), "6280123456", ""),
        ("none", "none", "6280123456", ""),
        // Ids and numbers of two accounts.
        ("new", paid.as_str(), "6280123457", ""),
        ("new", "old", "6280123457", ""),
        ("new", "", "6280123456", ""),
        ("old", "", "6280123457", ""),
        ("", paid.as_str(), "6280123457", ""),
        ("", "", "6280123499", ""),
    ] {
        let given = |id: &str| if id.is_empty() { Value::Null } else { json!(id) };
        let body = sample::under(sample::account_status(""), number);
        let body = with(&body, "/inquiryRequestId", given(inquiry));
        let body = with(&body, "/paymentRequestId", given(payment));
        let answer = gateway.va_status(&body).send().await;
        let what = format!("{inquiry:>4} {} {number}", if payment == paid { "paid" } else { payment });
        let found = answer.json().pointer("/virtualAccountData/inquiryRequestId").cloned();
        let expected_code = if expected.is_empty() { "4042601" } else { "2002600" };
        assert_eq!(answer.code(), expected_code, "{what}: {}", answer.verdict());
        assert_eq!(found.as_ref().and_then(Value::as_str).unwrap_or_default(), expected, "{what}");
        if expected.is_empty() {
            verdicts.note(&what, &answer);
        }
    }
    insta::assert_snapshot!("s8_account_not_found", verdicts.as_str());
    gateway.finish().await;
}

/// A later payment into an account of many has ids of its own, which lead to the account as well.
#[tokio::test]
async fn s8_an_account_of_many_is_found_by_the_ids_of_its_payments() {
    let gateway = gateway().await;
    let terms = json!({"kind": "multi"});
    gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await;
    opened(&gateway, "order-1").await;
    let mut ids = Vec::new();
    for bank_id in ["bank-1", "bank-2"] {
        gateway.va_report(&sample::bank_report(bank_id, "2500.00")).send().await;
        let notification = gateway.receiver.next().await;
        ids.push((notification.text_at("/trxId"), notification.text_at("/paymentRequestId")));
        gateway.advance(Duration::from_secs(1)).await;
    }
    for (inquiry, payment, expected) in [
        (ids[1].0.as_str(), ids[1].1.as_str(), "2002600"),
        (ids[1].0.as_str(), ids[0].1.as_str(), "2002600"),
        (ids[1].0.as_str(), "", "2002600"),
        ("", ids[1].1.as_str(), "2002600"),
        ("order-1-030424072903549oVvY", "", "4042601"),
        ("none-030424072903549oVvY", "", "4042601"),
    ] {
        let given = |id: &str| if id.is_empty() { Value::Null } else { json!(id) };
        let body = with(&sample::account_status(""), "/inquiryRequestId", given(inquiry));
        let answer = gateway.va_status(&with(&body, "/paymentRequestId", given(payment))).send().await;
        assert_eq!(answer.code(), expected, "{inquiry} {payment}: {}", answer.verdict());
        if expected == "2002600" {
            let total = "/additionalInfo/recurringPaymentDetail/paginationMetadata/total";
            assert_eq!(answer.text_at(total), "2");
        }
    }
    gateway.finish().await;
}

/// What the published table of 26 calls mandatory, but for the ids: without them the number decides.
#[tokio::test]
async fn s6_a_status_call_without_a_mandatory_field_is_refused_by_its_name() {
    let gateway = gateway().await;
    opened(&gateway, "order-1").await;
    let body = sample::account_status("order-1");
    for name in ["partnerServiceId", "customerNo", "virtualAccountNo"] {
        let verdict =
            gateway.va_status(&with(&body, &format!("/{name}"), Value::Null)).send().await.verdict();
        assert_eq!(verdict, format!("4002602 Invalid Mandatory Field {name}"));
    }
    for info in [Value::Null, json!({}), json!([]), json!({"merchantId": ""}), json!({"merchant_id": null})] {
        let verdict = gateway.va_status(&with(&body, "/additionalInfo", info.clone())).send().await.verdict();
        assert_eq!(verdict, "4002602 Invalid Mandatory Field additionalInfo.merchantId", "{info}");
    }
    for name in ["merchantId", "merchant_id"] {
        status(&gateway, &with(&body, "/additionalInfo", json!({name: "G000000001"}))).await;
    }
    gateway.finish().await;
}
