//! What whoever watches a gateway is told: `/metrics`, in OpenMetrics text, on a listener of its own.
//!
//! Most of it was counted as it happened, in `tally` and in the store's figures, and is read when somebody asks. A little is
//! looked up in the store then, and that told again for a few seconds, so that asking often costs nothing. No label is
//! anything that came from outside.

mod page;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use lunas_store::{Backlog, OldestCredentials, Unavailable};
use lunas_vocab::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore, watch};

use crate::app::App;
use crate::env::{Stopwatch, sleep};
use crate::span;
use page::Page;

const PATH: &str = "/metrics";
/// The form of the text, as OpenMetrics names it.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How long what was looked up in the store is told again.
const KEPT: Duration = Duration::from_secs(5);
/// How long a look may take.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// How many may ask at once; others wait.
const ASKING_MAX: usize = 4;
/// How long one connection may take.
const TIME_MAX: Duration = Duration::from_secs(15);
/// The most bytes that a request's line and headers may have together.
const HEAD_MAX: usize = 16 * 1024;
/// How long to wait after the machine refused a connection before asking again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Tells whoever asks on that listener, until `stopping` turns true.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener, mut stopping: watch::Receiver<bool>) {
    let teller = Arc::new(Teller { app, last: Mutex::default() });
    let asking = Arc::new(Semaphore::new(ASKING_MAX));
    loop {
        let Ok(permit) = asking.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let teller = teller.clone();
                span::spawn(async move {
                    if tokio::time::timeout(TIME_MAX, teller.talk(stream)).await.is_err() {
                        tracing::debug!("who asked for figures took too long");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection for figures could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Answers who asks.
struct Teller {
    app: Arc<App>,
    /// What was looked up last. Held while somebody looks, so that one does.
    last: Mutex<Option<(Stopwatch, Looked)>>,
}

/// What only the store knows.
#[derive(Clone, Copy, Debug)]
struct Seen {
    backlog: Backlog,
    oldest: OldestCredentials,
    at: Timestamp,
}

/// Nothing when the store could not be read.
type Looked = Option<Seen>;

impl Teller {
    async fn talk(&self, stream: TcpStream) {
        let service = service_fn(async |request| Ok::<_, Infallible>(self.answer(&request).await));
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(TIME_MAX).keep_alive(false).max_buf_size(HEAD_MAX);
        if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
            tracing::debug!(%error, "a connection for figures broke off");
        }
    }

    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        match (request.uri().path(), request.method()) {
            (PATH, &Method::GET | &Method::HEAD) => {
                match Page::new(self.app.clone(), self.look().await).text() {
                    Ok(text) => told(StatusCode::OK, CONTENT_TYPE, text),
                    Err(error) => {
                        tracing::error!(%error, "the figures could not be written");
                        told(
                            StatusCode::INTERNAL_SERVER_ERROR,
                            PLAIN,
                            "the figures could not be written\n".into(),
                        )
                    }
                }
            }
            (PATH, _) => told(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "ask with GET\n".into()),
            _ => told(StatusCode::NOT_FOUND, PLAIN, format!("there is only {PATH} here\n")),
        }
    }

    /// What the store says now, or said a moment ago.
    async fn look(&self) -> Looked {
        let mut last = self.last.lock().await;
        if let Some((since, looked)) = *last
            && since.elapsed() < KEPT
        {
            return looked;
        }
        let looked = match tokio::time::timeout(LOOK_MAX, seen(&self.app)).await {
            Ok(Ok(seen)) => Some(seen),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the store could not be read for figures");
                None
            }
            Err(_) => {
                tracing::warn!("the store was too slow to be read for figures");
                None
            }
        };
        *last = Some((self.app.env.stopwatch(), looked));
        looked
    }
}

async fn seen(app: &App) -> Result<Seen, Unavailable> {
    let at = app.env.now();
    let backlog = app.store.notification_backlog(at).await?;
    Ok(Seen { backlog, oldest: app.store.credentials_oldest().await?, at })
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn told(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    answer
}
