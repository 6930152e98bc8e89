//! Codes, states, headers, signatures and methods (rows B to E).

use lunas_testkit::{Hashed, sample};
use serde_json::{Value, json};

use super::{accepted, has, refunded, refunded_code};
use crate::world::{gateway, opened, standing, with};

#[tokio::test]
async fn b1_b2_b3_b13_b19_a_success_has_seven_digits_of_its_own_service() {
    let gateway = gateway().await;
    let token = gateway.token_request().send().await;
    let pay = gateway.pay(&sample::payment("order-1")).send().await;
    let cancel = gateway.cancel(&sample::original(&pay.text_at("/referenceNo"))).send().await;
    for _ in 0..2 {
        gateway.receiver.next().await;
    }
    let (_, refund) = refunded(&gateway).await;
    for (answer, code) in [(token, "2007300"), (pay, "2005400"), (cancel, "2005700"), (refund, "2005800")] {
        assert_eq!(answer.verdict(), format!("{code} Successful"));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn b9_an_amount_and_a_missing_account_have_codes_of_their_own() {
    let gateway = gateway().await;
    let body = with(&sample::account("order-1"), "/totalAmount/value", json!("0"));
    assert_eq!(gateway.va_create(&body).send().await.code(), "4042713");
    assert_eq!(gateway.va_status(&sample::account_status("none")).send().await.code(), "4042601");
    gateway.finish().await;
}

#[tokio::test]
async fn b16_b17_a_refund_that_cannot_be_is_refused_in_one_shape() {
    let gateway = gateway().await;
    let pending = opened(&gateway, "order-0").await;
    let early = gateway.refund(&sample::original(&pending)).send().await;
    assert_eq!(early.code(), "4035815");
    assert_eq!(early.json().as_object().unwrap().len(), 2, "a code and a message, and nothing else");
    let (code, _) = refunded_code(&gateway).await;
    let again = gateway.qr_refund(&sample::qr_refund(&code, "refund-2", "3000")).send().await;
    assert_eq!(again.code(), "4097801");
    gateway.finish().await;
}

#[tokio::test]
async fn b18_what_is_unknown_has_a_code_and_no_state() {
    let gateway = gateway().await;
    let unknown = gateway.status(&sample::original("none")).send().await;
    assert_eq!((unknown.status, unknown.code().as_str()), (404, "4045501"));
    has(&unknown.json(), &["/latestTransactionStatus"], None);
    assert_eq!(gateway.qr_query(&sample::qr_original("none")).send().await.code(), "4045101");
    gateway.finish().await;
}

#[tokio::test]
async fn c4_c8_a_state_is_two_digits_and_one_word_in_capitals() {
    let gateway = gateway().await;
    for (control, digits, word) in
        [("pay", "00", "SUCCESS"), ("expire", "08", "EXPIRED"), ("deny", "09", "REJECTED")]
    {
        let reference_no = opened(&gateway, control).await;
        gateway.control(&format!("/payments/{reference_no}/{control}")).await;
        let notification = gateway.receiver.next().await;
        let status = gateway.status(&sample::original(&reference_no)).send().await;
        for (digits_sent, word_sent) in [
            (
                notification.text_at("/latestTransactionStatus"),
                notification.text_at("/transactionStatusDesc"),
            ),
            (status.text_at("/latestTransactionStatus"), status.text_at("/transactionStatusDesc")),
        ] {
            assert_eq!((digits_sent.as_str(), word_sent.as_str()), (digits, word));
        }
    }
    gateway.finish().await;
}

#[tokio::test]
async fn c5_a_part_and_the_whole_are_told_apart_by_amounts() {
    let gateway = gateway().await;
    let (reference_no, _) = refunded(&gateway).await;
    let check = async |expected: &str| {
        assert_eq!(standing(&gateway, &reference_no).await, "04");
        let notification = gateway.receiver.next().await;
        assert_eq!(notification.text_at("/additionalInfo/totalRefundAmount/value"), expected);
    };
    check("4000.00").await;
    gateway.refund(&sample::original(&reference_no)).send().await;
    check("10000.00").await;
    gateway.finish().await;
}

#[tokio::test]
async fn c6_c7_an_account_stands_in_one_of_four_states_by_its_digits() {
    let gateway = gateway().await;
    for (nth, (control, digits)) in
        [("", "03"), ("pay", "00"), ("delete", "05"), ("expire", "08")].into_iter().enumerate()
    {
        let trx_id = format!("order-{nth}");
        let number = format!("62801234{nth:02}");
        let of = |body: Value| {
            let body = with(&body, "/customerNo", json!(number));
            with(&body, "/virtualAccountNo", json!(format!("   70012{number}")))
        };
        gateway.va_create(&of(sample::account(&trx_id))).send().await;
        match control {
            "" => {}
            "delete" => {
                gateway.va_delete(&of(sample::account_delete(&trx_id))).send().await;
            }
            control => {
                gateway.control(&format!("/va/70012{number}/{control}")).await;
            }
        }
        let status = gateway.va_status(&of(sample::account_status(&trx_id))).send().await.json();
        has(&status, &["/virtualAccountData/paymentFlagStatus"], Some(&json!(digits)));
    }
    gateway.finish().await;
}

#[tokio::test]
async fn c9_any_service_code_is_taken_and_the_charges_own_is_answered() {
    let gateway = gateway().await;
    let (debit, _) = refunded(&gateway).await;
    let (code, _) = refunded_code(&gateway).await;
    for sent in [json!("54"), json!(58), json!("47"), json!("78"), json!(""), Value::Null] {
        let body = with(&sample::original(&debit), "/serviceCode", sent.clone());
        assert_eq!(gateway.status(&body).send().await.text_at("/serviceCode"), "54", "{sent}");
        let body = with(&sample::original(&code), "/serviceCode", sent.clone());
        let answer = gateway.qr_query(&body).send().await;
        match sent {
            // The query's table has it as mandatory, and its sample sends it.
            Value::Null => assert_eq!(answer.verdict(), "4005102 Invalid Mandatory Field serviceCode"),
            Value::String(text) if text.is_empty() => assert_eq!(answer.code(), "4005102"),
            _ => assert_eq!(answer.text_at("/serviceCode"), "47", "{sent}"),
        }
    }
    gateway.finish().await;
}

#[tokio::test]
async fn d1_d19_reading_calls_are_signed_as_all_others_are() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    accepted(gateway.va_status(&sample::account_status("order-1")), "26").await;
    accepted(gateway.history_list(&json!({})), "12").await;
    // The token's signature, over client id and time, is that of no transaction.
    let now = gateway.app.env.wall().to_snap();
    let text = lunas_snap::signature::token_text(&gateway.merchant.client_id, &now);
    let rsa = gateway.merchant.private_key.sign(&text);
    let call = gateway.va_status(&sample::account_status("order-1")).header("X-SIGNATURE", &rsa);
    assert_eq!(call.send().await.verdict(), "4012600 Unauthorized. Signature");
    gateway.finish().await;
}

#[tokio::test]
async fn d2_d3_a_signature_is_base64_or_hexadecimal() {
    let gateway = gateway().await;
    accepted(gateway.pay(&sample::payment("order-1")), "base64").await;
    accepted(gateway.pay(&sample::payment("order-1")).hex_signature(), "hexadecimal").await;
    let signature = gateway.receiver.next().await.header("X-SIGNATURE").to_owned();
    assert!(signature.len() == 344 && signature.ends_with("=="), "base64 is sent: {signature}");
    gateway.finish().await;
}

#[tokio::test]
async fn d4_d7_an_external_id_is_any_text_that_fits() {
    let gateway = gateway().await;
    for id in ["1", "41807553358950093184162180797837", "uzi-order-testing.1_2~3", "abc def", &"x".repeat(36)]
    {
        accepted(gateway.pay(&sample::payment("order-1")).external_id(id), id).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn d5_d6_an_id_counts_for_one_service_and_is_answered_again() {
    let gateway = gateway().await;
    let create = || gateway.va_create(&sample::account("order-1")).external_id("order-1");
    let first = accepted(create(), "create").await;
    accepted(gateway.va_status(&sample::account_status("order-1")).external_id("order-1"), "status").await;
    assert_eq!(accepted(create(), "again").await.body, first.body);
    gateway.finish().await;
}

#[tokio::test]
async fn d8_d9_who_calls_is_said_by_the_token_alone() {
    let gateway = gateway().await;
    let call = || gateway.pay(&sample::payment("order-1"));
    for id in ["G000000001", "partner-id", "anything"] {
        accepted(call().header("X-PARTNER-ID", id), id).await;
    }
    for id in ["", "Mozilla/5.0"] {
        accepted(call().header("X-DEVICE-ID", id), id).await;
    }
    accepted(call().without("X-DEVICE-ID"), "no device").await;
    gateway.finish().await;
}

#[tokio::test]
async fn d10_a_status_call_has_its_time_in_any_form() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    for time in ["2026-11-20T03:00:00Z", "2026-11-20T10:00:00+07:00", "2026-11-20T03:00:00.123Z"] {
        accepted(gateway.va_status(&sample::account_status("order-1")).timestamp(time), time).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn d11_a_redirects_charge_token_is_not_looked_at() {
    let gateway = gateway().await;
    for token in [json!(""), json!("x"), json!("t".repeat(41))] {
        let body = with(&sample::payment("order-1"), "/chargeToken", token.clone());
        accepted(gateway.pay(&body), &token.to_string()).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn d14_d15_d16_a_notification_is_signed_for_the_part_that_is_appended() {
    let gateway = gateway().await;
    gateway.pay(&sample::payment("order-1")).send().await;
    let notification = gateway.receiver.next().await;
    let key = &gateway.credentials.notification_public_key;
    assert_eq!(notification.path, "/shop/v1.0/debit/notify");
    assert!(notification.is_signed_for("/v1.0/debit/notify", key));
    assert!(!notification.is_signed_for("/shop/v1.0/debit/notify", key));
    assert_eq!(notification.header("CHANNEL-ID").len(), 5);
    gateway.finish().await;
}

#[tokio::test]
async fn d18_a_body_that_was_signed_in_another_spelling_is_the_same_body() {
    let gateway = gateway().await;
    let signed = sample::payment("order-1").to_string();
    let sent = signed.replace('/', r"\/");
    assert_ne!(sent, signed);
    let call = gateway.pay(&Value::Null).body(sent).hashed(Hashed::Other(signed.into_bytes()));
    accepted(call, "as PHP sends it").await;
    gateway.finish().await;
}

#[tokio::test]
async fn d20_the_time_of_an_answer_is_the_gateways() {
    let gateway = gateway().await;
    let sent = "2026-11-20T02:55:00Z";
    let answer = gateway.status(&sample::original("none")).timestamp(sent).send().await;
    assert_eq!(answer.headers["x-timestamp"], gateway.app.env.wall().to_snap());
    gateway.finish().await;
}

#[tokio::test]
async fn e1_e2_services_are_called_with_post_and_one_with_delete_too() {
    let gateway = gateway().await;
    let get = gateway.status(&sample::original("none")).method("GET").send().await;
    assert_eq!((get.status, get.code().as_str()), (405, "4055500"));
    gateway.va_create(&sample::account("order-1")).send().await;
    accepted(gateway.va_delete(&sample::account_delete("order-1")).method("DELETE"), "DELETE").await;
    gateway.finish().await;
}

#[tokio::test]
async fn e3_an_account_is_told_of_by_its_own_notification() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    assert_eq!(gateway.receiver.next().await.path, "/shop/v1.0/transfer-va/payment");
    gateway.finish().await;
}

#[tokio::test]
async fn b20_a_token_ends_for_every_service() {
    let gateway = gateway().await;
    let query = gateway.qr_query(&sample::qr_original("none")).token("ended").send().await;
    assert_eq!(query.verdict(), "4015101 Invalid Token (B2B)");
    gateway.finish().await;
}

#[tokio::test]
async fn c11_a_paid_account_is_settled() {
    let gateway = gateway().await;
    gateway.va_create(&sample::account("order-1")).send().await;
    gateway.control("/va/700126280123456/pay").await;
    let status = gateway.va_status(&sample::account_status("order-1")).send().await;
    assert_eq!(status.text_at("/virtualAccountData/paymentFlagReason/english"), "settlement");
    gateway.finish().await;
}
