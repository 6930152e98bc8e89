//! Transaction history (12, 13): a merchant finds its own payments, page by page, and one with all that is known of it.

use std::time::Duration;

use crate::kit::{Gateway, sample};
use serde_json::{Value, json};

use crate::world::{Verdicts, gateway, opened};

/// Opens four payments a minute apart; the second one is paid and refunded in part, the third one cancelled.
async fn four(gateway: &Gateway) -> Vec<String> {
    let mut references = Vec::new();
    for order in ["order-1", "order-2", "order-3", "order-1"] {
        references.push(opened(gateway, order).await);
        gateway.advance(Duration::from_mins(1)).await;
    }
    gateway.control(&format!("/payments/{}/pay", references[1])).await;
    gateway.refund(&sample::refund(&references[1], "refund-1", "4000")).send().await;
    gateway.cancel(&sample::original(&references[2])).send().await;
    references
}

#[tokio::test]
async fn a_merchant_finds_its_payments_page_by_page() {
    let gateway = gateway().await;
    let references = four(&gateway).await;
    let other = gateway.add_merchant("G2", None).await;
    let check = async |body: Value, expected: &[usize]| {
        let answer = gateway.history_list(&body).send().await;
        assert_eq!(answer.code(), "2001200", "{}", answer.verdict());
        let found = answer.json()["detailData"].as_array().unwrap().clone();
        let found: Vec<_> =
            found.iter().map(|entry| entry["additionalInfo"]["referenceNo"].clone()).collect();
        let expected: Vec<_> = expected.iter().map(|at| json!(references[*at])).collect();
        assert_eq!(found, expected, "{body}");
    };
    let payment = |words: Value| json!({"additionalInfo": {"payment": {"statuses": words}}});
    check(json!({}), &[3, 2, 1, 0]).await;
    check(json!({"additionalInfo": {"sortOrder": "asc"}}), &[0, 1, 2, 3]).await;
    check(json!({"pageSize": 3}), &[3, 2, 1]).await;
    check(json!({"pageSize": "3", "pageNumber": "1"}), &[0]).await;
    check(json!({"pageSize": 3, "pageNumber": 2}), &[]).await;
    check(json!({"pageSize": 50, "pageNumber": 4_294_967_295_u32}), &[]).await;
    check(json!({"partnerReferenceNo": "order-1"}), &[3, 0]).await;
    check(json!({"partnerReferenceNo": "order-9"}), &[]).await;
    check(json!({"fromDateTime": "2026-11-20T10:01:00+07:00"}), &[3, 2, 1]).await;
    check(json!({"toDateTime": "2026-11-20T03:01:00Z"}), &[1, 0]).await;
    check(json!({"fromDateTime": "2026-05-01T00:00:00+07:00", "toDateTime": ""}), &[3, 2, 1, 0]).await;
    check(json!({"additionalInfo": {"types": ["TOP_UP", "DISBURSEMENT"]}}), &[]).await;
    check(json!({"additionalInfo": {"types": ["PAYMENT", "TOP_UP"]}}), &[3, 2, 1, 0]).await;
    check(payment(json!(["REFUND", "cancelled"])), &[2, 1]).await;
    check(payment(json!("PENDING")), &[3, 0]).await;
    check(payment(json!(["CHARGEBACK"])), &[]).await;
    check(json!({"additionalInfo": []}), &[3, 2, 1, 0]).await;
    let theirs = gateway.history_list_as(&other, &json!({})).send().await;
    assert_eq!(theirs.json()["detailData"], json!([]));
    let page =
        gateway.history_list(&json!({"pageSize": "2", "pageNumber": "1"})).external_id("list-1").exchange();
    insta::assert_snapshot!("history_list", page.await.render(&gateway));
    let later = gateway.history_list(&json!({"fromDateTime": "2026-11-20T10:00:00+07:00"}));
    gateway.advance(Duration::from_hours(24 * 200)).await;
    let verdict = later.send().await.verdict();
    assert!(verdict.contains("fromDateTime: it must not be before 2026-12-01T00:00:00+07:00"), "{verdict}");
    gateway.finish().await;
}

#[tokio::test]
async fn a_payment_is_shown_with_all_that_is_known_of_it() {
    let gateway = gateway().await;
    let mut body = sample::payment("order-1");
    body["additionalInfo"] = json!({
        "customerDetails": {
            "firstName": "Ayu", "lastName": "Lestari", "email": "ayu@example.com", "phone": "+628215023424",
            "loyalty": {"tier": "gold"},
            "billingAddress": {"city": "Bogor"},
            "shippingAddress": {"address": "Jalan Kopi 1", "city": "Bandung", "postalCode": "40111", "countryCode": "IDN", "floor": 3},
        },
        // What nobody here knows comes back as well.
        "items": [{"id": "kopi-1", "name": "Kopi", "quantity": 2, "price": {"value": "5000", "currency": "IDR"}, "roast": "dark"}],
    });
    let reference_no = gateway.pay(&body).send().await.text_at("/referenceNo");
    let named =
        json!({"originalPartnerReferenceNo": "order-1", "additionalInfo": {"referenceNo": reference_no}});
    let pending = gateway.history_detail(&named).external_id("detail-1").exchange().await;
    insta::assert_snapshot!("history_detail_pending", pending.render(&gateway));
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    gateway.advance(Duration::from_mins(1)).await;
    gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
    let refunded = gateway.history_detail(&named).external_id("detail-2").exchange().await;
    insta::assert_snapshot!("history_detail_refunded", refunded.render(&gateway));
    gateway.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_look_back_is_told() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let other = gateway.add_merchant("G2", None).await;
    let mut verdicts = Verdicts::default();
    let named = |order: &str, reference: &str| json!({"originalPartnerReferenceNo": order, "additionalInfo": {"referenceNo": reference}});
    let lists = [
        ("page of none", json!({"pageSize": 0})),
        ("page of 51", json!({"pageSize": "51"})),
        ("page of a half", json!({"pageSize": 0.5})),
        ("page number below zero", json!({"pageNumber": -1})),
        ("page number is a word", json!({"pageNumber": "first"})),
        ("from is no time", json!({"fromDateTime": "yesterday"})),
        ("from is too early", json!({"fromDateTime": "2026-04-30T23:59:59+07:00"})),
        (
            "to before from",
            json!({"fromDateTime": "2026-11-20T00:00:00Z", "toDateTime": "2026-11-19T00:00:00Z"}),
        ),
        ("order id with a blank", json!({"partnerReferenceNo": "a b"})),
        ("unknown type", json!({"additionalInfo": {"types": ["CARD"]}})),
        ("unknown status", json!({"additionalInfo": {"payment": {"statuses": ["PAID"]}}})),
        ("unknown order", json!({"additionalInfo": {"sortOrder": "UP"}})),
    ];
    for (name, body) in lists {
        verdicts.note(name, &gateway.history_list(&body).send().await);
    }
    let details = [
        ("no ids", json!({})),
        ("no reference", json!({"originalPartnerReferenceNo": "order-1"})),
        ("no order id", json!({"additionalInfo": {"referenceNo": reference_no}})),
        ("another order id", named("order-2", &reference_no)),
        ("unknown reference", named("order-1", "A1")),
        ("both right", named("order-1", &reference_no)),
    ];
    for (name, body) in details {
        verdicts.note(name, &gateway.history_detail(&body).send().await);
    }
    let theirs = gateway.history_detail_as(&other, &named("order-1", &reference_no)).send().await;
    verdicts.note("another merchant's", &theirs);
    insta::assert_snapshot!("history_refused", verdicts.as_str());
    gateway.finish().await;
}

#[tokio::test]
async fn an_external_id_looks_back_once_a_day() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let named = |order: &str| json!({"originalPartnerReferenceNo": order, "additionalInfo": {"referenceNo": reference_no}});
    let list = async |body: Value| gateway.history_list(&body).external_id("look-1").send().await.code();
    let detail =
        async |order: &str| gateway.history_detail(&named(order)).external_id("look-1").send().await.code();
    // A call that failed takes no id.
    assert_eq!(list(json!({"pageSize": 0})).await, "4001201");
    assert_eq!(list(json!({})).await, "2001200");
    assert_eq!(list(json!({})).await, "4091200");
    assert_eq!(list(json!({"pageSize": 1})).await, "4091200");
    assert_eq!(detail("order-2").await, "4041301");
    assert_eq!(detail("order-1").await, "2001300");
    assert_eq!(detail("order-1").await, "4091300");
    // The day ends fourteen hours after ten.
    gateway.advance(Duration::from_hours(14)).await;
    assert_eq!(list(json!({})).await, "2001200");
    assert_eq!(detail("order-1").await, "2001300");
    gateway.finish().await;
}

/// A code, an account of many with its two payments, and an account that nobody has paid into.
#[tokio::test]
async fn codes_and_virtual_accounts_are_looked_back_at_beside_payments() {
    let gateway = gateway().await;
    let other = gateway.add_merchant("G2", None).await;
    let code = gateway.qr_generate(&sample::qr("qr-1")).external_id("qr-1").send().await;
    let code = code.text_at("/referenceNo");
    gateway.control(&format!("/payments/{code}/pay")).await;
    gateway.advance(Duration::from_secs(1)).await;
    let terms = json!({"kind": "multi"});
    gateway.request(reqwest::Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await;
    let mut body = sample::account("many-1");
    body["virtualAccountEmail"] = json!("jokul@example.com");
    body["additionalInfo"]["items"] =
        json!([{"name": "Kopi", "quantity": 1, "price": {"value": "10000.00", "currency": "IDR"}}]);
    body["additionalInfo"]["customerDetails"] = json!({"firstName": "Jokul", "phone": "+628123456789"});
    gateway.va_create(&body).send().await;
    for amount in ["4000.00", "5000.00"] {
        gateway.advance(Duration::from_secs(1)).await;
        gateway.va_report(&sample::bank_report(amount, amount)).send().await;
    }
    gateway.advance(Duration::from_secs(1)).await;
    let mut bni = sample::account("bni-1");
    bni["additionalInfo"]["bank"] = json!("bni");
    gateway.va_create(&bni).send().await;

    let list = async |body: Value| {
        let answer = gateway.history_list(&body).send().await.json();
        answer["detailData"].as_array().unwrap().clone()
    };
    let all = list(json!({})).await;
    let lines: Vec<_> = all
        .iter()
        .map(|line| {
            let info = &line["additionalInfo"];
            let order = info["partnerReferenceNo"].as_str().unwrap();
            let order = if order.len() > 20 { "later" } else { order };
            let (channel, status) = (info["channel"].as_str().unwrap(), info["status"].as_str().unwrap());
            format!("{order} {channel} {status} {}", line["amount"]["value"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "bni-1 bank_transfer PENDING 10000.00",
        "later mandiri_bill SETTLEMENT 5000.00",
        "many-1 mandiri_bill SETTLEMENT 4000.00",
        "qr-1 qris SETTLEMENT 10000.00",
    ];
    assert_eq!(lines, expected);
    let count = async |body: Value| list(body).await.len();
    assert_eq!(count(json!({"partnerReferenceNo": "many-1"})).await, 1);
    assert_eq!(count(json!({"additionalInfo": {"payment": {"statuses": ["SETTLEMENT"]}}})).await, 3);
    assert_eq!(count(json!({"pageSize": 3, "pageNumber": 1})).await, 1);
    let theirs = gateway.history_list_as(&other, &json!({})).send().await;
    assert_eq!(theirs.json()["detailData"], json!([]));

    let mut details = String::new();
    for (at, name) in ["bni", "later", "first", "code"].into_iter().enumerate() {
        let info = &all[at]["additionalInfo"];
        let named = json!({
            "originalPartnerReferenceNo": info["partnerReferenceNo"],
            "additionalInfo": {"referenceNo": info["referenceNo"]},
        });
        let detail = gateway.history_detail(&named).send().await;
        assert_eq!(detail.code(), "2001300", "{name}: {}", detail.verdict());
        details.push_str(&format!("{name} {}\n", detail.json()["additionalInfo"]["payment"]));
        let theirs = gateway.history_detail_as(&other, &named).send().await;
        assert_eq!(theirs.code(), "4041301", "{name}");
        let mut wrong = named.clone();
        wrong["originalPartnerReferenceNo"] = json!("order-9");
        assert_eq!(gateway.history_detail(&wrong).send().await.code(), "4041301", "{name}");
    }
    insta::assert_snapshot!("history_details", details);
    gateway.finish().await;
}
