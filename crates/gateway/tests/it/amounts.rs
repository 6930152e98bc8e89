//! The largest amounts that a call can name: taken by every service, again and again, and nothing is out of order after
//! that; what is larger is refused by the name of its field.

use crate::kit::{Gateway, Options, sample};
use lunas_domain::ledger::{Account, JournalEntry, Posting, Recipe};
use lunas_snap::service::Service;
use lunas_store::Write;
use lunas_vocab::{CustomerId, MerchantId, Money};
use serde_json::{Value, json};

use crate::codes::{call, right_body};
use crate::pre_auth::{HAPPY, linked};
use crate::va_multi::gateway_of;
use crate::world::{now, options, with};

const MOST: &str = "99999999999.00";
/// How often the largest amount moves by each way.
const TIMES: usize = 20;

/// Every amount of every service that has one, each in a body that is right but for it.
const FIELDS: [(Service, &[&str]); 13] = [
    (Service::DebitPayment, &["/payOptionDetails/0/transAmount", "/additionalInfo/items/0/price"]),
    (Service::DebitRefund, &["/refundAmount"]),
    (Service::QrGenerate, &["/amount"]),
    (Service::QrCancel, &["/amount"]),
    (Service::QrRefund, &["/refundAmount"]),
    (Service::VaCreate, &["/totalAmount", "/additionalInfo/items/0/price"]),
    (Service::VaInquiry, &["/amount"]),
    (Service::VaPayment, &["/paidAmount", "/totalAmount"]),
    (Service::AuthPayment, &["/amount", "/additionalInfo/payOptionDetails/0/transAmount", "/items/0/price"]),
    (Service::AuthCapture, &["/captureAmount"]),
    (Service::AuthRefund, &["/refundAmount"]),
    // No amount is asked for by these.
    (Service::DebitCancel, &[]),
    (Service::AuthVoid, &[]),
];

#[tokio::test]
async fn m1_more_than_the_largest_amount_is_refused_by_its_field() {
    for (service, fields) in FIELDS {
        let gateway = Gateway::start_with(options()).await;
        let body = right_body(&gateway, service).await;
        for field in fields {
            let mut body = body.clone();
            if body.pointer("/additionalInfo").is_none() {
                body["additionalInfo"] = json!({});
            }
            if let Some((list, _)) = field.split_once("/0/price") {
                body = with(&body, list, json!([{"name": "Kopi", "quantity": 1, "id": "1"}]));
            }
            for value in ["99999999999.01", "9999999999999999.99"] {
                let body = with(&body, field, json!({"value": value, "currency": "IDR"}));
                let answer = call(&gateway, service, &body).send().await;
                let name = field[1..].replace("/0", "[0]").replace('/', ".");
                let verdict = answer.verdict();
                assert_eq!(answer.code(), format!("400{}01", service.code()), "{service:?} {verdict}");
                assert!(
                    verdict.contains(&format!("{name}.value: the amount must ")),
                    "{service:?} {verdict}"
                );
                assert!(verdict.contains(MOST), "{service:?} {verdict}");
            }
        }
        gateway.finish().await;
    }
}

async fn holds(gateway: &Gateway, account: Account) -> i64 {
    gateway.app.store.balance_find(&account).await.unwrap().minor()
}

fn merchant() -> Account {
    Account::Merchant(MerchantId::new("G000000001").unwrap())
}

/// The customer who pays when nobody is named.
async fn payer(gateway: &Gateway) -> CustomerId {
    let phone = gateway.credentials.customers[HAPPY].phone.parse().unwrap();
    gateway.app.store.customer_find_by_phone(&phone).await.unwrap().unwrap().customer.id
}

async fn rich(gateway: &Gateway) {
    let wallet = Account::Wallet(payer(gateway).await);
    for at in 0..3 * TIMES {
        gateway.operator().top_up(&wallet, Money::AMOUNT_MAX, &format!("top-up-{at}")).await.unwrap();
    }
    assert!(gateway.operator().top_up(&wallet, Money::idr_minor(9_999_999_999_901), "more").await.is_err());
}

/// Whatever reads the books answers.
async fn is_in_order(gateway: &Gateway, expected: i64) {
    assert_eq!(holds(gateway, merchant()).await, expected * Money::AMOUNT_MAX.minor());
    let report = gateway.app.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    let history = gateway.history_list(&json!({})).send().await;
    assert_eq!(history.code(), "2001200", "{}", history.verdict());
    let checked = gateway.get("/sandbox/v1/ledger/check").await;
    assert_eq!(checked.status, 200);
}

async fn success(call: lunas_testkit::Call<'_>) -> Value {
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.verdict());
    answer.json()
}

#[tokio::test]
async fn m1_the_largest_payment_into_an_account_twenty_times() {
    let mut gateway = gateway_of("multi").await;
    gateway.may_owe_notifications();
    let body = with(&sample::account("order-1"), "/totalAmount/value", json!(MOST));
    success(gateway.va_create(&body)).await;
    let too_much = gateway.va_report(&sample::bank_report("bank-0", "9999999999999999.99")).send().await;
    assert_eq!(too_much.code(), "4002501", "{}", too_much.verdict());
    for at in 1..=TIMES {
        success(gateway.va_report(&sample::bank_report(&format!("bank-{at}"), MOST))).await;
    }
    is_in_order(&gateway, 20).await;
    success(gateway.va_status(&sample::account_status("order-1"))).await;
    // A refund takes from the same balance.
    rich(&gateway).await;
    let reference_no = paid(&gateway, "order-2").await;
    success(gateway.refund(&sample::refund(&reference_no, "refund-1", MOST))).await;
    is_in_order(&gateway, 20).await;
    gateway.clear_up().await;
    is_in_order(&gateway, 20).await;
    gateway.finish().await;
}

async fn paid(gateway: &Gateway, order: &str) -> String {
    let opened = success(gateway.pay(&sample::payment_of(order, MOST))).await;
    let reference_no = opened["referenceNo"].as_str().unwrap().to_owned();
    let paid = gateway.control(&format!("/payments/{reference_no}/pay")).await;
    assert_eq!(paid.status, 200, "{}", paid.json());
    reference_no
}

#[tokio::test]
async fn m1_the_largest_payment_by_every_other_way_twenty_times() {
    let mut options: Options = options();
    options.config.refund.daily_limit = 0;
    let mut gateway = Gateway::start_with(options).await;
    gateway.may_owe_notifications();
    rich(&gateway).await;
    let tokens = linked(&gateway, HAPPY).await;
    for at in 0..TIMES {
        let charge = paid(&gateway, &format!("order-{at}")).await;
        let body = with(&sample::qr(&format!("code-{at}")), "/amount/value", json!(MOST));
        let code = success(gateway.qr_generate(&body)).await["referenceNo"].as_str().unwrap().to_owned();
        assert_eq!(gateway.control(&format!("/payments/{code}/pay")).await.status, 200);
        let mut body = sample::authorization("order-1", &tokens.wallet);
        body["amount"]["value"] = json!(MOST);
        body["additionalInfo"]["payOptionDetails"][0]["transAmount"]["value"] = json!(MOST);
        let held = success(gateway.auth_payment(&tokens.customer, &body)).await;
        let held = held["referenceNo"].as_str().unwrap();
        success(gateway.auth_capture(&sample::capture(held, "capture-1"))).await;
        if at % 2 == 0 {
            success(gateway.refund(&sample::refund(&charge, "refund-1", MOST))).await;
            success(gateway.qr_refund(&sample::qr_refund(&code, "refund-1", MOST))).await;
            success(gateway.auth_refund(&sample::refund(held, "refund-1", MOST))).await;
        }
    }
    is_in_order(&gateway, 30).await;
    gateway.clear_up().await;
    is_in_order(&gateway, 30).await;
    gateway.finish().await;
}

/// A refund into a wallet that holds as much as one can is refused by a code, and nothing changes.
#[tokio::test]
async fn m1_a_refund_that_a_wallet_cannot_hold_is_refused() {
    for (service, expected) in [
        (Service::DebitRefund, "4035823"),
        (Service::QrRefund, "4047813"),
        (Service::AuthRefund, "4036915"),
        (Service::AuthVoid, "4036715"),
    ] {
        let gateway = Gateway::start_with(options()).await;
        let body = right_body(&gateway, service).await;
        let wallet = Account::Wallet(payer(&gateway).await);
        let room = 999_999_999_999_999_999 - holds(&gateway, wallet.clone()).await;
        let postings = vec![
            Posting { account: wallet, amount: Money::idr_minor(room) },
            Posting { account: Account::Cash, amount: Money::idr_minor(-room) },
        ];
        let fill = JournalEntry { id: "top-up:fill".to_owned(), recipe: Recipe::TopUp, at: now(), postings };
        gateway.app.store.commit(Write::JournalPost(fill).into()).await.unwrap();
        let before = gateway.app.store.ledger_check().await.unwrap();
        let answer = gateway.call(service, &body).send().await;
        assert_eq!(answer.code(), expected, "{service:?} {}", answer.verdict());
        let after = gateway.app.store.ledger_check().await.unwrap();
        assert!(after.is_sound(), "{after:?}");
        assert_eq!(after.journals, before.journals);
        gateway.finish().await;
    }
}
