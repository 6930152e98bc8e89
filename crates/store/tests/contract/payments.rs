//! Payments, their timelines, and the answers that were given.

use lunas_domain::payment::{Payment, Product, Status};
use lunas_domain::replay::StoredAnswer;
use lunas_store::{PaymentFilter, Scope, Transition, Write};
use lunas_vocab::{MerchantId, PartnerReferenceNo};

use super::sample::*;

#[tokio::test]
async fn a_payment_is_read_as_it_was_written_by_those_who_may() {
    let fresh = Fresh::open().await;
    fresh.put([open(payment("A1")), moved(paid("A1", "c1"))]).await;
    let (mine, other) = (merchant_id("G1"), merchant_id("G2"));
    let found =
        async |scope: Scope<'_>, name: &str| fresh.store.payment_find(scope, &reference(name)).await.unwrap();
    assert_eq!(found(Scope::Merchant(&mine), "A1").await, Some(paid("A1", "c1")));
    assert_eq!(found(Scope::System, "A1").await, Some(paid("A1", "c1")));
    assert_eq!(found(Scope::Merchant(&other), "A1").await, None);
    assert_eq!(found(Scope::System, "A2").await, None);
}

#[tokio::test]
async fn every_state_that_a_payment_had_can_be_read() {
    let fresh = Fresh::open().await;
    fresh.put([open(payment("A1")), moved(paid("A1", "c1"))]).await;
    let at = async |version| fresh.store.transition_find(&reference("A1"), version).await.unwrap();
    assert_eq!(at(1).await, Some(payment("A1")));
    assert_eq!(at(2).await, Some(paid("A1", "c1")));
    assert_eq!(at(3).await, None);
    let timeline = fresh.store.transitions_list(&reference("A1")).await.unwrap();
    let line = |payment: lunas_domain::payment::Payment| Transition {
        version: payment.version,
        status: payment.status,
        at: payment.changed_at,
        payer: payment.payer,
        option: payment.option,
        refunded: payment.refunded,
    };
    assert_eq!(timeline, [line(payment("A1")), line(paid("A1", "c1"))]);
}

#[tokio::test]
async fn an_order_has_one_code_at_a_time_and_names_its_newest() {
    let fresh = Fresh::open().await;
    let code = |name: &str, merchant: &str| Payment {
        product: Product::Qris,
        merchant: merchant_id(merchant),
        ..payment(name)
    };
    let opens = |name: &str, merchant: &str, seconds| {
        let (now, taken_until) = (after(seconds), after(seconds + 10));
        let claim = Write::QrReferenceClaim { payment: Box::new(code(name, merchant)), now, taken_until };
        [claim, open(code(name, merchant))]
    };
    let check = async |merchant: &str, order: &str, expected: Option<Payment>| {
        let order = PartnerReferenceNo::new(order).unwrap();
        let found = fresh.store.payment_find_by_qr_reference(&merchant_id(merchant), &order).await;
        assert_eq!(found.unwrap(), expected, "{merchant} {order}");
    };
    fresh.put(opens("A1", "G1", 0)).await;
    fresh.put(opens("A2", "G2", 0)).await;
    assert_eq!(outcome(&fresh.commit(opens("A3", "G1", 9)).await), "order taken");
    check("G1", "order-1", Some(code("A1", "G1"))).await;
    check("G2", "order-1", Some(code("A2", "G2"))).await;
    check("G1", "order-2", None).await;
    fresh.put(opens("A3", "G1", 10)).await;
    check("G1", "order-1", Some(code("A3", "G1"))).await;
}

#[tokio::test]
async fn a_payment_is_found_by_the_call_that_opened_it() {
    let fresh = Fresh::open().await;
    let opens = |name: &str, merchant: &str, seconds| {
        let now = after(seconds);
        let claim = Write::ReplayClaim {
            key: key(merchant, "54", "again"),
            request: vec![1; 32],
            body: Vec::new(),
            opened: Some(reference(name)),
            now,
            kept_until: after(seconds + 10),
        };
        [claim, open(Payment { merchant: merchant_id(merchant), ..payment(name) })]
    };
    let check = async |merchant: &str, service: &'static str, expected: Option<&str>| {
        let found = fresh.store.payment_find_by_key(&key(merchant, service, "again")).await.unwrap();
        assert_eq!(
            found.map(|payment| payment.reference_no),
            expected.map(reference),
            "{merchant} {service}"
        );
    };
    fresh.put(opens("A1", "G1", 0)).await;
    fresh.put(opens("A2", "G2", 0)).await;
    check("G1", "54", Some("A1")).await;
    check("G2", "54", Some("A2")).await;
    check("G3", "54", None).await;
    check("G1", "57", None).await;
    // A key that was used again after its life names the newer payment.
    fresh.put(opens("A3", "G1", 10)).await;
    check("G1", "54", Some("A3")).await;
}

#[tokio::test]
async fn payments_fall_due_when_their_time_is_up_and_they_are_pending() {
    let fresh = Fresh::open().await;
    let until =
        |name: &str, seconds| lunas_domain::payment::Payment { valid_up_to: after(seconds), ..payment(name) };
    fresh
        .put([open(until("A1", 30)), open(until("A2", 10)), open(until("A3", 20)), open(until("A4", 5))])
        .await;
    fresh.put([moved(paid("A4", "c1"))]).await;
    let check = async |seconds, limit, expected: &[&str]| {
        let due = fresh.store.payments_due(after(seconds), limit).await.unwrap();
        let expected: Vec<_> = expected.iter().map(|name| (merchant_id("G1"), reference(name))).collect();
        assert_eq!(due, expected, "{seconds} {limit}");
    };
    check(9, 10, &[]).await;
    check(10, 10, &["A2"]).await;
    check(60, 10, &["A2", "A3", "A1"]).await;
    check(60, 1, &["A2"]).await;
}

#[tokio::test]
async fn lists_show_the_newest_first_page_by_page() {
    let fresh = Fresh::open().await;
    let other = lunas_domain::payment::Payment { merchant: merchant_id("G2"), ..payment("A3") };
    fresh.put([open(payment("A1")), open(payment("A2")), open(other), open(payment("A4"))]).await;
    fresh.put([moved(paid("A2", "c1"))]).await;
    let mine = merchant_id("G1");
    let check = async |scope: Scope<'_>, filter: PaymentFilter, expected: &[&str]| {
        let found = fresh.store.payments_list(scope, &filter).await.unwrap();
        let names: Vec<_> = found.iter().map(|payment| payment.reference_no.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
    };
    let all = PaymentFilter::default();
    check(Scope::System, all.clone(), &["A4", "A3", "A2", "A1"]).await;
    check(Scope::Merchant(&mine), all.clone(), &["A4", "A2", "A1"]).await;
    check(Scope::System, PaymentFilter { limit: 2, ..all.clone() }, &["A4", "A3"]).await;
    let next = PaymentFilter { after: Some(reference("A3")), ..all.clone() };
    check(Scope::System, next.clone(), &["A2", "A1"]).await;
    check(Scope::Merchant(&mine), next, &["A2", "A1"]).await;
    let is_paid = PaymentFilter { status: Some(Status::Paid), ..all };
    check(Scope::System, is_paid.clone(), &["A2"]).await;
    check(Scope::Merchant(&MerchantId::new("G2").unwrap()), is_paid, &[]).await;
}

#[tokio::test]
async fn an_answer_is_found_while_its_key_lives() {
    let fresh = Fresh::open().await;
    fresh.put([claim("e1", "first", NOW)]).await;
    let day = 24 * 60 * 60;
    let check = async |key, seconds, expected: Option<&str>| {
        let found = fresh.store.replay_find(&key, after(seconds)).await.unwrap();
        let answer = |body: &str| StoredAnswer { request: vec![1; 32], body: body.as_bytes().to_vec() };
        assert_eq!(found, expected.map(answer), "{key:?}");
    };
    check(key("G1", "54", "e1"), 0, Some("first")).await;
    check(key("G1", "54", "e1"), day - 1, Some("first")).await;
    check(key("G1", "54", "e1"), day, None).await;
    check(key("G1", "55", "e1"), 0, None).await;
    check(key("G2", "54", "e1"), 0, None).await;
    check(key("G1", "54", "e2"), 0, None).await;
}
