//! Controls over who gets the notifications of the sandbox's merchant in its place: `lunas listen` takes a lease.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lunas_gateway::controls::listeners::{LEASE, Listeners};
use lunas_gateway::outbound::Prefix;
use serde::Deserialize;
use serde_json::json;

use super::{body, refused, unavailable};
use crate::running::Running;

/// The longest id of a listener.
const ID_MAX: usize = 64;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    url: String,
}

/// Takes a lease, or renews it. Says who is told now.
pub(super) async fn hear(State(sandbox): State<Running>, Path(id): Path<String>, raw: Bytes) -> Response {
    let app = &sandbox.app;
    let wanted: Wanted = match body(&raw) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    if let Err(error) = Prefix::parse(&wanted.url) {
        return refused(StatusCode::BAD_REQUEST, error.to_string());
    }
    if id.is_empty() || id.len() > ID_MAX {
        return refused(StatusCode::BAD_REQUEST, format!("an id has 1 to {ID_MAX} characters"));
    }
    let mut listeners = match Listeners::read(&app.store, app.env.wall()).await {
        Ok(listeners) => listeners,
        Err(error) => return unavailable(error),
    };
    if !listeners.hear(&id, &wanted.url, app.env.wall()) {
        return refused(StatusCode::CONFLICT, "too many listen already; end one of them first");
    }
    settled(&sandbox, &listeners, &id).await
}

/// Ends a lease. Says who is told now.
pub(super) async fn leave(State(sandbox): State<Running>, Path(id): Path<String>) -> Response {
    let app = &sandbox.app;
    let mut listeners = match Listeners::read(&app.store, app.env.wall()).await {
        Ok(listeners) => listeners,
        Err(error) => return unavailable(error),
    };
    listeners.leave(&id);
    settled(&sandbox, &listeners, &id).await
}

async fn settled(sandbox: &Running, listeners: &Listeners, id: &str) -> Response {
    let app = &sandbox.app;
    if let Err(error) = listeners.write(&app.store).await {
        return unavailable(error);
    }
    app.directory.forget();
    let own = match app.store.merchant_find(&sandbox.own.merchant).await {
        Ok(found) => found.and_then(|merchant| merchant.notify_url),
        Err(error) => return unavailable(error),
    };
    let active = listeners.active();
    Json(json!({
        "isActive": active.is_some_and(|listener| listener.id == id),
        "url": active.map(|listener| listener.url.clone()).or_else(|| own.clone()),
        "own": own,
        "leaseSeconds": LEASE.as_secs(),
    }))
    .into_response()
}
