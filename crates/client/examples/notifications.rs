//! An endpoint that takes notifications: believes those that the gateway signed, acts once, and answers.
//!
//! `lunas dev --notify-url http://127.0.0.1:3000/hooks` in one terminal, `cargo run -p lunas-client --example notifications`
//! in another; then pay something.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use lunas_client::{NotificationVerifier, ReceivedNotification, Timestamp};

/// What the endpoint shares.
pub(crate) struct Shop {
    /// What tells the gateway's notifications from others.
    pub(crate) verifier: NotificationVerifier,
    /// Tells the time; a test's gateway may live at another.
    pub(crate) clock: fn() -> Timestamp,
    /// What was told: the order, and where it stands. The same may be told again.
    pub(crate) told: Mutex<Vec<(String, String)>>,
}

/// The endpoint. The path of each service is behind its own.
pub(crate) fn router(shop: Arc<Shop>) -> Router {
    Router::new().fallback(take).with_state(shop)
}

/// The body comes as bytes: what was parsed and written anew may differ from what was signed.
async fn take(State(shop): State<Arc<Shop>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (timestamp, signature) = (header("x-timestamp"), header("x-signature"));
    let received = ReceivedNotification::new(uri.path(), timestamp, signature, &body);
    let now = (shop.clock)();
    let reply = match shop.verifier.verify(&received, now) {
        Ok(notification) => {
            if let (Some(order), Some(status)) = (notification.order_id(), notification.status()) {
                let line = (order.to_owned(), status.to_string());
                shop.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
            }
            notification.taken(now)
        }
        Err(error) => error.reply(&received, now),
    };
    let status = StatusCode::from_u16(reply.status).expect("a reply has a status of HTTP");
    let headers: HeaderMap = reply
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)))
        .collect();
    (status, headers, reply.body).into_response()
}

#[allow(clippy::disallowed_methods, reason = "a shop has no other clock than its machine's")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = std::fs::read_to_string(std::env::args().nth(1).ok_or("where is the gateway's public key?")?)?;
    let clock = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    };
    let shop = Shop { verifier: NotificationVerifier::new([key])?, clock, told: Mutex::default() };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 3000)).await?;
    axum::serve(listener, router(Arc::new(shop))).await?;
    Ok(())
}
