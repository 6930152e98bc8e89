//! A merchant's backend that takes notifications, keeps every one of them, and is sometimes out of order.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use tokio::sync::Notify;

/// How long nothing has to come in for the receiver to be at rest.
const REST: Duration = Duration::from_secs(1);

/// One attempt as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// `X-EXTERNAL-ID`: which notification.
    pub(crate) id: String,
    /// The path with the merchant's own prefix.
    pub(crate) path: String,
    /// `X-TIMESTAMP`.
    pub(crate) timestamp: String,
    /// `X-SIGNATURE`.
    pub(crate) signature: String,
    /// The body.
    pub(crate) body: Bytes,
    /// Whether it was taken, which is what 200 says.
    pub(crate) is_taken: bool,
}

#[derive(Default)]
struct Kept {
    attempts: Mutex<Vec<Attempt>>,
    /// How often each notification came in.
    counts: Mutex<HashMap<String, usize>>,
    arrived: Notify,
}

/// A running receiver.
pub(crate) struct Receiver {
    /// What notification paths are appended to.
    pub(crate) prefix: String,
    kept: Arc<Kept>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let prefix = format!("http://{}/hooks", listener.local_addr().unwrap());
        let kept = Arc::<Kept>::default();
        let router = Router::new().fallback(take).with_state(kept.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { prefix, kept }
    }

    /// What came in after the first `known` attempts, in order.
    pub(crate) fn attempts_after(&self, known: usize) -> Vec<Attempt> {
        self.kept.attempts.lock().unwrap()[known..].to_vec()
    }

    /// Waits until nothing has come in for a moment. A moment that is too short makes a test look once more, not fail.
    pub(crate) async fn at_rest(&self) {
        while tokio::time::timeout(REST, self.kept.arrived.notified()).await.is_ok() {}
    }
}

async fn take(State(kept): State<Arc<Kept>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let id = text("x-external-id");
    let is_taken = {
        let mut counts = kept.counts.lock().unwrap();
        let count = counts.entry(id.clone()).or_default();
        *count += 1;
        *count > failures(&id)
    };
    let (timestamp, signature) = (text("x-timestamp"), text("x-signature"));
    let attempt = Attempt { id, path: uri.to_string(), timestamp, signature, body, is_taken };
    kept.attempts.lock().unwrap().push(attempt);
    kept.arrived.notify_one();
    if is_taken { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR }
}

/// How often a notification fails first: one in ten once, one in a hundred twice. It follows from the id, whose last
/// digits are random, so that no notification fails so often that it is given up.
fn failures(id: &str) -> usize {
    id.bytes().rev().take(2).take_while(|digit| *digit == b'7').count()
}
