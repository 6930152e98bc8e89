//! Probes for whoever keeps the gateway running. They tell the truth: ready means that a write reached the disk.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::app::App;
use crate::http::roads::Roads;

const ALIVE_PATH: &str = "/healthz";
const READY_PATH: &str = "/readyz";

pub(crate) fn routes() -> Roads {
    Roads::new().route(ALIVE_PATH, get(alive)).route(READY_PATH, get(ready))
}

/// Whether a path is a probe's. A probe says nothing that others must not know, and who asks goes by any name.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, ALIVE_PATH | READY_PATH)
}

/// The process runs and answers.
async fn alive() -> Response {
    answer(StatusCode::OK, json!({"status": "ok"}))
}

/// Requests can be taken: the store accepts a commit and gives an answer.
async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.store.probe().await {
        Ok(()) => answer(StatusCode::OK, json!({"status": "ready", "store": "ok"})),
        Err(error) => {
            tracing::error!(%error, "not ready");
            let body = json!({"status": "not ready", "store": error.to_string()});
            answer(StatusCode::SERVICE_UNAVAILABLE, body)
        }
    }
}

fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
