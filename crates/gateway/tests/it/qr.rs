//! QR codes (47, 51, 77, 78 and the notification 52): made, drawn, scanned, paid, cancelled and refunded.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::qris::{Payload, crc16};
use lunas_vocab::Money;
use serde_json::{Value, json};

use crate::world::{Verdicts, after, gateway, opened, with};

const DAY: Duration = Duration::from_hours(24);

/// Makes a code of 10 000 rupiah, takes its first notification, and gives the answer.
async fn made(gateway: &Gateway, body: &Value) -> Answer {
    let answer = gateway.qr_generate(body).send().await;
    assert_eq!(answer.code(), "2004700", "{}", answer.verdict());
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
    answer
}

/// Makes a code and lets the first customer scan and pay it; gives its reference number.
async fn paid(gateway: &Gateway, body: &Value) -> String {
    let code = made(gateway, body).await;
    let scanned = gateway.control_with("/qr/pay", &json!({"qrContent": code.text_at("/qrContent")})).await;
    assert_eq!(scanned.text_at("/latestTransactionStatus"), "00", "{}", scanned.json());
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
    code.text_at("/referenceNo")
}

async fn standing(gateway: &Gateway, reference_no: &str) -> String {
    gateway.qr_query(&sample::qr_original(reference_no)).send().await.text_at("/latestTransactionStatus")
}

fn shopee(order: &str) -> Value {
    let mut body = sample::qr(order);
    body["additionalInfo"]["acquirer"] = "Airpay Shopee".into();
    body
}

#[tokio::test]
async fn a_code_is_made_scanned_paid_and_refunded() {
    let gateway = gateway().await;
    let code = gateway.qr_generate(&sample::qr("order-1")).external_id("order-1").exchange().await;
    // The code holds the reference, which is another in each run; what it says is checked below.
    let mut rendered = code.render(&gateway);
    for name in ["qrContent", "qrImage"] {
        rendered = rendered.replace(&code.answer.text_at(&format!("/{name}")), &format!("<{name}>"));
    }
    insta::assert_snapshot!("qr_generate", rendered);
    insta::assert_snapshot!("qr_pending_notification", gateway.receiver.next().await.render(&gateway));
    let text = code.answer.text_at("/qrContent");
    let payload = Payload::parse(&text).unwrap();
    assert_eq!(payload.amount, Some(Money::idr(10_000)));
    assert_eq!(payload.merchant_name, "Kopi Senja");
    let (covered, crc) = text.split_at(text.len() - 4);
    assert_eq!(format!("{:04X}", crc16(covered.as_bytes())), crc);
    let query = gateway.qr_query(&sample::qr_original(&code.answer.text_at("/referenceNo")));
    insta::assert_snapshot!("qr_query_pending", query.external_id("q-1").exchange().await.render(&gateway));

    gateway.advance(Duration::from_mins(1)).await;
    let scanned = gateway.control_with("/qr/pay", &json!({"qrContent": text})).await;
    assert_eq!(scanned.status, 200);
    insta::assert_snapshot!("qr_paid_notification", gateway.receiver.next().await.render(&gateway));
    let part = sample::qr_refund(&code.answer.text_at("/referenceNo"), "refund-1", "4000");
    let refund = gateway.qr_refund(&part).external_id("refund-1").exchange().await;
    insta::assert_snapshot!("qr_refund", refund.render(&gateway));
    insta::assert_snapshot!("qr_refund_notification", gateway.receiver.next().await.render(&gateway));
    let query = gateway.qr_query(&json!({"originalPartnerReferenceNo": "order-1", "serviceCode": "54"}));
    insta::assert_snapshot!("qr_query_refunded", query.external_id("q-2").exchange().await.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn a_code_is_cancelled_while_nobody_has_paid() {
    let gateway = gateway().await;
    let reference_no = made(&gateway, &sample::qr("order-1")).await.text_at("/referenceNo");
    let cancel =
        async || gateway.qr_cancel(&sample::qr_cancel(&reference_no)).external_id("c-1").exchange().await;
    let first = cancel().await;
    insta::assert_snapshot!("qr_cancel", first.render(&gateway));
    assert_eq!(cancel().await.answer.body, first.answer.body, "a repetition gets the same answer");
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "05");
    let mut later = sample::qr_cancel(&reference_no);
    later["reason"] = json!("another reason");
    assert_eq!(gateway.qr_cancel(&later).send().await.code(), "4047700", "it is cancelled already");
    let query = gateway.qr_query(&sample::qr_original(&reference_no)).send().await;
    let told = &query.json()["additionalInfo"]["cancellationReason"];
    assert_eq!(*told, sample::qr_cancel(&reference_no)["reason"], "as it was sent, and the first one");
    gateway.finish().await;
}

#[tokio::test]
async fn every_state_takes_its_commands_and_no_others() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    for state in ["pending", "paid", "refunded", "cancelled", "failed", "expired", "denied"] {
        let code = made(&gateway, &sample::qr(state)).await;
        let reference_no = code.text_at("/referenceNo");
        let control = match state {
            "paid" | "refunded" => Some("pay"),
            "failed" => Some("fail"),
            "expired" => Some("expire"),
            "denied" => Some("deny"),
            _ => None,
        };
        if let Some(control) = control {
            gateway.control(&format!("/payments/{reference_no}/{control}")).await;
            gateway.receiver.next().await;
        }
        if state == "cancelled" {
            gateway.qr_cancel(&sample::qr_cancel(&reference_no)).send().await;
            gateway.receiver.next().await;
        }
        if state == "refunded" {
            gateway.qr_refund(&sample::qr_refund(&reference_no, "all", "10000")).send().await;
            gateway.receiver.next().await;
        }
        if state != "pending" {
            let cancel = gateway.qr_cancel(&sample::qr_cancel(&reference_no)).send().await;
            verdicts.note(&format!("cancel when {state}"), &cancel);
            let scan = json!({"qrContent": code.text_at("/qrContent")});
            let scanned = gateway.control_with("/qr/pay", &scan).await;
            assert_eq!(scanned.status, 409, "{state}: {}", scanned.json());
        }
        if state != "paid" {
            let refund = gateway.qr_refund(&sample::qr_refund(&reference_no, "r", "1")).send().await;
            verdicts.note(&format!("refund when {state}"), &refund);
        }
    }
    insta::assert_snapshot!("qr_states", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn each_wrong_order_is_refused() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    let order = |pointer: &str, value: Value| {
        let mut body = sample::qr("order-1");
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body[pointer.trim_start_matches('/')] = value,
        }
        body
    };
    let valid = |text: String| order("/validityPeriod", text.into());
    for (name, body) in [
        ("no amount", order("/amount", Value::Null)),
        ("nothing", order("/amount/value", "0.00".into())),
        ("three decimals", order("/amount/value", "1.001".into())),
        ("dollars", order("/amount/currency", "USD".into())),
        ("a symbol in the order id", order("/partnerReferenceNo", "order/1".into())),
        ("another merchant", order("/merchantId", "G2".into())),
        ("another acquirer", order("/additionalInfo/acquirer", "DANA".into())),
        ("too soon", valid(after(19))),
        ("too late", valid(after(180 * 86_400 + 1))),
        ("no time", valid("soon".into())),
    ] {
        verdicts.note(name, &gateway.qr_generate(&body).send().await);
    }
    let unnamed = order("/partnerReferenceNo", Value::Null);
    verdicts.note("no order id", &gateway.qr_generate(&unnamed).external_id("a b").send().await);
    let other = gateway.add_merchant("G2", None).await;
    let id = lunas_vocab::MerchantId::new("G2").unwrap();
    let without = |merchant| lunas_domain::merchant::Merchant { qris: None, ..merchant };
    gateway.operator().merchant_change(&id, without).await.unwrap();
    gateway.operated();
    let theirs = order("/merchantId", "G2".into());
    verdicts.note("a merchant without QRIS", &gateway.qr_generate_as(&other, &theirs).send().await);
    insta::assert_snapshot!("qr_generate_refused", verdicts.as_str());

    let soonest = gateway.qr_generate(&valid(after(20))).send().await;
    assert_eq!(soonest.code(), "2004700");
    let by_call = gateway.qr_generate(&unnamed).external_id("order-2").send().await;
    assert_eq!(by_call.text_at("/partnerReferenceNo"), "order-2", "the call's id is the order's");
    gateway.receiver.next().await;
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn an_order_gets_one_code_in_three_months() {
    let gateway = gateway().await;
    let first = gateway.qr_generate(&sample::qr("order-1")).external_id("order-1").send().await;
    gateway.receiver.next().await;
    let check = async |body: &Value, external_id: &str, expected: &str| {
        let answer = gateway.qr_generate(body).external_id(external_id).send().await;
        assert_eq!(answer.verdict(), expected, "{external_id}");
        answer
    };
    let again = check(&sample::qr("order-1"), "order-1", "2004700 Successful").await;
    assert_eq!(again.body, first.body, "the same call gets the same code");
    let mut other = sample::qr("order-1");
    other["amount"]["value"] = "10001.00".into();
    let used = "4094700 Conflict. amount.value differs from the first call under this X-EXTERNAL-ID; repeat that unchanged";
    check(&other, "order-1", used).await;
    let taken = "4094700 Conflict. partnerReferenceNo got a code within the last three months";
    check(&other, "order-2", taken).await;
    let same_order = check(&sample::qr("order-1"), "order-2", "2004700 Successful").await;
    assert_eq!(same_order.body, first.body, "another call that asks for the same gets the same code");
    gateway.advance(92 * DAY - Duration::from_secs(1)).await;
    gateway.receiver.next().await;
    check(&sample::qr("order-1"), "order-3", taken).await;
    gateway.advance(Duration::from_secs(1)).await;
    let second = check(&sample::qr("order-1"), "order-3", "2004700 Successful").await;
    gateway.receiver.next().await;
    let by_order = json!({"originalPartnerReferenceNo": "order-1", "serviceCode": "47"});
    let named = gateway.qr_query(&by_order).send().await;
    assert_eq!(named.text_at("/originalReferenceNo"), second.text_at("/referenceNo"), "the newest code");
    gateway.finish().await;
}

#[tokio::test]
async fn a_code_is_found_by_those_who_may_and_by_its_own_services() {
    let gateway = gateway().await;
    let code = gateway.qr_generate(&sample::qr("order-1")).external_id("call-of-code").send().await;
    gateway.receiver.next().await;
    let code = code.text_at("/referenceNo");
    let debit = opened(&gateway, "order-2").await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let names = [
        ("its reference", json!({"originalReferenceNo": code})),
        ("its order", json!({"originalPartnerReferenceNo": "order-1"})),
        ("its call", sample::original_by_external_id("call-of-code")),
        (
            "its reference before another's order",
            json!({
            "originalReferenceNo": code, "originalPartnerReferenceNo": "none"}),
        ),
        (
            "another's reference before its order",
            json!({
            "originalReferenceNo": debit, "originalPartnerReferenceNo": "order-1"}),
        ),
        ("a charge's reference", json!({"originalReferenceNo": debit})),
        ("a charge's order", json!({"originalPartnerReferenceNo": "order-2"})),
        ("nothing", json!({})),
        ("another merchant", json!({"originalReferenceNo": code, "merchantId": "G2"})),
    ];
    for (name, body) in names {
        let body = with(&body, "/serviceCode", json!("47"));
        verdicts.note(&format!("query by {name}"), &gateway.qr_query(&body).send().await);
    }
    verdicts.note("query without service", &gateway.qr_query(&sample::original(&code)).send().await);
    let theirs = sample::qr_original(&code);
    verdicts.note("query of somebody else's", &gateway.qr_query_as(&other, &theirs).send().await);
    verdicts.note("debit status of a code", &gateway.status(&sample::original(&code)).send().await);
    verdicts.note("debit cancel of a code", &gateway.cancel(&sample::original(&code)).send().await);
    verdicts.note("debit refund of a code", &gateway.refund(&sample::refund(&code, "r", "1")).send().await);
    verdicts.note("cancel of a charge", &gateway.qr_cancel(&sample::qr_cancel(&debit)).send().await);
    let cancel = |name: &str, value: Value| {
        let mut body = sample::qr_cancel(&code);
        body[name] = value;
        body
    };
    for (name, body) in [
        ("cancel without a reason", cancel("reason", Value::Null)),
        ("cancel without a merchant", cancel("merchantId", Value::Null)),
        ("cancel as another merchant", cancel("merchantId", "G2".into())),
        ("cancel of nothing", cancel("originalReferenceNo", Value::Null)),
    ] {
        verdicts.note(name, &gateway.qr_cancel(&body).send().await);
    }
    let mut theirs = sample::qr_cancel(&code);
    theirs["merchantId"] = "G2".into();
    verdicts.note("cancel of somebody else's", &gateway.qr_cancel_as(&other, &theirs).send().await);
    insta::assert_snapshot!("qr_found", verdicts.as_str());
    assert_eq!(standing(&gateway, &code).await, "03");
    gateway.finish().await;
}

#[tokio::test]
async fn refunds_are_refused_with_codes_of_their_own() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    let reference_no = paid(&gateway, &sample::qr("order-1")).await;
    let refund = |name: &str, value: Value| {
        let mut body = sample::qr_refund(&reference_no, "refund-1", "4000");
        body[name] = value;
        body
    };
    let money = |value: &str| json!({"value": value, "currency": "IDR"});
    for (name, body) in [
        ("no merchant", refund("merchantId", Value::Null)),
        ("another merchant", refund("merchantId", "G2".into())),
        ("no number", refund("partnerRefundNo", Value::Null)),
        ("nobody's code", refund("originalReferenceNo", "none".into())),
        ("more than was paid", refund("refundAmount", money("10000.01"))),
        ("nothing", refund("refundAmount", money("0"))),
    ] {
        verdicts.note(name, &gateway.qr_refund(&body).send().await);
    }
    let call =
        async |body: &Value, external_id: &str| gateway.qr_refund(body).external_id(external_id).send().await;
    let first = call(&refund("additionalInfo", Value::Null), "e-1").await;
    assert_eq!(first.code(), "2007800", "{}", first.verdict());
    gateway.receiver.next().await;
    assert_eq!(call(&refund("additionalInfo", Value::Null), "e-1").await.body, first.body);
    let same_number = call(&refund("additionalInfo", Value::Null), "e-2").await;
    assert_eq!(same_number.body, first.body, "another call for the same refund");
    verdicts.note("the same number, more", &call(&refund("refundAmount", money("1")), "e-3").await);
    verdicts.note("the same call id, another body", &call(&refund("reason", "x".into()), "e-1").await);
    let other = gateway.add_merchant("G2", None).await;
    let theirs = refund("merchantId", "G2".into());
    verdicts.note("somebody else's", &gateway.qr_refund_as(&other, &theirs).send().await);
    gateway.advance(45 * DAY).await;
    let late = sample::qr_refund(&reference_no, "late", "1");
    verdicts.note("after 45 days", &call(&late, "e-4").await);
    insta::assert_snapshot!("qr_refund_refused", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn shopeepay_refunds_all_or_nothing_and_not_at_night() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, &shopee("order-1")).await;
    let late = paid(&gateway, &shopee("order-2")).await;
    let mut verdicts = Verdicts::default();
    let refund = async |reference_no: &str, number: &str, value: &str| {
        gateway.qr_refund(&sample::qr_refund(reference_no, number, value)).send().await
    };
    verdicts.note("a part", &refund(&reference_no, "part", "4000").await);
    // Ten in the morning, and fourteen hours less four minutes.
    gateway.advance(Duration::from_mins(14 * 60 - 4)).await;
    verdicts.note("at 23:56", &refund(&reference_no, "night", "10000").await);
    gateway.advance(Duration::from_mins(6 * 60 + 4)).await;
    verdicts.note("at 06:00", &refund(&reference_no, "morning", "10000").await);
    let told = gateway.receiver.next().await;
    assert_eq!(told.text_at("/additionalInfo/qris/transactionType"), "OFF-US");
    gateway.advance(365 * DAY).await;
    verdicts.note("a year later", &refund(&late, "late", "10000").await);
    insta::assert_snapshot!("qr_refund_shopeepay", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn a_picture_lasts_as_long_as_its_code() {
    let gateway = gateway().await;
    let code = made(&gateway, &sample::qr("order-1")).await;
    let url = code.text_at("/qrUrl");
    let path = url.strip_prefix(&gateway.base_url).unwrap();
    let check = async |path: &str, status: u16, content_type: &str, cache: &str| {
        let answer = gateway.get(path).await;
        let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!((answer.status, header("cache-control")), (status, cache), "{path}");
        assert!(status != 200 || header("content-type") == content_type, "{path}");
        answer.body
    };
    let kept = "public, max-age=900";
    let png = check(path, 200, "image/png", kept).await;
    let image = json!(code.text_at("/qrImage"));
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(&png);
    assert_eq!(image, json!(encoded), "both pictures are the same");
    let svg = path.replace(".png", ".svg");
    assert!(check(&svg, 200, "image/svg+xml", kept).await.starts_with(b"<svg "));
    check(&path.replace(".png", ".gif"), 404, "", "no-store").await;
    check("/qr/A1.png", 404, "", "no-store").await;
    check("/qr/none", 404, "", "no-store").await;
    let tref = path.trim_start_matches("/qr/").trim_end_matches(".png");
    let forged = format!("/qr/{}0.png", &tref[..tref.len() - 1]);
    let forged = if forged == path { forged.replace("0.png", "1.png") } else { forged };
    check(&forged, 404, "", "no-store").await;
    gateway.advance(Duration::from_mins(5)).await;
    check(path, 200, "image/png", "public, max-age=600").await;
    gateway.advance(Duration::from_mins(10)).await;
    check(path, 410, "", "no-store").await;
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn only_a_code_of_this_gateway_is_scanned() {
    let gateway = gateway().await;
    let code = made(&gateway, &sample::qr("order-1")).await;
    let text = code.text_at("/qrContent");
    let mut cheaper = Payload::parse(&text).unwrap();
    cheaper.amount = Some(Money::idr(1));
    let mut foreign = Payload::parse(&text).unwrap();
    foreign.acquirer.domain = "ID.CO.OTHER.WWW".to_owned();
    let mut nobodys = Payload::parse(&text).unwrap();
    nobodys.bill_number = Some("20261120100000AAAAAAAAAA".to_owned());
    let check = async |text: &str, status: u16, expected: &str| {
        let answer = gateway.control_with("/qr/pay", &json!({"qrContent": text})).await;
        assert_eq!((answer.status, answer.text_at("/error").as_str()), (status, expected), "{text}");
    };
    let not_ours = "qrContent is not a code that this gateway made";
    check("", 400, "qrContent: This is not a QRIS code.").await;
    check(&text[..text.len() - 1], 400, "qrContent: The code is cut short.").await;
    check(&cheaper.write(), 404, not_ours).await;
    check(&foreign.write(), 404, not_ours).await;
    check(&nobodys.write(), 404, not_ours).await;
    gateway.advance(Duration::from_mins(15)).await;
    gateway.receiver.next().await;
    check(&text, 409, "the payment is 08 (expired) and no longer pending").await;
    gateway.finish().await;
}

#[tokio::test]
async fn the_scan_page_leads_to_the_review_page() {
    let gateway = gateway().await;
    let code = made(&gateway, &sample::qr("order-1")).await;
    let page = gateway.get("/app/qris?lang=en").await;
    assert_eq!(page.status, 200);
    assert!(String::from_utf8_lossy(&page.body).contains("Pay with QRIS"));
    let tref = code.text_at("/qrUrl").rsplit_once('/').unwrap().1.replace(".png", "");
    let led = gateway.get(&format!("/app/qris?tref={tref}&lang=en")).await;
    let location = led.headers["location"].to_str().unwrap();
    assert_eq!((led.status, location), (303, format!("/app/merchanttransfer?tref={tref}&lang=en").as_str()));
    let review = gateway.get(location).await;
    let review = String::from_utf8_lossy(&review.body).into_owned();
    assert!(review.contains("Kopi Senja") && review.contains("Rp10.000"), "{review}");
    gateway.finish().await;
}
