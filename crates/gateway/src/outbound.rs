//! The one client that calls outward. Whatever leaves the gateway leaves through here.
//!
//! It guards addresses (no private ranges outside a sandbox, whatever a name resolves to), gives every call a time
//! limit, reads only the beginning of an answer and follows no redirect. Header names go out in title case, because
//! receivers look for `X-Signature` by that very spelling.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HeaderValue, USER_AGENT};
use http::{Extensions, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::env::Env;
pub use address::is_public;
use connect::{Connector, Line, Received, System};
pub use prefix::{NoPrefix, Prefix};

mod address;
mod connect;
mod prefix;
#[cfg(test)]
mod tests;

/// How long an idle connection to a merchant is kept for the next notification.
const IDLE_KEPT: Duration = Duration::from_secs(60);
/// How the gateway names itself.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("lunas/", env!("CARGO_PKG_VERSION")));

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none, for people to read.
    pub text: String,
    /// How long it took, in milliseconds.
    pub latency_ms: i64,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Keeps connections for the next call.
    client: HttpClient,
    /// Opens a connection for each call.
    fresh: HttpClient,
    env: Env,
    timeout: Duration,
    kept_bytes: usize,
}

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the outbound HTTP client could not be set up")]
pub struct Error(#[from] tokio_rustls::rustls::Error);

impl Outbound {
    /// A client whose calls may take `timeout` each and keep the first `kept_bytes` of an answer.
    pub fn new(env: Env, timeout: Duration, allow_private: bool, kept_bytes: usize) -> Result<Self, Error> {
        let connector = Connector::new(Arc::new(System), allow_private)?;
        Ok(Self::over(connector, env, timeout, kept_bytes))
    }

    fn over(connector: Connector, env: Env, timeout: Duration, kept_bytes: usize) -> Self {
        let client = HttpClient::new(connector.clone(), usize::MAX);
        let fresh = HttpClient::new(connector, 0);
        Self { client, fresh, env, timeout, kept_bytes }
    }

    /// Sends `body` to `url`. Never fails: whatever happens is an [`Outcome`].
    ///
    /// A connection that is kept may have been closed by the other side a moment ago, which shows only when the next
    /// request gets no byte of an answer. Such a request is sent once more at once, on a connection of its own: what is
    /// sent here may arrive twice by its contract, so nothing is lost by it, and it is not late.
    pub async fn post(&self, url: &Url, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Outcome {
        let stopwatch = self.env.stopwatch();
        let (status, text) = match self.attempt(url, headers, body.into()).await {
            Ok((status, text)) => (Some(status), text),
            Err(reason) => (None, reason),
        };
        Outcome { status, text, latency_ms: stopwatch.elapsed_ms() }
    }

    async fn attempt(
        &self,
        url: &Url,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
    ) -> Result<(u16, String), String> {
        let deadline = Instant::now() + self.timeout;
        let request = || request(url, &headers, body.clone());
        let sent = match in_time(deadline, self.client.0.request(request()?)).await? {
            Err(error) if was_closed_while_idle(&error) => {
                in_time(deadline, self.fresh.0.request(request()?)).await?
            }
            sent => sent,
        };
        let answer = sent.map_err(|error| reason(&error))?;
        Ok((answer.status().as_u16(), self.beginning_of(answer, deadline).await))
    }

    /// The status decides; an answer that breaks off or goes on for ever is still an answer.
    async fn beginning_of(&self, answer: Response<Incoming>, deadline: Instant) -> String {
        let received = answer.extensions().get::<Arc<Received>>().cloned();
        let mut body = answer.into_body();
        let mut kept = Vec::new();
        while kept.len() < self.kept_bytes {
            let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await else { break };
            let data = frame.data_ref().map_or(&[][..], |data| &data[..]);
            let room = self.kept_bytes - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
        }
        if body.is_end_stream() {
            received.inspect(|received| received.answer_ended());
        }
        String::from_utf8_lossy(&kept).into_owned()
    }
}

fn request(
    url: &Url,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Request<Full<Bytes>>, String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("only http and https are called, not {}", url.scheme()));
    }
    let uri: Uri =
        url[..url::Position::AfterQuery].parse().map_err(|e| format!("the URL is not usable: {e}"))?;
    let mut request = Request::builder().method(Method::POST).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.header(ACCEPT, "*/*").header(USER_AGENT, AGENT).body(Full::new(body));
    request.map_err(|error| format!("the request is not usable: {error}"))
}

async fn in_time<T>(deadline: Instant, doing: impl Future<Output = T>) -> Result<T, String> {
    timeout_at(deadline, doing).await.map_err(|_| "no answer within the time limit".to_owned())
}

/// An HTTP client over the guarded connector.
#[derive(Clone)]
struct HttpClient(Client<ConnectFn, Full<Bytes>>);

/// The connector as the HTTP client takes it.
type ConnectFn = tower::util::BoxCloneSyncService<Uri, TokioIo<Line>, std::io::Error>;

impl HttpClient {
    fn new(connector: Connector, idle_max: usize) -> Self {
        let connect = tower::service_fn(move |uri| connector.clone().connect(uri));
        let client = Client::builder(TokioExecutor::new())
            .http1_title_case_headers(true)
            .pool_idle_timeout(IDLE_KEPT)
            .pool_max_idle_per_host(idle_max)
            .pool_timer(TokioTimer::new())
            .build(ConnectFn::new(connect));
        Self(client)
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpClient")
    }
}

/// Whether a call failed because a kept connection was closed before it, and not by anything that was answered.
fn was_closed_while_idle(error: &hyper_util::client::legacy::Error) -> bool {
    let mut found = Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut found);
    }
    found.get::<Arc<Received>>().is_some_and(|received| received.was_closed_while_idle())
}

/// The innermost cause says what happened ("connection refused"); the outer ones only that something did.
fn reason(error: &hyper_util::client::legacy::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    format!("no answer: {innermost}")
}
