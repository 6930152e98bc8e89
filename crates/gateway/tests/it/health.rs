//! Probes for whoever keeps the gateway running.

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use serde_json::json;

use crate::world::{gateway, opened, standing};

#[tokio::test]
async fn a_gateway_that_can_write_is_ready() {
    let gateway = gateway().await;
    let alive = gateway.get("/healthz").await;
    assert_eq!((alive.status, alive.json()), (200, json!({"status": "ok"})));
    let ready = gateway.get("/readyz").await;
    let said = ready.json();
    assert_eq!((ready.status, &said["status"], &said["store"]), (200, &json!("ready"), &json!("ok")));
    for part in ["checks", "tasks"] {
        let parts = said[part].as_object().unwrap();
        assert!(!parts.is_empty() && parts.values().all(|told| told == "ok"), "{said}");
    }
    assert_eq!(ready.headers["cache-control"], "no-store");
    gateway.finish().await;
}

#[tokio::test]
async fn a_gateway_that_cannot_write_says_so_and_lives() {
    let gateway = gateway().await;
    let token = gateway.token().await;
    gateway.app.store.clone().close().await;
    let ready = gateway.get("/readyz").await;
    assert_eq!((ready.status, ready.text_at("/status")), (503, "not ready".to_owned()));
    assert_eq!(gateway.get("/healthz").await.status, 200);
    let answer = gateway.status(&sample::original("none")).token(&token).send().await;
    assert_eq!(answer.code(), "5005501", "clients are told that it is not their fault");
    gateway.abandon().await;
}

/// Asks until the answer that is kept for a moment has been replaced by one of that status.
async fn until(gateway: &Gateway, status: u16) -> Answer {
    until_said(gateway, |answer| answer.status == status).await
}

/// Asks until readiness says so. A task is well again a moment after those that it serves have what they asked for.
async fn until_said(gateway: &Gateway, is_said: impl Fn(&Answer) -> bool) -> Answer {
    let asked = async {
        loop {
            let answer = gateway.get("/readyz").await;
            if is_said(&answer) {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.expect("readiness says how it is")
}

/// Whether the stores of these tests are files.
fn is_sqlite() -> bool {
    std::env::var("LUNAS_TEST_STORE").is_err()
}

#[tokio::test]
async fn m9_a_store_whose_file_is_gone_or_another_is_not_ready() {
    if !is_sqlite() {
        // The same of a server that takes no writes is in the store's tests.
        return;
    }
    for (file, is_replaced) in [("lunas.db", false), ("lunas.db", true), ("lunas.db-wal", false)] {
        let gateway = gateway().await;
        assert_eq!(gateway.get("/readyz").await.status, 200);
        let path = gateway.data_dir().join(file);
        let aside = gateway.data_dir().join("aside");
        match is_replaced {
            true => {
                std::fs::copy(&path, &aside).unwrap();
                std::fs::rename(&aside, &path).unwrap();
            }
            false => std::fs::rename(&path, &aside).unwrap(),
        }
        let ready = until(&gateway, 503).await;
        let said = ready.text_at("/checks/file");
        assert!(said.contains(file), "{file} {is_replaced}: {said}");
        assert_eq!(ready.text_at("/store"), said);
        gateway.abandon().await;
    }
}

/// One notification whose attempt panics fails as if nobody had answered, and comes again.
#[tokio::test]
async fn m17_an_attempt_that_panics_is_made_again_by_the_schedule() {
    let gateway = gateway().await;
    gateway.app.store.tasks().let_panic("attempt");
    let first = gateway.pay(&sample::payment("order-1")).send().await.text_at("/referenceNo");
    // Another payment's notification does not wait for it.
    let second = gateway.pay(&sample::payment("order-2")).send().await.text_at("/referenceNo");
    gateway.settle().await;
    let told = gateway.receiver.next().await.text_at("/originalReferenceNo");
    assert!(told == first || told == second, "{told}");
    gateway.advance(Duration::from_mins(10)).await;
    let later = gateway.receiver.next().await.text_at("/originalReferenceNo");
    assert!((later == first || later == second) && later != told, "{later}");
    let is_well = |ready: &Answer| ready.text_at("/tasks/attempt").starts_with("ok; panicked 1 times before");
    assert_eq!(until_said(&gateway, is_well).await.status, 200);
    gateway.finish().await;
}

/// One payment whose expiry panics expires at the next look, and the others at this one.
#[tokio::test]
async fn m17_an_expiry_that_panics_holds_up_no_other() {
    let gateway = gateway().await;
    let mut references = Vec::new();
    for order in ["order-1", "order-2", "order-3"] {
        references.push(opened(&gateway, order).await);
    }
    gateway.app.store.tasks().let_panic("expiry");
    gateway.advance(Duration::from_hours(2)).await;
    for _ in &references {
        assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "08");
    }
    for reference_no in &references {
        assert_eq!(standing(&gateway, reference_no).await, "08");
    }
    let ready = until(&gateway, 200).await;
    assert!(ready.text_at("/tasks/expiry").contains("panicked"), "{:?}", ready.json());
    gateway.finish().await;
}

/// A batch that the store's writer panicked at is not made, and the next one is.
#[tokio::test]
async fn m17_the_stores_writer_goes_on_after_a_panic() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    gateway.settle().await;
    gateway.app.store.tasks().let_panic("committer");
    // Whoever is in that batch is told that it cannot be done now; workers try again.
    while gateway.app.store.probe().await.is_err() {}
    assert_eq!(gateway.control(&format!("/payments/{reference_no}/pay")).await.status, 200);
    assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
    let ready = until(&gateway, 200).await;
    assert!(ready.text_at("/tasks/committer").contains("panicked 1 times"), "{:?}", ready.json());
    gateway.finish().await;
}
