//! What a merchant sees of a gateway's PostgreSQL: a standby that stands still, and a server that goes away at the worst
//! moment.

#![expect(clippy::disallowed_methods, reason = "what the server does by itself is announced by nobody")]

use std::time::Duration;

use crate::kit::{Gateway, Options, sample};
use lunas_cluster::{Cluster, Database, Fault, Line};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::world::{opened, options};

/// How long a test waits for what must come. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(60);

const PAUSE: &str = "select pg_wal_replay_pause()";
const RESUME: &str = "select pg_wal_replay_resume()";
const IS_PAUSED: &str = "select pg_get_wal_replay_pause_state() = 'paused'";
const IS_LEVEL: &str = "select pg_current_wal_lsn() = replay_lsn from pg_stat_replication";

/// The merchant's orders as its history lists them, the oldest first, each with how it stands.
async fn listed(gateway: &Gateway) -> Vec<(String, String)> {
    let answer = gateway.history_list(&json!({"additionalInfo": {"sortOrder": "asc"}})).send().await;
    assert_eq!(answer.code(), "2001200", "{}", answer.verdict());
    let lines = answer.json()["detailData"].as_array().unwrap().clone();
    let text = |line: &Value, at: &str| line.pointer(at).and_then(Value::as_str).unwrap().to_owned();
    lines
        .iter()
        .map(|line| (text(line, "/additionalInfo/partnerReferenceNo"), text(line, "/status")))
        .collect()
}

async fn until_true(is_true: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < DEADLINE, "it does not come about");
        sleep(Duration::from_millis(20)).await;
    }
}

/// That a list comes from the standby is told from a row that somebody changes by hand at the primary, which leaves no
/// mark. As soon as anything was answered that the standby has not, nobody sees the standby's state any more.
#[tokio::test]
async fn whoever_was_answered_sees_nothing_older_while_the_replica_stands_still() {
    let primary = Cluster::start_primary().unwrap();
    let (database, standby) = (Database::create_in(&primary), primary.standby().unwrap());
    let on_standby = |sql: &str| database.sql_on_standby(&standby, sql);
    let store = format!("{}&replica=127.0.0.1:{}", database.address(), standby.port());
    let gateway = Gateway::start_with(Options { store: Some(store), ..options() }).await;
    let first = opened(&gateway, "order-1").await;
    gateway.settle().await;
    let began = Instant::now();
    loop {
        until_true(|| database.sql(IS_LEVEL) == "t").await;
        on_standby(PAUSE);
        until_true(|| on_standby(IS_PAUSED) == "t").await;
        database.sql("update payment set partner_reference_no = 'by-hand'");
        let seen = listed(&gateway).await;
        database.sql("update payment set partner_reference_no = 'order-1'");
        if seen == [("order-1".to_owned(), "PENDING".to_owned())] {
            break;
        }
        on_standby(RESUME);
        assert!(began.elapsed() < DEADLINE, "the list never comes from the standby: {seen:?}");
    }

    let second = opened(&gateway, "order-2").await;
    let check = async |order: &str, reference_no: &str, digits: &str, lines: [&str; 2]| {
        let status = gateway.status(&sample::original(reference_no)).send().await;
        assert_eq!(status.text_at("/latestTransactionStatus"), digits, "{}", status.verdict());
        let named =
            json!({"originalPartnerReferenceNo": order, "additionalInfo": {"referenceNo": reference_no}});
        let detail = gateway.history_detail(&named).send().await;
        assert_eq!(detail.code(), "2001300", "{}", detail.verdict());
        // Both were opened at one instant of a clock that stands still, so that a list has them in any order.
        let mut standing = listed(&gateway).await;
        standing.sort();
        let standing: Vec<String> = standing.into_iter().map(|(_, status)| status).collect();
        assert_eq!(standing, lines);
    };
    check("order-2", &second, "03", ["PENDING", "PENDING"]).await;
    gateway.cancel(&sample::original(&second)).send().await;
    check("order-2", &second, "05", ["PENDING", "CANCELLED"]).await;
    gateway.control(&format!("/payments/{first}/pay")).await;
    check("order-1", &first, "00", ["SUCCESS", "CANCELLED"]).await;
    let refunded = gateway.refund(&sample::refund(&first, "refund-1", "4000")).send().await;
    assert_eq!(refunded.code(), "2005800", "{}", refunded.verdict());
    check("order-1", &first, "04", ["REFUNDED", "CANCELLED"]).await;
    on_standby(RESUME);
    until_true(|| database.sql(IS_LEVEL) == "t").await;
    check("order-1", &first, "04", ["REFUNDED", "CANCELLED"]).await;
    gateway.finish().await;
}

/// The commit was sent, and the server goes away before it answers and stays away: the merchant is told to ask. It finds
/// the payment when the server is back, and its call made again gets the first answer and opens nothing.
#[tokio::test]
async fn a_call_whose_commit_nobody_can_be_asked_about_gets_a_timeout_and_the_truth_afterwards() {
    let cluster = Cluster::start_primary().unwrap();
    let database = Database::create_in(&cluster);
    let line = Line::to(&database);
    let store = format!("{}&writers=1&connect_timeout=1&outcome_timeout=1", line.address());
    let gateway = Gateway::start_with(Options { store: Some(store), ..options() }).await;
    opened(&gateway, "order-0").await;
    let began = Instant::now();
    let mut number = 0;
    let external_id = loop {
        assert!(began.elapsed() < DEADLINE, "no call's commit was cut");
        number += 1;
        let external_id = format!("external-{number}");
        line.fault(Fault::AfterCommitForGood);
        let answer = gateway.pay(&sample::payment("order-1")).external_id(&external_id).send().await;
        line.fault(Fault::None);
        // A worker's commit may have been the one that was cut.
        if answer.code() == "5045400" {
            assert_eq!(answer.status, 504, "{}", answer.verdict());
            break external_id;
        }
    };
    let status = gateway.status(&sample::original_by_external_id(&external_id)).send().await;
    assert_eq!(status.text_at("/latestTransactionStatus"), "03", "{}", status.verdict());
    let again = || gateway.pay(&sample::payment("order-1")).external_id(&external_id).send();
    let (second, third) = (again().await, again().await);
    assert_eq!(second.code(), "2005400", "{}", second.verdict());
    assert_eq!(second.body, third.body);
    assert_eq!(second.text_at("/referenceNo"), status.text_at("/originalReferenceNo"));
    let made = format!("select count(*) from payment where external_id = '{external_id}'");
    assert_eq!(database.sql(&made), "1");
    gateway.abandon().await;
}
