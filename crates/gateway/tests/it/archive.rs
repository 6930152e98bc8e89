//! The archive: of everything that ended long ago, whoever asks is answered as before it was moved there.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_store::{Changes, Write};
use lunas_vocab::ReferenceNo;
use reqwest::Method;
use serde_json::{Value, json};

use crate::pre_auth::{HAPPY, authorized, captured, linked};
use crate::world::{gateway, with};

/// Where a call names the order of an authorization.
const ORDER: &str = "/originalPartnerReferenceNo";
const DAY: Duration = Duration::from_hours(24);
/// What [`World::made`] makes that ends: payments, then accounts.
const ENDED: u64 = 11;
/// The customers' numbers of its accounts; the last is the sample's.
const ACCOUNTS: [&str; 3] = ["6280123454", "6280123455", "6280123456"];

/// Something of every product and of every end.
struct World {
    /// Direct debit: paid and refunded in part, cancelled, denied, paid and refunded as a whole.
    debit: Vec<String>,
    /// Codes: paid and refunded, cancelled.
    codes: Vec<String>,
    /// Authorizations: captured and refunded, voided.
    held: Vec<String>,
    /// Where a customer reviewed the first payment.
    page: String,
}

impl World {
    async fn made(gateway: &Gateway) -> Self {
        let (mut debit, mut page) = (Vec::new(), String::new());
        for order in ["debit-0", "debit-1", "debit-2", "debit-3"] {
            let answer = gateway.pay(&sample::payment(order)).external_id(order).send().await;
            assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
            debit.push(answer.text_at("/referenceNo"));
            if page.is_empty() {
                page = answer.text_at("/webRedirectUrl").replace(&gateway.base_url, "");
            }
            gateway.advance(Duration::from_mins(1)).await;
        }
        for at in [0, 3] {
            gateway.control(&format!("/payments/{}/pay", debit[at])).await;
        }
        done(gateway.refund(&sample::refund(&debit[0], "refund-1", "4000")).send().await);
        done(gateway.refund(&sample::refund(&debit[0], "refund-2", "1000")).send().await);
        done(gateway.refund(&sample::refund(&debit[3], "refund-1", "10000")).send().await);
        done(gateway.cancel(&sample::original(&debit[1])).send().await);
        gateway.control(&format!("/payments/{}/deny", debit[2])).await;

        let mut codes = Vec::new();
        for order in ["code-0", "code-1"] {
            let answer = gateway.qr_generate(&sample::qr(order)).external_id(order).send().await;
            assert_eq!(answer.code(), "2004700", "{}", answer.verdict());
            codes.push(answer.text_at("/referenceNo"));
        }
        gateway.control(&format!("/payments/{}/pay", codes[0])).await;
        done(gateway.qr_refund(&sample::qr_refund(&codes[0], "refund-1", "2000")).send().await);
        done(gateway.qr_cancel(&sample::qr_cancel(&codes[1])).send().await);

        gateway.all_told().await;
        gateway.receiver.rest().await;
        let tokens = linked(gateway, HAPPY).await;
        let held =
            vec![captured(gateway, &tokens, "held-0").await, authorized(gateway, &tokens, "held-1").await];
        done(gateway.auth_refund(&sample::refund(&held[0], "refund-1", "3000")).send().await);
        done(gateway.auth_void(&sample::void(&held[1], "void-1")).send().await);
        Self::accounts(gateway).await;
        gateway.all_told().await;
        Self { debit, codes, held, page }
    }

    /// One after another: paid, deleted, and one of two payments that is deleted. The last has the sample's number.
    async fn accounts(gateway: &Gateway) {
        let create = async |trx_id: &str, number: &str| {
            let body = sample::under(sample::account(trx_id), number);
            done(gateway.va_create(&body).external_id(trx_id).send().await);
        };
        create("account-0", ACCOUNTS[0]).await;
        let report = sample::under(sample::bank_report("bank-0", "10000.00"), ACCOUNTS[0]);
        done(gateway.va_report(&report).send().await);
        create("account-1", ACCOUNTS[1]).await;
        let delete = sample::under(sample::account_delete("account-1"), ACCOUNTS[1]);
        done(gateway.va_delete(&delete).send().await);
        let terms = json!({"kind": "multi"});
        assert_eq!(gateway.request(Method::PUT, "/sandbox/v1/va-terms", Some(&terms)).await.status, 200);
        create("account-2", ACCOUNTS[2]).await;
        for (bank, value) in [("bank-1", "2500.00"), ("bank-2", "7500.50")] {
            done(gateway.va_report(&sample::bank_report(bank, value)).send().await);
            gateway.advance(Duration::from_mins(1)).await;
        }
        done(gateway.va_delete(&sample::account_delete("account-2")).send().await);
    }

    /// What merchants, banks and customers can ask.
    async fn answers(&self, gateway: &Gateway) -> Vec<(String, Value)> {
        let mut asked = Asked(Vec::new());
        for (at, reference_no) in self.debit.iter().enumerate() {
            asked.note(
                format!("status of {at}"),
                gateway.status(&sample::original(reference_no)).send().await,
            );
            let by_id = sample::original_by_external_id(&format!("debit-{at}"));
            asked.note(format!("status by id of {at}"), gateway.status(&by_id).send().await);
            asked.detail(gateway, reference_no, &format!("debit-{at}")).await;
        }
        for (at, reference_no) in self.codes.iter().enumerate() {
            let query = sample::qr_original(reference_no);
            asked.note(format!("query of {at}"), gateway.qr_query(&query).send().await);
            let by_order = json!({"originalPartnerReferenceNo": format!("code-{at}"), "serviceCode": "47"});
            asked.note(format!("query by order of {at}"), gateway.qr_query(&by_order).send().await);
            asked.detail(gateway, reference_no, &format!("code-{at}")).await;
        }
        for (at, reference_no) in self.held.iter().enumerate() {
            let query = with(&sample::auth_original(reference_no), ORDER, json!(format!("held-{at}")));
            asked.note(format!("authorization {at}"), gateway.auth_query(&query).send().await);
            asked.detail(gateway, reference_no, &format!("held-{at}")).await;
        }
        for (at, number) in ACCOUNTS.iter().enumerate() {
            for page in ["0", "1"] {
                let mut body = sample::under(sample::account_status(&format!("account-{at}")), number);
                body["additionalInfo"]["page"] = json!(page);
                body["additionalInfo"]["pageSize"] = json!("1");
                asked.note(format!("account {at}"), gateway.va_status(&body).send().await);
            }
        }
        for order in ["asc", "desc"] {
            for page in 0..6 {
                let body = json!({
                    "pageSize": 3, "pageNumber": page, "additionalInfo": {"sortOrder": order},
                });
                asked.note(format!("{order} page {page}"), gateway.history_list(&body).send().await);
            }
        }
        let refunds = json!({"additionalInfo": {"payment": {"statuses": ["REFUND", "CANCELLED"]}}});
        asked.note("history by status".to_owned(), gateway.history_list(&refunds).send().await);
        let page = gateway.get(&self.page).await;
        asked.0.push(("page".to_owned(), json!([page.status, String::from_utf8_lossy(&page.body)])));
        asked.0
    }

    /// What nobody can have any more, and what was done once and is told again.
    async fn commands(&self, gateway: &Gateway) -> Vec<(String, Value)> {
        let mut asked = Asked(Vec::new());
        for reference_no in &self.debit {
            for number in ["refund-1", "refund-9"] {
                let refund = sample::refund(reference_no, number, "4000");
                asked.note(format!("refund of {reference_no}"), gateway.refund(&refund).send().await);
            }
            let cancel = gateway.cancel(&sample::original(reference_no)).send().await;
            asked.note(format!("cancel of {reference_no}"), cancel);
        }
        for reference_no in &self.codes {
            for number in ["refund-1", "refund-9"] {
                let refund = sample::qr_refund(reference_no, number, "2000");
                asked.note(format!("refund of {reference_no}"), gateway.qr_refund(&refund).send().await);
            }
            let cancel = gateway.qr_cancel(&sample::qr_cancel(reference_no)).send().await;
            asked.note(format!("cancel of {reference_no}"), cancel);
        }
        for (at, reference_no) in self.held.iter().enumerate() {
            for number in ["refund-1", "refund-9"] {
                let refund = sample::refund(reference_no, number, "3000");
                asked.note(format!("refund of {reference_no}"), gateway.auth_refund(&refund).send().await);
            }
            for number in ["capture-1", "void-1"] {
                let capture = sample::capture(reference_no, number);
                let capture = with(&capture, ORDER, json!(format!("held-{at}")));
                asked.note(format!("capture of {reference_no}"), gateway.auth_capture(&capture).send().await);
                let void = sample::void(reference_no, number);
                asked.note(format!("void of {reference_no}"), gateway.auth_void(&void).send().await);
            }
        }
        for at in 0..3 {
            let body = sample::under(sample::account_delete(&format!("account-{at}")), ACCOUNTS[at]);
            asked.note(format!("delete of account {at}"), gateway.va_delete(&body).send().await);
            let value = ["10000.00", "2500.00", "7500.50"][at];
            let under = |body| sample::under(body, ACCOUNTS[at]);
            let again = under(sample::bank_report(&format!("bank-{at}"), value));
            asked.note(format!("report {at} again"), gateway.va_report(&again).send().await);
            let other = under(sample::bank_report(&format!("bank-{at}"), "1.00"));
            asked.note(format!("report {at} of another amount"), gateway.va_report(&other).send().await);
        }
        asked.note(
            "report".to_owned(),
            gateway.va_report(&sample::bank_report("bank-9", "1.00")).send().await,
        );
        asked.note("inquiry".to_owned(), gateway.va_inquire(&sample::bank_inquiry("ask")).send().await);
        asked.0
    }
}

fn done(answer: Answer) {
    assert_eq!(answer.status, 200, "{}", answer.verdict());
}

/// What was asked, and what was answered.
struct Asked(Vec<(String, Value)>);

impl Asked {
    fn note(&mut self, what: String, answer: Answer) {
        self.0.push((what, answer.json()));
    }

    async fn detail(&mut self, gateway: &Gateway, reference_no: &str, order: &str) {
        let body = json!({
            "originalPartnerReferenceNo": order, "additionalInfo": {"referenceNo": reference_no},
        });
        self.note(format!("detail of {order}"), gateway.history_detail(&body).send().await);
    }
}

async fn archived(gateway: &Gateway) -> u64 {
    let report = gateway.app.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    report.archived
}

fn same(before: &[(String, Value)], after: &[(String, Value)]) {
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
}

/// Long before the upkeep would do it, so that all of it is still in the history's window: one after another, so that
/// most pages are mixed.
#[tokio::test]
async fn histories_and_states_are_told_as_before() {
    let gateway = gateway().await;
    let world = World::made(&gateway).await;
    let before = world.answers(&gateway).await;
    let listed = before
        .iter()
        .filter(|(what, _)| what.starts_with("asc"))
        .map(|(_, answer)| answer["detailData"].as_array().map_or(0, Vec::len));
    assert_eq!(listed.sum::<usize>(), 12, "eight payments, three accounts and a later payment into one");
    let (store, now) = (&gateway.app.store, gateway.app.env.now());
    let last = ReferenceNo::new("Z").unwrap();
    let payments = store.payments_ended(None, &last, now).await.unwrap().ended;
    let accounts = store.accounts_ended(None, &last, now).await.unwrap().ended;
    for (at, ended) in payments.into_iter().chain(accounts).enumerate() {
        store.commit(Changes::from(Write::Archive(Box::new(ended)))).await.unwrap();
        if at % 3 == 1 {
            same(&before, &world.answers(&gateway).await);
        }
    }
    assert_eq!(archived(&gateway).await, ENDED);
    same(&before, &world.answers(&gateway).await);
    gateway.finish().await;
}

#[tokio::test]
async fn what_ended_long_ago_is_refused_as_before() {
    let gateway = gateway().await;
    let world = World::made(&gateway).await;
    gateway.advance(399 * DAY).await;
    gateway.clear_up().await;
    assert_eq!(archived(&gateway).await, 0, "it is too young");
    gateway.advance(2 * DAY).await;
    let waits = gateway.pay(&sample::payment("young")).send().await.text_at("/referenceNo");
    let (answers, commands) = (world.answers(&gateway).await, world.commands(&gateway).await);
    gateway.clear_up().await;
    assert_eq!(archived(&gateway).await, ENDED);
    same(&answers, &world.answers(&gateway).await);
    same(&commands, &world.commands(&gateway).await);
    gateway.clear_up().await;
    assert_eq!(archived(&gateway).await, ENDED, "what waits and what is archived stays");

    // Ids of orders are free again by now, and name what is newer.
    gateway.control(&format!("/payments/{waits}/pay")).await;
    let code = gateway.qr_generate(&sample::qr("code-0")).send().await;
    assert_eq!(code.code(), "2004700", "{}", code.verdict());
    let by_order = json!({"originalPartnerReferenceNo": "code-0", "serviceCode": "47"});
    let newest = gateway.qr_query(&by_order).send().await;
    assert_eq!(newest.text_at("/originalReferenceNo"), code.text_at("/referenceNo"));
    let account = gateway.va_create(&sample::account("account-0")).external_id("account-0").send().await;
    assert_eq!(account.code(), "2002700", "{}", account.verdict());
    done(gateway.va_inquire(&sample::bank_inquiry("ask-again")).send().await);
    gateway.finish().await;
}
