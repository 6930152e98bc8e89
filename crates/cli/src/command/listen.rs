//! `lunas listen`: notifications of a sandbox, brought to a merchant's server wherever it is.
//!
//! The sandbox is told to send its notifications to a socket of this process, which passes each on as it came, byte for
//! byte, and answers the gateway with what the merchant answered. It is told so again and again: what the merchant
//! registered stays as it is behind it, and counts again as soon as nobody says anything, however this process ended.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::Args;
use lunas_client::{LocalhostResolver, NotificationVerifier, ReceivedNotification, VerifyError};
use lunas_gateway::env::{Env, HEX};
use lunas_gateway::outbound::{NoPrefix, Prefix};
use lunas_snap::header as snap_header;
use lunas_snap::json as snap_json;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::sandbox::{Sandbox, SandboxArgs};
use crate::verdict::{Error, Verdict, say, sentence};
use crate::{output, shutdown};

/// The most bytes of a notification that are passed on.
const BODY_MAX: usize = 1 << 20;
/// How long the merchant's server may take. Gateways give up sooner or about then.
const MERCHANT_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the sandbox is told that somebody still listens; much more often than it needs to hear it.
const RENEWAL: Duration = Duration::from_secs(4);
/// Headers that belong to one connection and not to the notification.
const HOP_BY_HOP: [header::HeaderName; 4] =
    [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Forward the sandbox's notifications to a server of yours, until Ctrl-C
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas listen --forward-to http://127.0.0.1:3000/payments")]
pub(crate) struct Listen {
    /// URL prefix of your server; the notification's path is appended. Without a scheme it is http://
    #[arg(long, value_name = "URL", value_parser = prefix)]
    forward_to: Prefix,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Print one JSON object per notification
    #[arg(long)]
    json: bool,
}

/// Reads where to forward to: `localhost:3000/payments` means what it looks like.
fn prefix(text: &str) -> Result<Prefix, NoPrefix> {
    let text = text.trim();
    if text.contains("://") { Prefix::parse(text) } else { Prefix::parse(&format!("http://{text}")) }
}

/// What each notification needs.
struct Forwarder {
    prefix: Prefix,
    verifier: NotificationVerifier,
    http: reqwest::Client,
    env: Env,
    json: bool,
    /// Told when a line could not be printed: a listener that nobody hears ends.
    unheard: mpsc::UnboundedSender<Error>,
}

impl Listen {
    /// Forwards until the first signal.
    #[expect(
        clippy::disallowed_methods,
        reason = "a command has no span, ends with what it started, and asks again by its own timer"
    )]
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let shutdown = shutdown::signal_or_hangup()
            .map_err(|source| Error::because("signals cannot be heard", source))?;
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
            .dns_resolver(LocalhostResolver)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|source| Error::because("the HTTP client cannot be set up", source))?;
        let prefix = self.forward_to;
        let (unheard, mut failure) = mpsc::unbounded_channel();
        let env = Env::system();
        let id = env.text(HEX, 16);
        let forwarder = Arc::new(Forwarder { prefix, verifier, http, env, json: self.json, unheard });

        let cannot_listen = |source| Error::because("no socket could be opened to listen on", source);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot_listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(cannot_listen)?);
        let router = Router::new().fallback(receive).with_state(Arc::clone(&forwarder));
        sandbox.listen(&id, &url).await?;
        say(&format!("notifications of {} go to {}; Ctrl-C ends it", sandbox.base_url, forwarder.prefix));

        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            // Its sender is dropped to the same effect.
            let _ = stopped.await;
        });
        let server = tokio::spawn(server.into_future());
        let mut renewal = Renewal { sandbox: &sandbox, id: &id, url: &url, was_us: true, was_reached: true };
        tokio::pin!(shutdown);
        let failed = loop {
            tokio::select! {
                () = &mut shutdown => break None,
                error = failure.recv() => break error,
                () = tokio::time::sleep(RENEWAL) => {}
            }
            // To its end: a renewal that arrives behind the farewell would revive the lease.
            renewal.renew().await;
        };
        // First of all, so that nothing new comes here.
        let after = sandbox.listen_no_more(&id).await;
        drop(stop);
        let served = server.await;
        let after = after?;
        say(&format!("notifications go to {} again", after.url.as_deref().unwrap_or("nobody")));
        let early = "listening ended early";
        served
            .map_err(|source| Error::because(early, source))?
            .map_err(|source| Error::because(early, source))?;
        failed.map_or(Ok(Verdict::Positive), Err)
    }
}

/// The lease on the sandbox's notifications.
struct Renewal<'a> {
    sandbox: &'a Sandbox,
    id: &'a str,
    url: &'a str,
    was_us: bool,
    was_reached: bool,
}

impl Renewal<'_> {
    /// Tells the sandbox that somebody still listens, and the person when that changes anything.
    async fn renew(&mut self) {
        match self.sandbox.listen(self.id, self.url).await {
            Ok(told) => {
                if told.is_us != self.was_us || !self.was_reached {
                    say(if told.is_us {
                        "notifications come here again"
                    } else {
                        "another `lunas listen` gets the notifications; they come here again when it ends"
                    });
                }
                (self.was_us, self.was_reached) = (told.is_us, true);
            }
            Err(error) => {
                if self.was_reached {
                    say(&format!("{error}; trying again"));
                }
                self.was_reached = false;
            }
        }
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
            let reason = sentence(&error.without_url());
            say(&format!("{} did not answer: {reason}", forwarder.prefix));
            (None, StatusCode::BAD_GATEWAY.into_response())
        }
    };
    if let Err(error) = forwarder.print(&body, verdict.as_ref().err(), status, watch.elapsed_ms()) {
        // If nobody receives it, the end has come already.
        let _ = forwarder.unheard.send(error);
    }
    answer
}

impl Forwarder {
    fn verify(&self, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<(), VerifyError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let received = ReceivedNotification::new(
            path,
            text(snap_header::X_TIMESTAMP),
            text(snap_header::X_SIGNATURE),
            body,
        );
        self.verifier.verify(&received, self.env.now()).map(|_| ())
    }

    fn print(
        &self,
        body: &[u8],
        refusal: Option<&VerifyError>,
        merchant: Option<StatusCode>,
        latency_ms: i64,
    ) -> Result<(), Error> {
        let now = self.env.now().to_snap();
        let line = Line::new(body);
        let merchant = merchant.map(|status| status.as_u16());
        if self.json {
            return output::print_json(&json!({
                "time": now,
                "latestTransactionStatus": line.status,
                "originalReferenceNo": line.reference_no,
                "signatureOk": refusal.is_none(),
                "refusal": refusal.map(ToString::to_string),
                "merchantStatus": merchant,
                "latencyMs": latency_ms,
            }));
        }
        // The wire's form has the time of day in the middle.
        let time = now.get(11..19).unwrap_or(&now);
        let signature =
            refusal.map_or("signature ok".to_owned(), |refusal| format!("signature BAD ({refusal})"));
        let merchant = merchant.map_or("no answer".to_owned(), |status| status.to_string());
        let Line { status, reference_no } = line;
        output::print(&format!(
            "{time}  {status}  {reference_no}  {signature}  {merchant} in {latency_ms} ms"
        ))
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
    fn r19_where_to_forward_to_is_read_as_it_is_meant() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(prefix(text).ok().map(|prefix| prefix.to_string()).as_deref(), expected, "{text}");
        };
        check("http://127.0.0.1:3000/payments", Some("http://127.0.0.1:3000/payments"));
        check("localhost:3000/p", Some("http://localhost:3000/p"));
        check("localhost:3000", Some("http://localhost:3000"));
        check(" 127.0.0.1:3000 ", Some("http://127.0.0.1:3000"));
        check("[::1]:3000/p", Some("http://[::1]:3000/p"));
        check("shop.example", Some("http://shop.example"));
        check("https://shop.example/a", Some("https://shop.example/a"));
        check("HTTP://shop.example", Some("http://shop.example"));
        check("localhost:3000/p?token=x", Some("http://localhost:3000/p?token=x"));
        for bad in [
            "",
            "ftp://shop.example",
            "file:///tmp/x",
            "http://",
            "http://h:port/",
            ":3000",
            "localhost:3000/p#x",
        ] {
            check(bad, None);
        }
    }

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
