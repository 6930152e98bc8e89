//! Which transaction statuses a merchant is told of, by its choice: of every product, and while payments are open.

use std::time::Duration;

use crate::kit::{Answer, Gateway, Notification, Reply, sample};
use reqwest::Method;
use serde_json::{Value, json};

use crate::linked_payment::Account;
use crate::linking::LATER;
use crate::notification::attempted;
use crate::pre_auth;
use crate::world::{after, gateway};

/// The customer whose account stays linked.
const SAVER: &str = "+628242974268";

/// What happens, and all that a merchant may be told of it.
const SCENARIOS: [(&str, &str); 23] = [
    ("debit open", "03"),
    ("debit pay", "03 00"),
    ("debit deny", "03 09"),
    ("debit fail", "03 06"),
    ("debit expire", "03 08"),
    ("debit cancel", "03 05"),
    ("debit refund", "03 00 04 04"),
    ("qris open", "03"),
    ("qris pay", "03 00"),
    ("qris deny", "03 09"),
    ("qris fail", "03 06"),
    ("qris expire", "03 08"),
    ("qris cancel", "03 05"),
    ("qris refund", "03 00 04 04"),
    ("va open", "03"),
    ("va pay", "03 00"),
    ("va expire", "03 08"),
    ("va delete", "03 05"),
    // The account stays pending while it is paid: each payment is told as paid, and its end changes no order.
    ("va-many pay", "03 00 00"),
    // What asks for no PIN is paid in its first state.
    ("linked pay", "00"),
    ("linked expire", "03 08"),
    // Of these the contract tells nothing, and always.
    ("authorization capture", ""),
    ("link unbind", "DISABLED"),
];

async fn choose(gateway: &Gateway, statuses: &[&str]) -> Answer {
    let put = json!({"statuses": statuses});
    gateway.request(Method::PUT, "/sandbox/v1/notify-statuses", Some(&put)).await
}

fn status(notification: &Notification) -> String {
    let body = notification.json();
    let places =
        ["/latestTransactionStatus", "/additionalInfo/paymentFlagStatus", "/additionalInfo/accountStatus"];
    let told = places.iter().find_map(|place| body.pointer(place)).and_then(Value::as_str);
    told.unwrap_or_default().to_owned()
}

/// What was told since the last look, once nothing is owed.
async fn told(gateway: &Gateway) -> String {
    gateway.all_told().await;
    gateway.receiver.rest().await.iter().map(status).collect::<Vec<_>>().join(" ")
}

/// How many notifications the outbox has.
async fn outbox(gateway: &Gateway) -> usize {
    let listed = gateway.get("/sandbox/v1/notifications").await.json();
    listed["notifications"].as_array().unwrap().len()
}

fn done(answer: &Answer) {
    assert!(answer.status == 200, "{}", answer.json());
}

struct World<'g> {
    gateway: &'g Gateway,
    account: Account,
    tokens: pre_auth::Tokens,
}

impl World<'_> {
    async fn happens(&self, number: usize, scenario: &str) {
        let Self { gateway, account, tokens } = self;
        let order = format!("order-{number}");
        match scenario.split_once(' ').unwrap() {
            ("debit", what) => {
                let opened = gateway.pay(&sample::payment(&order)).send().await;
                let reference_no = opened.text_at("/referenceNo");
                match what {
                    "cancel" => done(&gateway.cancel(&sample::original(&reference_no)).send().await),
                    "refund" => {
                        done(&gateway.control(&format!("/payments/{reference_no}/pay")).await);
                        for refund in [format!("{order}-a"), format!("{order}-b")] {
                            let body = sample::refund(&reference_no, &refund, "5000.00");
                            done(&gateway.refund(&body).send().await);
                        }
                    }
                    what => self.moves(&reference_no, what).await,
                }
            }
            ("qris", what) => {
                let opened = gateway.qr_generate(&sample::qr(&order)).send().await;
                let reference_no = opened.text_at("/referenceNo");
                match what {
                    "cancel" => done(&gateway.qr_cancel(&sample::qr_cancel(&reference_no)).send().await),
                    "refund" => {
                        done(&gateway.control(&format!("/payments/{reference_no}/pay")).await);
                        for refund in [format!("{order}-a"), format!("{order}-b")] {
                            let body = sample::qr_refund(&reference_no, &refund, "5000.00");
                            done(&gateway.qr_refund(&body).send().await);
                        }
                    }
                    what => self.moves(&reference_no, what).await,
                }
            }
            (product @ ("va" | "va-many"), what) => {
                let kind = json!({"kind": if product == "va" { "single" } else { "multi" }});
                done(&gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&kind)).await);
                let customer_no = format!("62801234{number:02}");
                let body = sample::under(sample::account(&order), &customer_no);
                done(&gateway.va_create(&body).send().await);
                let delete = sample::under(sample::account_delete(&order), &customer_no);
                let number = format!("70012{customer_no}");
                match what {
                    "open" => {}
                    "delete" => done(&gateway.va_delete(&delete).send().await),
                    what => done(&gateway.control(&format!("/va/{number}/{what}")).await),
                }
                if product == "va-many" {
                    let more = json!({"amount": "2500.00"});
                    done(&gateway.control_with(&format!("/va/{number}/pay"), &more).await);
                    done(&gateway.va_delete(&delete).send().await);
                }
            }
            ("linked", what) => {
                let value = if what == "pay" { "2500.00" } else { "100000.00" };
                let body = account.payment(&order, value);
                let opened = gateway.pay(&body).customer(&account.token).send().await;
                assert_eq!(opened.code(), "2005400", "{}", opened.verdict());
                if what != "pay" {
                    self.moves(&opened.text_at("/referenceNo"), what).await;
                }
            }
            ("authorization", _) => {
                pre_auth::captured(gateway, tokens, &order).await;
            }
            ("link", _) => done(&gateway.control_delete(&format!("/links/{LATER}")).await),
            other => panic!("{other:?}"),
        }
    }

    async fn moves(&self, reference_no: &str, what: &str) {
        if what != "open" {
            done(&self.gateway.control(&format!("/payments/{reference_no}/{what}")).await);
        }
    }
}

#[tokio::test]
async fn a_merchant_is_told_of_the_statuses_it_chose_and_of_no_others() {
    let choices: [&[&str]; 4] = [
        &["00", "03", "04", "05", "06", "08", "09"],
        &["09", "08", "06", "05", "04", "00"],
        &["00", "04"],
        &["00"],
    ];
    for choice in choices {
        let gateway = gateway().await;
        assert_eq!(choose(&gateway, choice).await.status, 200);
        let account = Account::link(&gateway, SAVER).await;
        let tokens = pre_auth::linked(&gateway, pre_auth::HAPPY).await;
        done(&gateway.control_with("/links", &json!({"phone": LATER, "bind": true})).await);
        assert_eq!(told(&gateway).await, "ENABLED", "links are told of whatever was chosen");
        let world = World { gateway: &gateway, account, tokens };
        for (number, (scenario, all)) in SCENARIOS.into_iter().enumerate() {
            let before = outbox(&gateway).await;
            world.happens(number, scenario).await;
            let is_chosen = |status: &&str| status.len() > 2 || choice.contains(status);
            let expected: Vec<_> = all.split_whitespace().filter(is_chosen).collect();
            assert_eq!(told(&gateway).await, expected.join(" "), "{scenario}, {choice:?}");
            let rows = outbox(&gateway).await - before;
            assert_eq!(rows, expected.len(), "{scenario}, {choice:?}: what is not told has no row");
        }
        gateway.finish().await;
    }
}

#[tokio::test]
async fn a_choice_counts_for_what_comes_about_after_it() {
    let gateway = gateway().await;
    let open = async |order: &str| {
        let mut body = sample::payment(order);
        body["validUpTo"] = json!(after(30 * 86400));
        gateway.pay(&body).send().await.text_at("/referenceNo")
    };
    let pay =
        async |reference_no: &str| done(&gateway.control(&format!("/payments/{reference_no}/pay")).await);

    // What is in the outbox is sent, and in its order, although it would not be told any more.
    gateway.receiver.answer(Reply::Status(500));
    let held_back = open("order-1").await;
    attempted(&gateway, &held_back, "03", 1).await;
    let chosen = choose(&gateway, &["00"]).await;
    let all = ["00", "03", "04", "05", "06", "08", "09"];
    assert_eq!(chosen.json(), json!({"previous": all, "statuses": ["00"]}));
    pay(&held_back).await;
    gateway.receiver.rest().await;
    gateway.receiver.answer(Reply::Status(200));
    gateway.advance(Duration::from_mins(2)).await;
    assert_eq!(told(&gateway).await, "03 00");

    // What was not told is not told later, and nothing waits for it.
    let untold = open("order-2").await;
    let cancelled = open("order-3").await;
    done(&gateway.cancel(&sample::original(&cancelled)).send().await);
    assert_eq!(told(&gateway).await, "");
    choose(&gateway, &all).await;
    pay(&untold).await;
    assert_eq!(told(&gateway).await, "00");

    // A merchant that refused what it was told has nothing newer that supersedes it.
    gateway.receiver.answer(Reply::Status(404));
    let refused = open("order-4").await;
    attempted(&gateway, &refused, "03", 1).await;
    choose(&gateway, &["00"]).await;
    gateway.receiver.answer(Reply::Status(200));
    done(&gateway.control(&format!("/payments/{refused}/expire")).await);
    gateway.receiver.rest().await;
    gateway.advance(Duration::from_mins(2)).await;
    assert_eq!(told(&gateway).await, "03");
    gateway.finish().await;
}

#[tokio::test]
async fn a_choice_that_the_contract_does_not_allow_is_refused() {
    let gateway = gateway().await;
    let check = async |statuses: &[&str], expected: &str| {
        let refused = choose(&gateway, statuses).await;
        assert_eq!((refused.status, refused.text_at("/error").as_str()), (400, expected), "{statuses:?}");
    };
    let paid_missing = "statuses: 00 cannot be left out: a merchant is always told of what is paid";
    check(&[], paid_missing).await;
    check(&["03", "08"], paid_missing).await;
    let known = "00, 03, 04, 05, 06, 08, 09";
    let unknown = |word: &str| {
        format!("statuses: {word:?} is no transaction status of notifications, which are {known}")
    };
    check(&["00", "01"], &unknown("01")).await;
    check(&["00", "paid"], &unknown("paid")).await;
    gateway.finish().await;
}
