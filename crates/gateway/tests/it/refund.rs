//! Refund (58): what was paid goes back, in one or several parts, never twice and never more than there is.

use std::time::Duration;

use crate::kit::{Answer, Gateway, Options, Reply, sample};
use lunas_domain::ledger::Account;
use lunas_vocab::{CustomerId, MerchantId, Money};
use serde_json::{Value, json};

use crate::world::{Verdicts, gateway, opened, options, pays_out, standing};

const DAY: Duration = Duration::from_hours(24);

/// Opens a payment of 10 000 rupiah and lets the first customer pay it from the wallet.
async fn paid(gateway: &Gateway, order: &str) -> String {
    let reference_no = opened(gateway, order).await;
    assert_eq!(gateway.control(&format!("/payments/{reference_no}/pay")).await.status, 200);
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
    reference_no
}

/// All that is left of the payment, under the merchant's number.
fn rest(reference_no: &str, partner_refund_no: &str) -> Value {
    json!({"originalReferenceNo": reference_no, "partnerRefundNo": partner_refund_no})
}

async fn merchant_holds(gateway: &Gateway) -> Money {
    let account = Account::Merchant(MerchantId::new(gateway.merchant.id.clone()).unwrap());
    gateway.app.store.balance_find(&account).await.unwrap()
}

#[tokio::test]
async fn a_payment_is_refunded_in_parts_and_every_part_is_told() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    let part = sample::refund(&reference_no, "refund-1", "4000");
    let exchange = gateway.refund(&part).external_id("refund-call-1").exchange().await;
    insta::assert_snapshot!("refund_part", exchange.render(&gateway));
    insta::assert_snapshot!("refund_part_notification", gateway.receiver.next().await.render(&gateway));
    gateway.advance(Duration::from_mins(1)).await;
    let left = gateway.refund(&rest(&reference_no, "refund-2")).send().await;
    assert_eq!(left.text_at("/refundAmount/value"), "6000.00", "{}", left.verdict());
    insta::assert_snapshot!("refund_rest_notification", gateway.receiver.next().await.render(&gateway));
    let status = gateway.status(&sample::original(&reference_no)).external_id("status-1").exchange().await;
    insta::assert_snapshot!("refund_status", status.render(&gateway));
    assert_eq!(merchant_holds(&gateway).await, Money::ZERO_IDR);
    gateway.finish().await;
}

#[tokio::test]
async fn a_notification_tells_the_refunds_of_its_own_version() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    gateway.receiver.answer_next([Reply::Status(500)]);
    gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
    let first = gateway.receiver.next().await;
    gateway.refund(&rest(&reference_no, "refund-2")).send().await;
    gateway.advance(Duration::from_mins(2)).await;
    let again = gateway.receiver.next().await;
    assert_eq!(again.body, first.body, "a retry says what was said, whatever happened since");
    assert_eq!(again.text_at("/additionalInfo/totalRefundAmount/value"), "4000.00");
    let second = gateway.receiver.next().await;
    assert_eq!(second.text_at("/additionalInfo/totalRefundAmount/value"), "10000.00");
    assert_eq!(second.json()["additionalInfo"]["refundHistory"].as_array().map(Vec::len), Some(2));
    gateway.finish().await;
}

#[tokio::test]
async fn money_goes_back_to_where_it_came_from() {
    let gateway = gateway().await;
    let phone =
        gateway.credentials.customers.iter().find(|c| c.scenario == "pay-later").unwrap().phone.clone();
    let reference_no = opened(&gateway, "order-1").await;
    let order = json!({"phone": phone, "payOption": "PAY_LATER"});
    let answer = gateway.control_with(&format!("/payments/{reference_no}/pay"), &order).await;
    assert_eq!(answer.status, 200);
    gateway.receiver.next().await;
    let payer = gateway.app.store.customer_find_by_phone(&lunas_vocab::Phone::new(phone).unwrap()).await;
    let payer: CustomerId = payer.unwrap().unwrap().customer.id;
    let owed = async || {
        let account = Account::PayLater(payer.clone());
        gateway.app.store.balance_find(&account).await.unwrap()
    };
    assert_eq!(owed().await, Money::idr(-10_000));
    gateway.refund(&sample::refund(&reference_no, "refund-1", "4000")).send().await;
    gateway.receiver.next().await;
    assert_eq!(owed().await, Money::idr(-6_000));
    gateway.finish().await;
}

#[tokio::test]
async fn each_refusal_says_what_is_wrong() {
    let gateway = gateway().await;
    let mut verdicts = Verdicts::default();
    let pending = opened(&gateway, "pending").await;
    verdicts.note("a pending payment", &gateway.refund(&sample::original(&pending)).send().await);
    for control in ["deny", "fail", "expire"] {
        let reference_no = opened(&gateway, control).await;
        gateway.control(&format!("/payments/{reference_no}/{control}")).await;
        verdicts.note(
            &format!("after {control}"),
            &gateway.refund(&sample::original(&reference_no)).send().await,
        );
        gateway.receiver.next().await;
    }
    let done = paid(&gateway, "done").await;
    assert_eq!(gateway.refund(&rest(&done, "all")).send().await.code(), "2005800");
    gateway.receiver.next().await;
    verdicts.note("when nothing is left", &gateway.refund(&rest(&done, "more")).send().await);

    let reference_no = paid(&gateway, "order-1").await;
    let refund = |changes: &[(&str, Value)]| {
        let mut body = sample::refund(&reference_no, "refund-1", "4000.00");
        for (name, value) in changes {
            body[*name] = value.clone();
        }
        body
    };
    let money = |value: &str| json!({"value": value, "currency": "IDR"});
    for (name, body) in [
        ("more than was paid", refund(&[("refundAmount", money("10000.01"))])),
        ("no payment named", refund(&[("originalReferenceNo", Value::Null)])),
        ("nobody's payment", refund(&[("originalReferenceNo", "none".into())])),
        ("no value", refund(&[("refundAmount", json!({"currency": "IDR"}))])),
        ("nothing", refund(&[("refundAmount", money("0"))])),
        ("dollars", refund(&[("refundAmount", json!({"value": "1.00", "currency": "USD"}))])),
        ("a number with a dot", refund(&[("partnerRefundNo", "refund.1".into())])),
        ("a long reason", refund(&[("reason", "x".repeat(257).into())])),
    ] {
        verdicts.note(name, &gateway.refund(&body).send().await);
    }
    let other = gateway.add_merchant("G2", None).await;
    verdicts.note("another merchant's payment", &gateway.refund_as(&other, &refund(&[])).send().await);
    gateway.advance(180 * DAY - Duration::from_secs(1)).await;
    assert_eq!(gateway.refund(&refund(&[])).send().await.code(), "2005800");
    gateway.receiver.next().await;
    gateway.advance(Duration::from_secs(1)).await;
    verdicts.note("half a year later", &gateway.refund(&rest(&reference_no, "late")).send().await);
    insta::assert_snapshot!("refund_refused", verdicts.as_str());
    assert_eq!(standing(&gateway, &reference_no).await, "04");
    gateway.finish().await;
}

#[tokio::test]
async fn a_refund_number_is_refunded_once() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    let body = sample::refund(&reference_no, "refund-1", "4000");
    let first = gateway.refund(&body).external_id("e-1").send().await;
    assert_eq!(first.code(), "2005800");
    gateway.receiver.next().await;
    gateway.advance(Duration::from_mins(1)).await;
    let check = async |what: &str, body: &Value, external_id: &str, expected: Result<(), &str>| {
        let answer: Answer = gateway.refund(body).external_id(external_id).send().await;
        match expected {
            Ok(()) => assert_eq!(answer.body, first.body, "{what}"),
            Err(verdict) => assert_eq!(answer.verdict(), verdict, "{what}"),
        }
    };
    let differs = "4045818 Inconsistent Request. partnerRefundNo was used before for this payment and refundAmount differs; use a new number for a new refund";
    let used = |what: &str| format!("4045818 Inconsistent Request. {what}; repeat that unchanged");
    let other_id = used("partnerRefundNo differs from the first call under this X-EXTERNAL-ID");
    let left_out = used("a member of the first call under this X-EXTERNAL-ID is missing");
    let other_amount = sample::refund(&reference_no, "refund-1", "4000.01");
    let other_number = sample::refund(&reference_no, "refund-2", "4000");
    check("the same call", &body, "e-1", Ok(())).await;
    check("another call with the number", &body, "e-2", Ok(())).await;
    check("the number without an amount", &rest(&reference_no, "refund-1"), "e-3", Ok(())).await;
    check("another amount", &other_amount, "e-4", Err(differs)).await;
    check("another amount under the same id", &other_amount, "e-1", Err(differs)).await;
    check("another number under the same id", &other_number, "e-1", Err(&other_id)).await;
    let without_amount = rest(&reference_no, "refund-1");
    check("a body without an amount under the same id", &without_amount, "e-1", Err(&left_out)).await;
    assert_eq!(merchant_holds(&gateway).await, Money::idr(6_000));

    let second = paid(&gateway, "order-2").await;
    let same_number = gateway.refund(&sample::refund(&second, "refund-1", "1000")).send().await;
    assert_eq!(same_number.code(), "2005800", "a number counts for its own payment only");
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_number_is_made_for_who_sends_none() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    // As the official SDKs' examples have it.
    let body = json!({"originalReferenceNo": reference_no, "reason": "refund reason"});
    let refund = async || gateway.refund(&body).external_id("e-1").send().await;
    let first = refund().await;
    assert_eq!(first.text_at("/partnerRefundNo"), first.text_at("/refundNo"));
    assert_eq!(first.text_at("/refundAmount/value"), "10000.00");
    assert_eq!(refund().await.body, first.body);
    let by_external_id = gateway.refund(&sample::original_by_external_id("call-0001")).send().await;
    assert_eq!(
        by_external_id.verdict(),
        "4035815 Transaction Not Permitted. the payment was refunded in full before"
    );
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn refunds_at_once_never_give_back_more_than_was_paid() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    let codes = async |numbers: fn(usize) -> String| {
        let calls = (0..30).map(|n| {
            let body = sample::refund(&reference_no, &numbers(n), "1000");
            let call = gateway.refund(&body);
            async move { call.send().await.code() }
        });
        let mut codes = all(calls).await;
        codes.sort();
        codes
    };
    let same = codes(|_| "same".to_owned()).await;
    assert_eq!(same, ["2005800"; 30]);
    assert_eq!(merchant_holds(&gateway).await, Money::idr(9_000));
    let mut expected = vec!["2005800"; 9];
    expected.extend(["4035815"; 21]);
    assert_eq!(codes(|n| format!("r-{n}")).await, expected);
    assert_eq!(merchant_holds(&gateway).await, Money::ZERO_IDR);
    for _ in 0..10 {
        gateway.receiver.next().await;
    }
    gateway.finish().await;
}

/// What each of the futures gives; they run side by side.
pub(crate) async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, output) in &mut waiting {
            if output.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        if waiting.iter().all(|(_, output)| output.is_some()) {
            let outputs = waiting.iter_mut().filter_map(|(_, output)| output.take());
            std::task::Poll::Ready(outputs.collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_merchant_gives_back_what_it_holds() {
    let gateway = gateway().await;
    let reference_no = paid(&gateway, "order-1").await;
    pays_out(&gateway, 7_000).await;
    let check = async |number: &str, value: &str, expected: &str| {
        let answer = gateway.refund(&sample::refund(&reference_no, number, value)).send().await;
        assert_eq!(answer.verdict(), expected, "{number}");
    };
    check("too-much", "3000.01", "4035814 Insufficient Funds").await;
    check("enough", "3000", "2005800 Successful").await;
    check("nothing-left", "0.01", "4035814 Insufficient Funds").await;
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_merchant_gives_back_so_much_a_day() {
    let mut options: Options = options();
    options.config.refund.daily_limit = 5_000;
    let gateway = Gateway::start_with(options).await;
    let reference_no = paid(&gateway, "order-1").await;
    let check = async |number: &str, value: &str, expected: &str| {
        let answer = gateway.refund(&sample::refund(&reference_no, number, value)).send().await;
        assert_eq!(answer.verdict(), expected, "{number}");
    };
    let limited =
        "4035823 Account Limit Exceed. the merchant's refunds of the day would exceed its daily limit";
    check("first", "3000", "2005800 Successful").await;
    check("over", "2000.01", limited).await;
    check("up-to", "2000", "2005800 Successful").await;
    check("over-again", "1", limited).await;
    gateway.receiver.next().await;
    gateway.receiver.next().await;
    // Ten in the morning and fourteen hours: the next day in Jakarta.
    gateway.advance(Duration::from_hours(14)).await;
    check("next-day", "5000", "2005800 Successful").await;
    gateway.receiver.next().await;
    gateway.finish().await;
}
