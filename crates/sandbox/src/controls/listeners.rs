//! Controls over who gets the notifications of the sandbox's merchant in its place: `lunas listen` takes a lease.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use lunas_gateway::controls::listeners::{LEASE, Listeners};
use lunas_gateway::outbound::Prefix;
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Refused, body};
use crate::running::Running;

/// The longest id of a listener.
const ID_MAX: usize = 64;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    url: String,
}

/// Takes a lease, or renews it. Says who is told now.
pub(super) async fn hear(State(sandbox): State<Running>, Path(id): Path<String>, raw: Bytes) -> Answer {
    let app = &sandbox.app;
    let wanted: Wanted = body(&raw)?;
    Prefix::parse(&wanted.url).map_err(|error| Refused::bad(error.to_string()))?;
    if id.is_empty() || id.len() > ID_MAX {
        return Err(Refused::bad(format!("an id has 1 to {ID_MAX} characters")));
    }
    let mut listeners = Listeners::read(&app.store, app.env.wall()).await?;
    if !listeners.hear(&id, &wanted.url, app.env.wall()) {
        return Err(Refused::conflict("too many listen already; end one of them first"));
    }
    settled(&sandbox, &listeners, &id).await
}

/// Ends a lease. Says who is told now.
pub(super) async fn leave(State(sandbox): State<Running>, Path(id): Path<String>) -> Answer {
    let app = &sandbox.app;
    let mut listeners = Listeners::read(&app.store, app.env.wall()).await?;
    listeners.leave(&id);
    settled(&sandbox, &listeners, &id).await
}

async fn settled(sandbox: &Running, listeners: &Listeners, id: &str) -> Answer {
    let app = &sandbox.app;
    listeners.write(&app.store).await?;
    app.directory.forget();
    let own = app.store.merchant_find(&sandbox.own.merchant).await?.and_then(|merchant| merchant.notify_url);
    let active = listeners.active();
    Ok(Json(json!({
        "isActive": active.is_some_and(|listener| listener.id == id),
        "url": active.map(|listener| listener.url.clone()).or_else(|| own.clone()),
        "own": own,
        "leaseSeconds": LEASE.as_secs(),
    })))
}
