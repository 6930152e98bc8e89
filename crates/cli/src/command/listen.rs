//! `lunas listen`: notifications of a sandbox, brought to a merchant's server wherever it is.
//!
//! The sandbox is told to send its notifications to a socket of this process, which passes each on as it came, byte for
//! byte, and answers the gateway with what the merchant answered. At the end the sandbox is told to send them where it
//! did before.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::Args;
use lunas_client::{NotificationVerifier, ReceivedNotification, VerifyError};
use lunas_gateway::env::Env;
use lunas_gateway::outbound::Prefix;
use lunas_snap::header as snap_header;
use lunas_snap::json as snap_json;
use serde_json::json;
use tokio::net::TcpListener;

use crate::sandbox::SandboxArgs;
use crate::verdict::{Error, Verdict, say};
use crate::{output, shutdown};

/// The most bytes of a notification that are passed on.
const BODY_MAX: usize = 1 << 20;
/// How long the merchant's server may take. Gateways give up sooner or about then.
const MERCHANT_TIMEOUT: Duration = Duration::from_secs(30);
/// Headers that belong to one connection and not to the notification.
const HOP_BY_HOP: [header::HeaderName; 4] =
    [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Forward the sandbox's notifications to a server of yours, until Ctrl-C
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas listen --forward-to http://127.0.0.1:3000/payments")]
pub(crate) struct Listen {
    /// URL prefix of your server; the notification's path is appended
    #[arg(long, value_name = "URL")]
    forward_to: Prefix,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Print one JSON object per notification
    #[arg(long)]
    json: bool,
}

/// What each notification needs.
struct Forwarder {
    prefix: Prefix,
    verifier: NotificationVerifier,
    http: reqwest::Client,
    env: Env,
    json: bool,
}

impl Listen {
    /// Forwards until the first signal.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let shutdown =
            shutdown::signal().map_err(|source| Error::because("signals cannot be heard", source))?;
        let sandbox = self.sandbox.read()?;
        let verifier = NotificationVerifier::new([&sandbox.notification_public_key])
            .map_err(|source| Error::because("the sandbox file's notification key cannot be used", source))?;
        let http = reqwest::Client::builder()
            .timeout(MERCHANT_TIMEOUT)
            // The merchant whose inner loop this is sits on this machine or beside it.
            .no_proxy()
            // Receivers look for X-Signature by that very spelling.
            .http1_title_case_headers()
            // A server that is written on is restarted all the time, and a connection to it that was kept is dead.
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|source| Error::because("the HTTP client cannot be set up", source))?;
        let prefix = self.forward_to;
        let forwarder = Arc::new(Forwarder { prefix, verifier, http, env: Env::system(), json: self.json });

        let cannot_listen = |source| Error::because("no socket could be opened to listen on", source);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot_listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(cannot_listen)?);
        let router = Router::new().fallback(receive).with_state(Arc::clone(&forwarder));
        let previous = sandbox.notify_url(Some(&url)).await?;
        say(&format!("notifications of {} go to {}; Ctrl-C ends it", sandbox.base_url, forwarder.prefix));

        let served = axum::serve(listener, router).with_graceful_shutdown(shutdown).await;
        sandbox.notify_url(previous.as_deref()).await?;
        say(&format!("notifications go to {} again", previous.as_deref().unwrap_or("nobody")));
        served.map_err(|source| Error::because("listening ended early", source))?;
        Ok(Verdict::Positive)
    }
}

/// Passes one notification on and answers the gateway as the merchant did.
async fn receive(State(forwarder): State<Arc<Forwarder>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let verdict = forwarder.verify(path, &head.headers, &body);
    let mut headers = head.headers.clone();
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    let watch = forwarder.env.stopwatch();
    let url = forwarder.prefix.at(path);
    let sent = forwarder.http.request(head.method, url).headers(headers).body(body.clone()).send().await;
    let (status, answer) = match sent {
        Ok(answer) => {
            let status = answer.status();
            let content_type = answer.headers().get(header::CONTENT_TYPE).cloned();
            let text = answer.bytes().await.unwrap_or_default();
            let mut response = (status, text).into_response();
            response.headers_mut().remove(header::CONTENT_TYPE);
            response.headers_mut().extend(content_type.map(|value| (header::CONTENT_TYPE, value)));
            (Some(status), response)
        }
        Err(error) => {
            let reason = error.without_url();
            say(&format!("{} did not answer: {reason}", forwarder.prefix));
            (None, StatusCode::BAD_GATEWAY.into_response())
        }
    };
    forwarder.print(&body, verdict.as_ref().err(), status, watch.elapsed_ms());
    answer
}

impl Forwarder {
    fn verify(&self, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<(), VerifyError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let received = ReceivedNotification {
            path,
            timestamp: text(snap_header::X_TIMESTAMP),
            signature: text(snap_header::X_SIGNATURE),
            body,
        };
        self.verifier.verify(&received, self.env.now()).map(|_| ())
    }

    fn print(
        &self,
        body: &[u8],
        refusal: Option<&VerifyError>,
        merchant: Option<StatusCode>,
        latency_ms: i64,
    ) {
        let now = self.env.now().to_snap();
        let line = Line::new(body);
        let merchant = merchant.map(|status| status.as_u16());
        if self.json {
            output::print_json(&json!({
                "time": now,
                "latestTransactionStatus": line.status,
                "originalReferenceNo": line.reference_no,
                "signatureOk": refusal.is_none(),
                "refusal": refusal.map(ToString::to_string),
                "merchantStatus": merchant,
                "latencyMs": latency_ms,
            }));
            return;
        }
        // The wire's form has the time of day in the middle.
        let time = now.get(11..19).unwrap_or(&now);
        let signature =
            refusal.map_or("signature ok".to_owned(), |refusal| format!("signature BAD ({refusal})"));
        let merchant = merchant.map_or("no answer".to_owned(), |status| status.to_string());
        let Line { status, reference_no } = line;
        output::print(&format!(
            "{time}  {status}  {reference_no}  {signature}  {merchant} in {latency_ms} ms"
        ));
    }
}

/// What a line shows of a notification, believed or not.
struct Line {
    status: String,
    reference_no: String,
}

impl Line {
    fn new(body: &[u8]) -> Self {
        let body = snap_json::parse(body).ok();
        let info = body.as_ref().and_then(|body| body.get("additionalInfo"));
        // Each kind of notification has its own names; what comes first here counts.
        let text = |names: &[&str]| {
            let places = names.iter().flat_map(|name| [body.as_ref(), info].map(|place| place?.get(name)));
            let text = places.flatten().find_map(snap_json::Value::as_str);
            // Control characters would reach the terminal.
            text.unwrap_or("?").chars().filter(|c| !c.is_control()).collect()
        };
        Self {
            status: text(&["latestTransactionStatus", "paymentFlagStatus", "accountStatus"]),
            reference_no: text(&["originalReferenceNo", "paymentRequestId", "trxId"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_what_there_is() {
        let check = |body: &str, status: &str, reference_no: &str| {
            let line = Line::new(body.as_bytes());
            assert_eq!((line.status.as_str(), line.reference_no.as_str()), (status, reference_no), "{body}");
        };
        check(r#"{"latestTransactionStatus":"00","originalReferenceNo":"A1"}"#, "00", "A1");
        check(r#"{"originalReferenceNo":"A\u001b[2J1"}"#, "?", "A[2J1");
        check(r#"{"trxId":"order-1","additionalInfo":{"paymentFlagStatus":"03"}}"#, "03", "order-1");
        check(
            r#"{"trxId":"order-1","paymentRequestId":"A1","additionalInfo":{"paymentFlagStatus":"00"}}"#,
            "00",
            "A1",
        );
        check(r#"{"additionalInfo":{"accountStatus":"ENABLED"}}"#, "ENABLED", "?");
        check("no json", "?", "?");
    }
}
