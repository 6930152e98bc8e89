//! The merchant that is told, as a server of this process.
//!
//! It answers and verifies nothing, because its cores are the gateway's too.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt as _;
use lunas_bench::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What the merchant answers.
const RECEIVED: &str = r#"{"responseCode":"2005600","responseMessage":"Successful"}"#;

/// Somebody who wants to know what the merchant was told.
pub(crate) trait Told: Send + Sync + 'static {
    /// A notification came, with this body.
    fn told(&self, body: &[u8]);
}

/// The server, which ends when this is dropped.
pub(crate) struct Receiver {
    /// Where it listens.
    pub(crate) url: String,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port and tells `hears` of all that comes.
    pub(crate) async fn start<T: Told>(hears: Arc<T>) -> Result<Self, Error> {
        let failed = |source| Error::because("no socket could be opened for notifications", source);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let router = Router::new().fallback(receive::<T>).with_state(hears);
        let listener = listener.tap_io(|stream| {
            // An answer is one small write.
            let _ = stream.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, serving })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive<T: Told>(State(hears): State<Arc<T>>, body: Bytes) -> Response {
    hears.told(&body);
    ([(header::CONTENT_TYPE, "application/json")], RECEIVED).into_response()
}
