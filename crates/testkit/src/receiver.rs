//! A merchant's notification endpoint: keeps every notification as it came and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lunas_client::ReceivedNotification;
use lunas_snap::code::{Case, Failure};
use lunas_snap::message::debit_notify::NotificationAnswer;
use lunas_snap::service::Service;
use lunas_snap::signature::{NotificationCheck, VerifyingKey};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::answer;
use crate::wait::PATIENCE;

/// The path before the one that the gateway appends; real merchants have one.
const PREFIX: &str = "/shop";
/// The largest body taken.
const BODY_MAX: usize = 1 << 20;

/// How a receiver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// This status, and a SNAP body that always says success: the status decides.
    Status(u16),
    /// A redirect to this URL.
    Redirect(String),
    /// Nothing until the receiver is gone.
    Never,
}

/// A notification as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Notification {
    /// The path it was sent to, with the merchant's own prefix, and its query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
}

/// A server on this machine that takes notifications. It has a thread of its own, so that it takes them also while the
/// test's thread waits for a gateway to end.
#[derive(Debug)]
pub struct Receiver {
    inbox: Arc<Inbox>,
    url: String,
    arrived: tokio::sync::Mutex<mpsc::UnboundedReceiver<Notification>>,
    /// Dropped with the receiver, which ends its server, and every answer that was to be given never.
    _gone: watch::Sender<()>,
}

#[derive(Debug)]
struct Inbox {
    replies: Mutex<Replies>,
    arrivals: mpsc::UnboundedSender<Notification>,
    gone: watch::Receiver<()>,
}

#[derive(Debug)]
struct Replies {
    next: VecDeque<Reply>,
    always: Reply,
}

impl Receiver {
    /// Starts one that answers 200.
    ///
    /// # Panics
    ///
    /// When this machine has no free port.
    pub async fn start() -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("the socket is bound");
        listener.set_nonblocking(true).expect("the socket is bound");
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let (gone_sender, gone) = watch::channel(());
        let replies = Mutex::new(Replies { next: VecDeque::new(), always: Reply::Status(200) });
        let inbox = Arc::new(Inbox { replies, arrivals, gone });
        let router = Router::new().fallback(take).with_state(inbox.clone());
        let until = gone_sender.subscribe();
        std::thread::Builder::new()
            .name("receiver".to_owned())
            .spawn(move || serve(listener, router, until))
            .expect("the machine has room for a thread");
        let arrived = tokio::sync::Mutex::new(arrived);
        Self { inbox, url: format!("http://{address}{PREFIX}"), arrived, _gone: gone_sender }
    }

    /// The prefix to register as the merchant's notification URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers the next notifications like this, one after the other, and those after them as before.
    pub fn answer_next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies().next.extend(replies);
    }

    /// Answers every notification like this from now on.
    pub fn answer(&self, reply: Reply) {
        let mut replies = self.replies();
        replies.next.clear();
        replies.always = reply;
    }

    /// The next notification that nobody has looked at yet, in the order they came.
    ///
    /// # Panics
    ///
    /// When none comes for twenty seconds.
    pub async fn next(&self) -> Notification {
        let mut arrived = self.arrived.lock().await;
        match tokio::time::timeout(PATIENCE, arrived.recv()).await {
            Ok(notification) => notification.expect("the receiver holds a sender itself"),
            Err(_) => panic!("no notification came within {PATIENCE:?}"),
        }
    }

    /// Those that have come and that nobody has looked at yet.
    pub async fn rest(&self) -> Vec<Notification> {
        let mut arrived = self.arrived.lock().await;
        std::iter::from_fn(|| arrived.try_recv().ok()).collect()
    }

    fn replies(&self) -> std::sync::MutexGuard<'_, Replies> {
        self.inbox.replies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until whoever started it is gone.
fn serve(listener: std::net::TcpListener, router: Router, mut gone: watch::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the machine has room for a thread's queue").block_on(async {
        let listener = TcpListener::from_std(listener).expect("the socket does not block");
        tokio::select! {
            _ = axum::serve(listener, router) => {}
            _ = gone.changed() => {}
        }
    });
}

/// The success of the service whose notification came to that path.
fn taken(path: &str) -> String {
    let mut outbound = Service::ALL.iter().copied().filter(|service| service.outbound());
    let service = outbound.find(|service| path.ends_with(service.path())).unwrap_or(Service::DebitNotify);
    NotificationAnswer::of(service, &Failure::new(Case::Successful)).write().to_compact()
}

async fn take(State(inbox): State<Arc<Inbox>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path().to_owned();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let notification = Notification { path: target, headers: parts.headers, body: body.to_vec() };
    let reply = {
        let mut replies = inbox.replies.lock().unwrap_or_else(PoisonError::into_inner);
        replies.next.pop_front().unwrap_or_else(|| replies.always.clone())
    };
    let _ = inbox.arrivals.send(notification);
    match reply {
        Reply::Status(status) => {
            let status = StatusCode::from_u16(status).expect("tests name HTTP statuses");
            (status, taken(&path)).into_response()
        }
        Reply::Redirect(url) => (StatusCode::FOUND, [(LOCATION, url)], Body::empty()).into_response(),
        Reply::Never => {
            let mut gone = inbox.gone.clone();
            // An error means that the sender is gone, and with it the receiver.
            while gone.changed().await.is_ok() {}
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl Notification {
    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a notification is JSON")
    }

    /// The text at a JSON pointer such as `/latestTransactionStatus`.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn text_at(&self, pointer: &str) -> String {
        answer::text_at(&self.json(), pointer)
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What came, as [`NotificationVerifier::verify`](lunas_client::NotificationVerifier::verify) wants it.
    pub fn received(&self) -> ReceivedNotification<'_> {
        ReceivedNotification::new(
            &self.path,
            self.header("X-TIMESTAMP"),
            self.header("X-SIGNATURE"),
            &self.body,
        )
    }

    /// Whether the key whose public half is `key_pem` signed the notification as one to `path`.
    ///
    /// # Panics
    ///
    /// When the PEM holds no public key.
    pub fn is_signed_for(&self, path: &str, key_pem: &str) -> bool {
        let key = VerifyingKey::from_pem(key_pem).expect("a public key");
        let check = NotificationCheck {
            method: "POST",
            path,
            raw_body: &self.body,
            timestamp: self.header("X-TIMESTAMP"),
            signature: self.header("X-SIGNATURE"),
        };
        check.verify(&[&key])
    }
}
