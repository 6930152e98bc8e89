//! Authorizations (rows of several parts).

use std::time::Duration;

use lunas_testkit::sample;
use serde_json::{Value, json};

use super::{accepted, has};
use crate::pre_auth::{BLOCKED, HAPPY, INSUFFICIENT, authorized, captured, linked, standing};
use crate::world::{gateway, with};

const OPTIONS: &str = "/additionalInfo/payOptionDetails";
const WEEK: Duration = Duration::from_hours(7 * 24);

fn rupiah(value: &str) -> Value {
    json!({"value": value, "currency": "IDR"})
}

#[tokio::test]
async fn a4_c1_f17_an_authorization_is_answered_with_its_amount_twice_its_time_and_its_digits() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = sample::authorization("order-1", &tokens.wallet);
    let answer = accepted(gateway.auth_payment(&tokens.customer, &body), "63").await;
    let reference_no = answer.text_at("/referenceNo");
    let answer = answer.json();
    let amounts = ["/additionalInfo/amount", "/additionalInfo/grossAmount"];
    has(&answer, &amounts, Some(&rupiah("10000.00")));
    has(&answer, &["/paidTime"], Some(&json!("2026-11-20T10:00:00+07:00")));
    has(&answer, &["/additionalInfo/transactionStatus"], Some(&json!("01")));
    // It is paid when it is captured, and no sooner.
    gateway.advance(Duration::from_hours(1)).await;
    let asked = async || gateway.auth_query(&sample::auth_original(&reference_no)).send().await.json();
    let query = asked().await;
    has(&query, &["/paidTime"], None);
    has(&query, &["/latestTransactionStatus"], Some(&json!("01")));
    accepted(gateway.auth_capture(&sample::capture(&reference_no, "capture-1")), "65").await;
    has(&asked().await, &["/paidTime"], Some(&json!("2026-11-20T11:00:00+07:00")));
    gateway.finish().await;
}

#[tokio::test]
async fn a5_a6_a7_a_refund_of_an_authorization_is_told_as_every_refund_is() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let reference_no = captured(&gateway, &tokens, "order-1").await;
    let body = sample::refund(&reference_no, "refund-1", "4000");
    let refund = accepted(gateway.auth_refund(&body), "69").await.json();
    let at = json!("2026-11-20T10:00:00+07:00");
    has(&refund, &["/refundTime"], Some(&at));
    has(&refund, &["/refundDate"], None);
    let query = gateway.auth_query(&sample::auth_original(&reference_no)).send().await.json();
    let entry = query.pointer("/additionalInfo/refundHistory/0").unwrap();
    has(entry, &["/refundTime", "/refundDate"], Some(&at));
    has(entry, &["/partnerRefundNo", "/partnerReferenceNo"], Some(&json!("refund-1")));
    has(&query, &["/refundHistory", "/additionalData/refundHistory"], None);
    gateway.finish().await;
}

#[tokio::test]
async fn a8_f8_later_calls_find_an_authorization_in_three_places_and_take_it_whole() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut nth = 0;
    for place in ["", "additionalInfo", "additionalData"] {
        let mut named = async || {
            nth += 1;
            let (order, call) = (format!("order-{nth}"), format!("e-{nth}"));
            let body = sample::authorization(&order, &tokens.wallet);
            accepted(gateway.auth_payment(&tokens.customer, &body).external_id(&call), "63").await;
            let id = json!({"originalExternalId": call});
            let id = if place.is_empty() { id } else { json!({place: id}) };
            with(&id, "/originalPartnerReferenceNo", json!(order))
        };
        let told = |named: &Value, number: &str| {
            let mut body = with(named, "/merchantId", json!("G000000001"));
            body[number] = json!("number-1");
            body
        };
        let taken = named().await;
        let capture = with(&told(&taken, "partnerCaptureNo"), "/captureAmount", rupiah("10000"));
        let answer = accepted(gateway.auth_capture(&capture), place).await.json();
        has(&answer, &["/captureAmount"], Some(&rupiah("10000.00")));
        accepted(gateway.auth_query(&taken), place).await;
        let answer = accepted(gateway.auth_refund(&told(&taken, "partnerRefundNo")), place).await.json();
        has(&answer, &["/refundAmount"], Some(&rupiah("10000.00")));
        let given_back = told(&named().await, "partnerVoidNo");
        accepted(gateway.auth_void(&given_back), place).await;
    }
    let held = authorized(&gateway, &tokens, "order-1").await;
    let capture = with(&sample::capture(&held, "capture-1"), "/captureAmount", json!("10000.00"));
    let verdict = gateway.auth_capture(&capture).send().await.verdict();
    assert_eq!(verdict, "4006501 Invalid Field Format captureAmount: an object was expected");
    gateway.finish().await;
}

#[tokio::test]
async fn a10_f14_f20_f22_an_authorization_is_asked_for_in_several_forms() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = sample::authorization("order-1", &tokens.wallet);
    let option = body.pointer(&format!("{OPTIONS}/0")).unwrap().clone();
    let named = |option: &str| with(&body, &format!("{OPTIONS}/0/payOption"), json!(option));
    for (what, body) in [
        ("no title", with(&body, "/title", Value::Null)),
        ("one object", with(&body, OPTIONS, option)),
        ("the newer page's option", named("GOPAY_WALLET_POCKET")),
        ("the generic text's option", named("Coins")),
        ("an option that nobody knows", named("tabungan")),
        ("another option than the token's", named("PAY_LATER")),
    ] {
        let answer = accepted(gateway.auth_payment(&tokens.customer, &body), what).await;
        assert_eq!(answer.text_at(&format!("{OPTIONS}/0/payOption")), "GOPAY_WALLET", "{what}");
    }
    // What is said of the customer is looked at under either name: this one is blocked.
    let customer = json!({"phone": gateway.credentials.customers[BLOCKED].phone});
    for name in ["customerDetails", "customerDetail"] {
        let body = with(&body, &format!("/additionalInfo/{name}"), customer.clone());
        assert_eq!(gateway.auth_payment(&tokens.customer, &body).send().await.code(), "4036303", "{name}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a11_a12_an_authorization_names_its_option_as_table_and_sample_do() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let body = sample::authorization("order-1", &tokens.wallet);
    let answer = accepted(gateway.auth_payment(&tokens.customer, &body), "63").await;
    let query = gateway.auth_query(&sample::auth_original(&answer.text_at("/referenceNo"))).send().await;
    let used = json!([{"payMethod": "gopay", "payOption": "GOPAY_WALLET"}]);
    for answer in [answer.json(), query.json()] {
        has(&answer, &["/additionalInfo/userPaymentDetails"], Some(&used));
    }
    // The query's table and sample agree on the name; the payment's do not.
    has(&query.json(), &[OPTIONS], Some(&used));
    let both = json!([{"payMethod": "gopay", "payOption": "GOPAY_WALLET", "payOptions": "GOPAY_WALLET"}]);
    has(&answer.json(), &[OPTIONS], Some(&both));
    gateway.finish().await;
}

#[tokio::test]
async fn a13_the_data_of_an_authorization_comes_back_in_one_place() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let data = json!({"table": 7});
    let body = sample::authorization("order-1", &tokens.wallet);
    let body = with(&body, "/additionalInfo/metadata", data.clone());
    let answer = accepted(gateway.auth_payment(&tokens.customer, &body), "63").await;
    let query =
        gateway.auth_query(&sample::auth_original(&answer.text_at("/referenceNo"))).send().await.json();
    has(&query, &["/additionalInfo/metadata"], Some(&data));
    has(&query, &["/metadata"], None);
    gateway.finish().await;
}

#[tokio::test]
async fn b2_b4_b5_codes_of_authorizations_have_the_digits_of_their_own_service() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let (blocked, poor) = (linked(&gateway, BLOCKED).await, linked(&gateway, INSUFFICIENT).await);
    let authorize = async |customer: &str, wallet: &str| {
        gateway.auth_payment(customer, &sample::authorization("order-1", wallet)).send().await
    };
    let made = authorize(&tokens.customer, &tokens.wallet).await;
    let (taken, other) = (made.text_at("/referenceNo"), authorized(&gateway, &tokens, "order-1").await);
    let refund =
        async |number: &str| gateway.auth_refund(&sample::refund(&taken, number, "6000")).send().await;
    let void = async |of: &str| gateway.auth_void(&sample::void(of, "void-1")).send().await;
    for (answer, code) in [
        (made, "2006300"),
        (authorize(&blocked.customer, &blocked.wallet).await, "4036303"),
        (authorize(&poor.customer, &poor.wallet).await, "4036314"),
        (refund("early").await, "4036915"),
        (gateway.auth_capture(&sample::capture(&taken, "capture-1")).send().await, "2006500"),
        (void(&taken).await, "4036715"),
        (void(&other).await, "2006700"),
        (gateway.auth_capture(&sample::capture(&other, "late")).send().await, "4036515"),
        (refund("refund-1").await, "2006900"),
        (refund("refund-2").await, "4036902"),
    ] {
        assert_eq!(answer.code(), code, "{}", answer.verdict());
    }
    gateway.finish().await;
}

#[tokio::test]
async fn c3_an_authorization_that_nobody_captures_is_cancelled() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let kept = captured(&gateway, &tokens, "order-1").await;
    let left = authorized(&gateway, &tokens, "order-1").await;
    gateway.advance(WEEK - Duration::from_secs(1)).await;
    assert_eq!(standing(&gateway, &left).await, "01");
    gateway.advance(Duration::from_secs(1)).await;
    assert_eq!(standing(&gateway, &left).await, "05");
    assert_eq!(standing(&gateway, &kept).await, "00");
    gateway.finish().await;
}

#[tokio::test]
async fn f24_a_capture_has_no_title() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let capture = sample::capture(&authorized(&gateway, &tokens, "order-1").await, "capture-1");
    accepted(gateway.auth_capture(&with(&capture, "/title", Value::Null)), "no title").await;
    gateway.finish().await;
}
