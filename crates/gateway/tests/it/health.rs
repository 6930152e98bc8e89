//! Probes for whoever keeps the gateway running.

use serde_json::json;

use crate::world::gateway;

#[tokio::test]
async fn a_gateway_that_can_write_is_ready() {
    let gateway = gateway().await;
    let alive = gateway.get("/healthz").await;
    assert_eq!((alive.status, alive.json()), (200, json!({"status": "ok"})));
    let ready = gateway.get("/readyz").await;
    assert_eq!((ready.status, ready.json()), (200, json!({"status": "ready", "store": "ok"})));
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
    let answer = gateway.status(&lunas_testkit::sample::original("none")).token(&token).send().await;
    assert_eq!(answer.code(), "5005501", "partners are told that it is not their fault");
    gateway.abandon().await;
}
