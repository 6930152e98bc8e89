//! Types, lengths, blanks and behaviour (rows F to H).

use std::time::Duration;

use lunas_testkit::{Reply, sample};
use serde_json::{Value, json};

use super::{accepted, has, refunded};
use crate::notification::attempted;
use crate::world::{after, gateway, opened, with};

#[tokio::test]
async fn f1_times_are_taken_in_any_form_and_sent_in_one() {
    let gateway = gateway().await;
    for time in [
        "2026-11-20T04:00:00.452305Z",
        "2026-11-20T11:00:00+07:00",
        "2026-11-20 11:00:00",
        "2026-11-20T04:00:00Z",
    ] {
        let body = with(&sample::payment("order-1"), "/validUpTo", json!(time));
        let answer = accepted(gateway.pay(&body), time).await;
        let sent = answer.text_at("/additionalInfo/validUpTo");
        assert!(sent.len() == 25 && sent.ends_with("+07:00") && sent.contains("T11:00:00"), "{sent}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f2_f7_amounts_have_up_to_two_decimals_and_are_sent_with_both() {
    let gateway = gateway().await;
    for value in ["10000", "10000.0", "10000.00"] {
        let answer = accepted(gateway.pay(&sample::payment_of("order-1", value)), value).await.json();
        let amount = json!({"value": "10000.00", "currency": "IDR"});
        has(&answer, &["/additionalInfo/grossAmount"], Some(&amount));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f3_f4_ids_are_kept_and_echoed_whole() {
    let gateway = gateway().await;
    let (order, external_id) = ("o".repeat(64), "e".repeat(36));
    let answer = accepted(gateway.pay(&sample::payment(&order)).external_id(&external_id), "64").await;
    assert_eq!(answer.text_at("/partnerReferenceNo"), order);
    let status = gateway.status(&sample::original_by_external_id(&external_id)).send().await;
    assert_eq!(status.text_at("/originalPartnerReferenceNo"), order);
    assert_eq!(status.text_at("/originalExternalId"), external_id);
    assert_eq!(gateway.receiver.next().await.text_at("/originalPartnerReferenceNo"), order);
    gateway.finish().await;
}

#[tokio::test]
async fn f5_f12_a_number_is_text_of_up_to_twenty_digits_and_an_id_has_128() {
    let gateway = gateway().await;
    let number = "12345678901234567890";
    let of = |body: Value| {
        let body = with(&body, "/customerNo", json!(number));
        with(&body, "/virtualAccountNo", json!(format!("   70012{number}")))
    };
    let answer = gateway.va_create(&of(sample::account("order-1"))).send().await;
    assert_eq!(answer.code(), "2002700", "{}", answer.verdict());
    let status = with(
        &sample::under(sample::account_status("order-1"), "123456789012"),
        "/paymentRequestId",
        json!("order-1"),
    );
    let as_number = with(&status, "/customerNo", json!(123_456_789_012_i64));
    accepted(gateway.va_status(&as_number), "a JSON number").await;
    let long = with(&status, "/inquiryRequestId", json!("x".repeat(128)));
    let verdict = gateway.va_status(&long).send().await.verdict();
    assert_eq!(verdict, "4042601 Transaction Not Found", "an id of 128 is read");
    let longer = with(&status, "/inquiryRequestId", json!("x".repeat(129)));
    assert_eq!(gateway.va_status(&longer).send().await.code(), "4002601");
    gateway.finish().await;
}

#[tokio::test]
async fn f6_f18_an_item_may_have_no_name_and_its_quantity_is_a_number_or_a_text() {
    let gateway = gateway().await;
    for quantity in [json!(1), json!("1"), json!("2.0"), json!(1.5)] {
        let item = json!({"price": {"value": "10000.00", "currency": "IDR"}, "quantity": quantity});
        let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"items": [item]}));
        accepted(gateway.pay(&body), &quantity.to_string()).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f10_a_tokens_life_is_sent_as_text() {
    let gateway = gateway().await;
    assert_eq!(gateway.token_request().send().await.json()["expiresIn"], json!("900"));
    gateway.finish().await;
}

#[tokio::test]
async fn f11_an_acquirer_is_a_text() {
    let gateway = gateway().await;
    // As it was sent; the usual one where none was.
    let acquirers = [json!("gopay"), json!("GOPAY"), json!("AirPay Shopee"), Value::Null];
    for (nth, sent) in acquirers.into_iter().enumerate() {
        let body = with(&sample::qr(&format!("order-{nth}")), "/additionalInfo/acquirer", sent.clone());
        let answer = gateway.qr_generate(&body).send().await;
        assert_eq!(answer.text_at("/additionalInfo/acquirer"), sent.as_str().unwrap_or("GOPAY"));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f13_the_date_of_a_code_is_sent_as_every_time_is() {
    let gateway = gateway().await;
    let code = gateway.qr_generate(&sample::qr("order-1")).send().await.text_at("/referenceNo");
    let answer = gateway.qr_cancel(&sample::qr_cancel(&code)).send().await;
    assert_eq!(answer.text_at("/transactionDate"), after(0));
    gateway.finish().await;
}

#[tokio::test]
async fn f15_f16_later_calls_need_no_more_than_one_id() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    // Neither the merchant's order id nor its number for the refund.
    let refund = accepted(gateway.refund(&sample::original(&reference_no)), "refund").await;
    assert_eq!(refund.text_at("/partnerRefundNo"), refund.text_at("/refundNo"));
    let reference_no = gateway.pay(&sample::payment("order-2")).send().await.text_at("/referenceNo");
    accepted(gateway.cancel(&sample::original(&reference_no)), "cancel").await;
    gateway.finish().await;
}

#[tokio::test]
async fn f19_words_are_taken_in_any_case_and_answered_in_one() {
    let gateway = gateway().await;
    for (method, option) in [("GOPAY", "GOPAY_WALLET"), ("gopay", "gopay"), ("Gopay", "Coins")] {
        let body = with(&sample::payment("order-1"), "/payOptionDetails/0/payMethod", json!(method));
        let body = with(&body, "/payOptionDetails/0/payOption", json!(option));
        accepted(gateway.pay(&body), method).await;
    }
    for (nth, bank) in ["mandiri", "MANDIRI", "Mandiri"].into_iter().enumerate() {
        let body = with(&sample::account(&format!("order-{nth}")), "/additionalInfo/bank", json!(bank));
        let answer = accepted(gateway.va_create(&body), bank).await;
        assert_eq!(answer.text_at("/virtualAccountData/additionalInfo/bank"), "mandiri");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f21_bills_paid_are_not_counted() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    gateway.control("/va/700126280123456/pay").await;
    let status = gateway.va_status(&sample::account_status("order-1")).send().await.json();
    has(&status, &["/virtualAccountData/paidBills"], None);
    gateway.finish().await;
}

#[tokio::test]
async fn g1_g2_g3_numbers_are_compared_without_blanks_and_sent_with_them() {
    let gateway = gateway().await;
    for (nth, company) in ["   70012", "70012", " 70012"].into_iter().enumerate() {
        let (trx_id, customer_no) = (format!("order-{nth}"), format!("62801234{nth:02}"));
        let body = with(&sample::account(&trx_id), "/partnerServiceId", json!(company));
        let body = with(&body, "/customerNo", json!(customer_no));
        let body = with(&body, "/virtualAccountNo", json!(format!("{company}{customer_no}")));
        let answer = accepted(gateway.va_create(&body), company).await.json();
        has(&answer, &["/virtualAccountData/partnerServiceId"], Some(&json!("   70012")));
        let number = json!(format!("   70012{customer_no}"));
        has(&answer, &["/virtualAccountData/virtualAccountNo"], Some(&number));
        let notification = gateway.receiver.next().await.json();
        has(&notification, &["/virtualAccountNo"], Some(&number));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn h1_h2_a_notification_is_repeated_five_times_until_it_gets_a_200() {
    let gateway = gateway().await;
    gateway.receiver.answer_next([Reply::Status(500), Reply::Status(201)]);
    let body = with(&sample::payment("order-1"), "/validUpTo", json!(after(86_400)));
    let reference_no = gateway.pay(&body).send().await.text_at("/referenceNo");
    for count in 1..=3 {
        let notification = attempted(&gateway, &reference_no, "03", count).await;
        assert_eq!(notification["state"], json!(if count == 3 { "delivered" } else { "pending" }));
        gateway.advance(Duration::from_hours(3)).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn h3_a_registered_return_url_stands_in_for_one_that_is_not_sent() {
    let gateway = gateway().await;
    accepted(gateway.pay(&with(&sample::payment("order-1"), "/urlParam", Value::Null)), "no URL").await;
    gateway.finish().await;
}

#[tokio::test]
async fn h5_a_changed_body_under_a_used_id_is_refused() {
    let gateway = gateway().await;
    let (_, refund) = refunded(&gateway).await;
    assert_eq!(refund.status, 200);
    gateway.pay(&sample::payment("order-2")).external_id("e-1").send().await;
    let changed = gateway.pay(&sample::payment("order-3")).external_id("e-1").send().await;
    assert_eq!(changed.code(), "4045418");
    gateway.finish().await;
}

#[tokio::test]
async fn f23_a_charge_is_asked_after_without_a_service_code_and_a_code_is_not() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    accepted(gateway.status(&json!({"originalReferenceNo": reference_no})), "55").await;
    let code = gateway.qr_generate(&sample::qr("order-2")).send().await.text_at("/referenceNo");
    let query = gateway.qr_query(&json!({"originalReferenceNo": code})).send().await;
    assert_eq!(query.verdict(), "4005102 Invalid Mandatory Field serviceCode");
    gateway.finish().await;
}

#[tokio::test]
async fn f25_f26_an_order_has_an_id_of_few_symbols_and_one_option() {
    let gateway = gateway().await;
    accepted(gateway.pay(&sample::payment("Az09-_~.")), "four symbols").await;
    for symbol in ["/", " ", "#", ":", "+", "é"] {
        let answer = gateway.pay(&sample::payment(&format!("order{symbol}1"))).send().await;
        let allowed = "only letters, digits and - _ ~ . are allowed";
        assert_eq!(answer.verdict(), format!("4005401 Invalid Field Format partnerReferenceNo: {allowed}"));
    }
    let option = sample::payment("order-1")["payOptionDetails"][0].clone();
    let two = with(&sample::payment("order-1"), "/payOptionDetails", json!([option, option]));
    let answer = gateway.pay(&two).send().await;
    let one = "payOptionDetails: exactly one element is allowed";
    assert_eq!(answer.verdict(), format!("4005401 Invalid Field Format {one}"));
    gateway.finish().await;
}

#[tokio::test]
async fn f27_lengths_are_those_that_samples_need() {
    let gateway = gateway().await;
    let body = |id: &str, token: &str| {
        let item = json!({"id": id, "price": {"value": "10000.00", "currency": "IDR"}, "quantity": "1"});
        let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"items": [item]}));
        with(&body, "/chargeToken", json!(token))
    };
    let uuid = "22cc3371-4bba-4ec6-8e0d-62163e130cdc";
    let body_of_samples = with(&body(uuid, uuid), "/validUpTo", json!("2026-11-20T04:00:00.452305Z"));
    accepted(gateway.pay(&body_of_samples), "samples").await;
    accepted(gateway.pay(&body(&"i".repeat(64), &"t".repeat(2048))), "the longest").await;
    for longer in [body(&"i".repeat(65), ""), body("", &"t".repeat(2049))] {
        assert_eq!(gateway.pay(&longer).send().await.code(), "4005401");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn f28_indonesian_has_two_names() {
    let gateway = gateway().await;
    for lang in ["id", "in", "ID", "IN", "en", "En"] {
        let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"lang": lang}));
        let page = accepted(gateway.pay(&body), lang).await.text_at("/webRedirectUrl");
        let path = page.strip_prefix(&gateway.base_url).unwrap().to_owned();
        let page = String::from_utf8(gateway.get(&path).await.body).unwrap();
        let expected = if lang.eq_ignore_ascii_case("en") { "en" } else { "id" };
        assert!(page.contains(&format!("<html lang=\"{expected}\"")), "{lang}: {page}");
    }
    let body = with(&sample::payment("order-1"), "/additionalInfo", json!({"lang": "nl"}));
    assert_eq!(gateway.pay(&body).send().await.code(), "4005401");
    gateway.finish().await;
}
