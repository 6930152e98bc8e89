//! What opened a payment is answered again byte for byte, although most of these answers are kept nowhere: whatever was
//! opened, whatever became of it, and wherever the gateway is found by now.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::kit::{Answer, Gateway, Options, Receiver, sample};
use lunas_cluster::Database;
use lunas_domain::replay::{KeptAnswer, ReplayKey, ReplayOwner};
use lunas_gateway::env::Env;
use lunas_sandbox::DevOptions;
use lunas_store::{Changes, Write};
use lunas_vocab::{ReferenceNo, hex};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::pre_auth::{HAPPY, Tokens, linked};
use crate::world::{after, gateway, now, options, with};

/// A call that opens a payment.
#[derive(Clone, Debug)]
struct Opening {
    /// What is special about it, which is its external id as well.
    id: String,
    service: &'static str,
    body: Value,
    customer_token: String,
    /// Whether its payment opens pending, so that its answer is made again.
    is_pending: bool,
}

impl Opening {
    /// One of each product, method and variation, under orders of their own.
    fn all(run: &str, tokens: &Tokens) -> Vec<Self> {
        let opening = |name: &str, service, body: Value| {
            let id = format!("{run}-{name}");
            let body = with(&body, "/partnerReferenceNo", json!(id));
            Self { id, service, body, customer_token: String::new(), is_pending: true }
        };
        let debit = |name, body| opening(name, "54", body);
        let code = |name, acquirer: Value| {
            opening(name, "47", with(&sample::qr(""), "/additionalInfo/acquirer", acquirer))
        };
        let by = |method: &str| with(&sample::payment(""), "/payOptionDetails/0/payMethod", json!(method));
        let charge =
            |value| sample::linked_payment("", value, &tokens.customer, "GOPAY_WALLET", &tokens.wallet);
        let of_account = |opening| Self { customer_token: tokens.customer.clone(), ..opening };
        let all_told = json!({
            "lang": "en",
            "pointOfPurchaseId": null,
            "items": [{
                "id": "1",
                "name": "Kopi \"susu\" é",
                "price": {"value": "2500.50", "currency": "IDR"},
                "quantity": "4",
            }],
            "customerDetails": {"phone": "08215023424", "email": "a@b.example", "firstName": "Ani"},
            "metadata": {"a": [1.50, null, "x"]},
        });
        let whole = with(&sample::payment_of("", "10002.00"), "/additionalInfo", all_told);
        let whole = with(&whole, "/validUpTo", json!(after(3600)));
        let deep = with(&sample::payment(""), "/urlParam/0/isDeeplink", json!("Y"));
        let deep = with(&deep, "/urlParam/0/url", json!("shop://back"));
        let until = with(&sample::qr(""), "/validityPeriod", json!(after(3600)));
        vec![
            debit("gopay", by("GOPAY")),
            debit("shopeepay", by("shopeepay")),
            debit("dana", by("DANA")),
            debit("whole", whole),
            debit("deep-link", deep),
            debit("registered-url", with(&sample::payment(""), "/urlParam", json!([]))),
            of_account(debit("linked-by-pin", charge("500000.00"))),
            of_account(Self { is_pending: false, ..debit("linked-at-once", charge("20000.00")) }),
            code("acquirer-unnamed", Value::Null),
            code("acquirer-gopay", json!("GOPAY")),
            code("acquirer-lower", json!("gopay")),
            code("acquirer-shopeepay", json!("Airpay Shopee")),
            opening("code-until", "47", with(&until, "/additionalInfo/metadata", json!({"till": 7}))),
            of_account(Self {
                is_pending: false,
                ..opening("authorization", "63", sample::authorization("", &tokens.wallet))
            }),
        ]
    }

    async fn sent(&self, gateway: &lunas_testkit::Gateway) -> Answer {
        self.sent_as(gateway, &self.id).await
    }

    async fn sent_as(&self, gateway: &lunas_testkit::Gateway, external_id: &str) -> Answer {
        let call = match self.service {
            "54" if self.customer_token.is_empty() => gateway.pay(&self.body),
            "54" => gateway.pay(&self.body).customer(&self.customer_token),
            "47" => gateway.qr_generate(&self.body),
            _ => gateway.auth_payment(&self.customer_token, &self.body),
        };
        call.external_id(external_id).send().await
    }

    /// What is kept of the answer to a call with that id.
    async fn kept_under(&self, gateway: &Gateway, external_id: &str) -> KeptAnswer {
        let owner = ReplayOwner::Merchant(gateway.merchant.id.parse().unwrap());
        let key = ReplayKey { owner, service: self.service, external_id: external_id.parse().unwrap() };
        let stored = gateway.app.store.replay_find(&key, gateway.app.env.now()).await.unwrap();
        KeptAnswer::from_bytes(stored.unwrap().body)
    }
}

/// Openings with their first answers.
struct Given(Vec<(Opening, Answer)>);

impl Given {
    /// Opens one of each.
    async fn of(gateway: &Gateway, run: &str, tokens: &Tokens) -> Self {
        let mut given = Vec::new();
        for opening in Opening::all(run, tokens) {
            let first = opening.sent(gateway).await;
            assert_eq!(first.status, 200, "{} {}", opening.id, first.verdict());
            let kept = opening.kept_under(gateway, &opening.id).await;
            let is_made_again = matches!(kept, KeptAnswer::Mark(_));
            assert_eq!(is_made_again, opening.is_pending, "{} {kept:?}", opening.id);
            given.push((opening, first));
        }
        Self(given)
    }

    /// The same calls get the same answers.
    async fn is_given_again(&self, gateway: &lunas_testkit::Gateway, when: &str) {
        for (opening, first) in &self.0 {
            let again = opening.sent(gateway).await;
            assert_eq!(again.body, first.body, "{when}: {} {}", opening.id, again.verdict());
        }
    }
}

/// Brings a pending payment to another state.
async fn moved(gateway: &Gateway, opening: &Opening, reference_no: &str, fate: &str) {
    let (is_code, id) = (opening.service == "47", format!("{}-{fate}", opening.id));
    let answer = match fate {
        "cancel" if is_code => gateway.qr_cancel(&sample::qr_cancel(reference_no)).send().await,
        "cancel" => gateway.cancel(&sample::original(reference_no)).send().await,
        "refund" => {
            gateway.control(&format!("/payments/{reference_no}/pay")).await;
            let all = opening.body.pointer("/payOptionDetails/0/transAmount/value");
            let all = all.and_then(Value::as_str).unwrap_or("10000.00");
            let refund = sample::qr_refund(reference_no, &id, all);
            if is_code {
                gateway.qr_refund(&refund).send().await
            } else {
                gateway.refund(&sample::refund(reference_no, &id, all)).send().await
            }
        }
        control => gateway.control(&format!("/payments/{reference_no}/{control}")).await,
    };
    assert_eq!(answer.status, 200, "{id} {}", String::from_utf8_lossy(&answer.body));
}

/// Archives what ended, long before the upkeep would do it, and counts it.
async fn archived(gateway: &Gateway) -> usize {
    let (store, now, last) = (&gateway.app.store, gateway.app.env.now(), ReferenceNo::new("Z").unwrap());
    let (mut count, mut mark) = (0, None);
    loop {
        let slice = store.payments_ended(mark.as_ref(), &last, now).await.unwrap();
        for ended in slice.ended {
            store.commit(Changes::from(Write::Archive(Box::new(ended)))).await.unwrap();
            count += 1;
        }
        mark = slice.up_to;
        if mark.is_none() {
            return count;
        }
    }
}

#[tokio::test]
async fn an_opening_is_answered_again_byte_for_byte_for_a_day() {
    let mut gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut all = vec![Given::of(&gateway, "wait", &tokens).await];
    all[0].is_given_again(&gateway, "at once").await;
    for fate in ["pay", "cancel", "expire", "refund"] {
        let given = Given::of(&gateway, fate, &tokens).await;
        for (opening, first) in given.0.iter().filter(|(opening, _)| opening.is_pending) {
            moved(&gateway, opening, &first.text_at("/referenceNo"), fate).await;
        }
        given.is_given_again(&gateway, fate).await;
        all.push(given);
    }
    gateway.all_told().await;
    for (url, archives) in [("http://moved.example:9000", false), ("http://again.example:9000", true)] {
        gateway = gateway.moved_to(url).await;
        if archives {
            let archived = archived(&gateway).await;
            assert!(archived > 40, "{archived}");
        }
        for given in &all {
            given.is_given_again(&gateway, url).await;
        }
        // What opens here is given again elsewhere.
        all.push(Given::of(&gateway, &format!("at-{archives}"), &tokens).await);
        gateway.all_told().await;
    }
    gateway.advance(Duration::from_hours(24) - Duration::from_secs(1)).await;
    gateway.clear_up().await;
    for given in &all {
        given.is_given_again(&gateway, "until the day is over").await;
    }
    gateway.advance(Duration::from_secs(1)).await;
    gateway.clear_up().await;
    for (opening, first) in all.iter().flat_map(|given| &given.0) {
        let anew = opening.sent(&gateway).await;
        assert_ne!(anew.body, first.body, "{} {}", opening.id, anew.verdict());
    }
    gateway.all_told().await;
    gateway.finish().await;
}

/// A second call for an order's code is given the first answer, and given it again under its own id.
#[tokio::test]
async fn an_orders_code_is_given_again_under_every_id() {
    let gateway = gateway().await;
    let tokens = linked(&gateway, HAPPY).await;
    let mut codes = Given::of(&gateway, "order", &tokens).await;
    codes.0.retain(|(opening, _)| opening.service == "47");
    gateway.all_told().await;
    for (opening, first) in &codes.0 {
        let second = opening.sent_as(&gateway, &format!("{}-2", opening.id)).await;
        assert_eq!(second.body, first.body, "{}", opening.id);
        let kept = opening.kept_under(&gateway, &opening.id).await;
        assert_eq!(opening.kept_under(&gateway, &format!("{}-2", opening.id)).await, kept);
        moved(&gateway, opening, &first.text_at("/referenceNo"), "pay").await;
    }
    gateway.all_told().await;
    let gateway = gateway.moved_to("http://moved.example:9000").await;
    for (opening, first) in &codes.0 {
        for id in ["2", "3", "2", "3"] {
            let again = opening.sent_as(&gateway, &format!("{}-{id}", opening.id)).await;
            assert_eq!(again.body, first.body, "{} {id}", opening.id);
        }
    }
    gateway.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openings_that_race_under_one_id_have_one_answer() {
    let gateway = Arc::new(gateway().await);
    let tokens = linked(&gateway, HAPPY).await;
    for opening in Opening::all("race", &tokens) {
        // Calls for one order's code race under other ids as well.
        let ids: &[&str] = if opening.service == "47" { &["a", "b", "c"] } else { &["a"] };
        let mut calls = JoinSet::new();
        for id in ids.iter().cycle().take(12) {
            let (gateway, opening) = (gateway.clone(), opening.clone());
            calls.spawn(async move { opening.sent_as(&gateway, &format!("{}-{id}", opening.id)).await });
        }
        let answers = calls.join_all().await;
        let distinct: HashSet<_> =
            answers.iter().map(|answer| (answer.status, answer.body.clone())).collect();
        assert_eq!((distinct.len(), answers[0].status), (1, 200), "{} {distinct:?}", opening.id);
    }
    gateway.all_told().await;
    Arc::try_unwrap(gateway).expect("every call has been answered").finish().await;
}

/// Better none than one that was not given.
#[tokio::test]
async fn an_answer_that_does_not_come_out_as_it_was_is_not_given() {
    let gateway = gateway().await;
    let first = gateway.pay(&sample::payment("order-1")).external_id("call-1").send().await;
    assert_eq!(first.code(), "2005400", "{}", first.verdict());
    gateway.all_told().await;
    let name = format!("public-url-{}", hex(&gateway.app.public_url_mark.unwrap()));
    let url = gateway.app.public_url.clone();
    let gateway = gateway.moved_to("http://moved.example:9000").await;
    let put = async |value: &str| {
        let put = Write::SettingPut { name: name.clone(), value: value.to_owned() };
        gateway.app.store.commit(Changes::new().with(put)).await.unwrap();
        gateway.pay(&sample::payment("order-1")).external_id("call-1").send().await
    };
    let refused = put("http://elsewhere.example").await;
    assert!(refused.code().starts_with("50"), "{}", refused.verdict());
    assert_eq!(put(&url).await.body, first.body);
    gateway.finish().await;
}

#[tokio::test]
async fn gateways_with_urls_of_their_own_give_each_others_answers() {
    let database = Database::create();
    let gateway = Gateway::start_with(Options { store: Some(database.address()), ..options() }).await;
    let receiver = Receiver::start().await;
    let dev = DevOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: Some("http://other.example:9000".to_owned()),
        data_dir: gateway.data_dir().to_owned(),
        store: Some(database.address()),
        notify_url: Some(gateway.receiver.url().to_owned()),
        env: Some(Env::manual(now(), 2)),
        config: Some(gateway.app.config.clone()),
        ..DevOptions::default()
    };
    let other = lunas_testkit::Gateway::over(lunas_sandbox::prepare(dev).await.unwrap(), receiver);
    let tokens = linked(&gateway, HAPPY).await;
    let given = Given::of(&gateway, "here", &tokens).await;
    let openings = Opening::all("there", &tokens).into_iter();
    let mut there = Vec::new();
    for opening in openings {
        let first = opening.sent(&other).await;
        assert_eq!(first.status, 200, "{} {}", opening.id, first.verdict());
        there.push((opening, first));
    }
    let (first, second) = (&given.0[0].1, &there[0].1);
    assert!(first.text_at("/webRedirectUrl").starts_with(&gateway.base_url), "{}", first.json());
    assert!(second.text_at("/webRedirectUrl").starts_with("http://other.example:9000/"), "{}", second.json());
    given.is_given_again(&other, "by the other").await;
    Given(there).is_given_again(&gateway, "of the other").await;
    gateway.all_told().await;
    other.finish().await;
    gateway.finish().await;
}
