//! Where the contract's documents, samples and clients disagree: what is taken, and the one form that is sent. Each
//! test begins with the rows of `docs/discrepancies.md` that it proves, and each row there names its tests.
//!
//! What merchants read, and what is said of an answer of another gateway, is tested where the SDK reads it.

mod authorizations;
mod calls;
mod links;
mod page;
mod values;

use crate::kit::{Answer, Call, Gateway, sample};
use lunas_vocab::{MerchantId, ReferenceNo};
use serde_json::{Value, json};

use crate::world::{gateway, opened, with};

async fn accepted(call: Call<'_>, what: &str) -> Answer {
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.verdict());
    answer
}

/// Opens a payment, has it paid, and refunds four tenths of it.
async fn refunded(gateway: &Gateway) -> (String, Answer) {
    let reference_no = opened(gateway, "order-1").await;
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    gateway.receiver.next().await;
    let refund = gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
    (reference_no, refund)
}

/// The same of a QR code.
async fn refunded_code(gateway: &Gateway) -> (String, Answer) {
    let made = gateway.qr_generate(&sample::qr("order-2")).send().await;
    let reference_no = made.text_at("/referenceNo");
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    for _ in 0..2 {
        gateway.receiver.next().await;
    }
    let refund = gateway.qr_refund(&sample::qr_refund(&reference_no, "refund-2", "4000")).send().await;
    (reference_no, refund)
}

/// Each name has the value, or none of them is there.
fn has(value: &Value, pointers: &[&str], expected: Option<&Value>) {
    for pointer in pointers {
        assert_eq!(value.pointer(pointer), expected, "{pointer} in {value}");
    }
}

#[tokio::test]
async fn a1_a2_a_return_url_has_two_names_and_two_shapes() {
    let gateway = gateway().await;
    let url = |at: &str| json!({"url": format!("https://shop.example/{at}"), "type": "PAY_RETURN", "isDeeplink": "N"});
    let check = async |param: Value, params: Value, expected: &str| {
        let body = with(&sample::payment("order-1"), "/urlParam", param);
        let body = with(&body, "/urlParams", params);
        let reference_no = accepted(gateway.pay(&body), expected).await.text_at("/referenceNo");
        let (id, reference_no) =
            (MerchantId::new("G000000001").unwrap(), ReferenceNo::new(reference_no).unwrap());
        let scope = lunas_store::Scope::Merchant(&id);
        let payment = gateway.app.store.payment_find(scope, &reference_no).await.unwrap().unwrap();
        let stored = payment.details.return_url.unwrap().url;
        assert_eq!(stored, format!("https://shop.example/{expected}"));
    };
    check(json!([url("a")]), Value::Null, "a").await;
    check(url("b"), Value::Null, "b").await;
    check(Value::Null, json!([url("c")]), "c").await;
    check(json!([]), url("d"), "d").await;
    check(json!([url("e")]), json!([url("f")]), "e").await;
    gateway.finish().await;
}

#[tokio::test]
async fn a3_an_answer_has_both_names_of_the_amount() {
    let gateway = gateway().await;
    let answer = gateway.pay(&sample::payment("order-1")).send().await.json();
    let amount = json!({"value": "10000.00", "currency": "IDR"});
    has(&answer, &["/additionalInfo/gross_amount", "/additionalInfo/grossAmount"], Some(&amount));
    gateway.finish().await;
}

#[tokio::test]
async fn a5_a6_a7_a_refund_has_both_names_of_its_time_and_its_number_in_its_place() {
    let gateway = gateway().await;
    let (reference_no, refund) = refunded(&gateway).await;
    let notification = gateway.receiver.next().await.json();
    let status = gateway.status(&sample::original(&reference_no)).send().await.json();
    let (code, code_refund) = refunded_code(&gateway).await;
    let code_notification = gateway.receiver.next().await.json();
    let query = gateway.qr_query(&sample::qr_original(&code)).send().await.json();
    let at = json!("2026-11-20T10:00:00+07:00");
    for answer in [&refund, &code_refund] {
        has(&answer.json(), &["/refundTime"], Some(&at));
        has(&answer.json(), &["/refundDate"], None);
    }
    let number = |nth: u8| json!(format!("refund-{nth}"));
    for (body, place, nth) in [
        (&status, "", 1),
        (&notification, "/additionalInfo", 1),
        (&query, "/additionalInfo", 2),
        (&code_notification, "/additionalInfo", 2),
    ] {
        let entry = body.pointer(&format!("{place}/refundHistory/0")).unwrap();
        has(entry, &["/refundTime", "/refundDate"], Some(&at));
        has(entry, &["/partnerRefundNo", "/partnerReferenceNo"], Some(&number(nth)));
    }
    has(&status, &["/additionalInfo/refundHistory"], None);
    has(&notification, &["/refundHistory"], None);
    gateway.finish().await;
}

#[tokio::test]
async fn a8_a9_the_opening_calls_id_is_found_in_three_places() {
    let gateway = gateway().await;
    gateway.pay(&sample::payment("order-1")).external_id("e-1").send().await;
    gateway.qr_generate(&sample::qr("order-2")).external_id("e-2").send().await;
    for nth in [1, 2] {
        let id = json!({"originalExternalId": format!("e-{nth}")});
        let inside = |name: &str| json!({name: id, "originalReferenceNo": ""});
        for body in [id.clone(), inside("additionalInfo"), inside("additionalData")] {
            let mut body = with(&body, "/merchantId", json!("G000000001"));
            body["partnerRefundNo"] = json!("r-1");
            body["reason"] = json!("r");
            body["serviceCode"] = json!("47");
            // Nobody has paid, which whoever finds the payment is told.
            let (found, refund, refused) = if nth == 1 {
                (gateway.status(&body), gateway.refund(&body), "4035815")
            } else {
                (gateway.qr_query(&body), gateway.qr_refund(&body), "4047800")
            };
            accepted(found, &body.to_string()).await;
            assert_eq!(refund.send().await.code(), refused, "{body}");
        }
        let body = json!({"additionalData": id, "merchantId": "G000000001", "reason": "r"});
        let cancel = if nth == 1 { gateway.cancel(&body) } else { gateway.qr_cancel(&body) };
        accepted(cancel, "cancel").await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a11_a12_the_option_used_has_both_of_its_names() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    let status = gateway.status(&sample::original(&reference_no)).send().await.json();
    let mut used = json!([{"payMethod": "gopay", "payOption": "GOPAY_WALLET"}]);
    has(&status, &["/additionalInfo/userPaymentDetails"], Some(&used));
    used[0]["payOptions"] = json!("GOPAY_WALLET");
    has(&status, &["/additionalInfo/payOptionDetails"], Some(&used));
    gateway.finish().await;
}

#[tokio::test]
async fn a14_a15_an_account_names_its_merchant_in_two_ways_and_answers_in_its_place() {
    let gateway = gateway().await;
    let merchant = json!("G000000001");
    let other_name = |body: &Value| {
        let mut body = with(body, "/additionalInfo/merchant_id", merchant.clone());
        body["additionalInfo"].as_object_mut().unwrap().remove("merchantId");
        body
    };
    let (inside, beside) = ("/virtualAccountData/additionalInfo/merchantId", "/additionalInfo/merchantId");
    let create = accepted(gateway.va_create(&other_name(&sample::account("order-1"))), "create").await;
    let status = accepted(gateway.va_status(&other_name(&sample::account_status("order-1"))), "status").await;
    let delete = accepted(gateway.va_delete(&other_name(&sample::account_delete("order-1"))), "delete").await;
    for (answer, place, not_there) in
        [(&create, inside, beside), (&status, beside, inside), (&delete, inside, beside)]
    {
        has(&answer.json(), &[place], Some(&merchant));
        has(&answer.json(), &[not_there], None);
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a16_a_bill_is_an_object_or_a_list_of_one() {
    let gateway = gateway().await;
    let bill = json!({"billInfo1": "Order", "billInfo2": "0200"});
    for (nth, sent) in [bill.clone(), json!([bill])].into_iter().enumerate() {
        let body = with(&sample::account(&format!("order-{nth}")), "/additionalInfo/mandiri", sent);
        let answer = accepted(gateway.va_create(&body), "create").await;
        has(&answer.json(), &["/virtualAccountData/additionalInfo/mandiri"], Some(&bill));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a17_a18_a_notification_of_a_code_has_its_parties_as_one_object() {
    let gateway = gateway().await;
    refunded_code(&gateway).await;
    let notification = gateway.receiver.next().await.json();
    assert!(notification.pointer("/additionalInfo/qris").unwrap().is_object(), "{notification}");
    has(&notification, &["/externalStoreID"], None);
    gateway.finish().await;
}

#[tokio::test]
async fn a19_a_refund_of_a_code_has_both_names_of_its_id() {
    let gateway = gateway().await;
    let (_, refund) = refunded_code(&gateway).await;
    assert_eq!(refund.text_at("/referenceNo"), refund.text_at("/refundNo"));
    gateway.finish().await;
}

#[tokio::test]
async fn a20_a_grant_is_asked_for_in_two_spellings() {
    let gateway = gateway().await;
    for name in ["grantType", "grant_type"] {
        let body = json!({name: "client_credentials", "additionalInfo": {}}).to_string();
        accepted(gateway.token_request().body(body), name).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a23_amounts_are_spelled_in_lower_case() {
    let gateway = gateway().await;
    let capital = json!({"Value": "10000.00", "Currency": "IDR"});
    let body = with(&sample::payment("order-1"), "/payOptionDetails/0/transAmount", capital);
    let verdict = gateway.pay(&body).send().await.verdict();
    assert_eq!(verdict, "4005402 Invalid Mandatory Field payOptionDetails[0].transAmount.value");
    gateway.finish().await;
}

#[tokio::test]
async fn a26_a27_an_account_stands_under_one_name_and_is_found_by_either_id() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    gateway.receiver.next().await;
    let paid = gateway.control("/va/700126280123456/pay").await.text_at("/referenceNo");
    let notification = gateway.receiver.next().await.json();
    has(&notification, &["/additionalInfo/paymentFlagStatus"], Some(&json!("00")));
    has(&notification, &["/latestTransactionStatus"], None);
    let body = sample::account_status("order-1");
    let none = with(&body, "/inquiryRequestId", Value::Null);
    for (what, body) in [
        ("trxId", body.clone()),
        ("the gateway's id as paymentRequestId", with(&none, "/paymentRequestId", json!(paid))),
        ("trxId as paymentRequestId", with(&none, "/paymentRequestId", json!("order-1"))),
        ("trxId as both", with(&body, "/paymentRequestId", json!("order-1"))),
    ] {
        let answer = accepted(gateway.va_status(&body), what).await.json();
        has(&answer, &["/virtualAccountData/inquiryRequestId"], Some(&json!("order-1")));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a28_a29_nothing_is_written_in_three_ways() {
    let gateway = gateway().await;
    for nothing in [json!({}), json!([]), Value::Null] {
        let what = nothing.to_string();
        let body = with(&sample::payment("order-1"), "/additionalInfo", nothing.clone());
        accepted(gateway.pay(&body), &what).await;
        let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"metadata": nothing}));
        accepted(gateway.pay(&body), &what).await;
    }
    let (code, _) = refunded_code(&gateway).await;
    for (nth, nothing) in [json!([]), Value::Null].into_iter().enumerate() {
        let body = sample::qr_refund(&code, &format!("again-{nth}"), "1");
        accepted(gateway.qr_refund(&with(&body, "/additionalInfo", nothing)), "refund").await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a30_a_notification_without_a_refund_has_an_empty_history() {
    let gateway = gateway().await;
    gateway.pay(&sample::payment("order-1")).send().await;
    let pending = gateway.receiver.next().await.json();
    has(&pending, &["/additionalInfo/refundHistory", "/additionalInfo/userPaymentDetails"], Some(&json!([])));
    gateway.finish().await;
}
