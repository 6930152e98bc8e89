//! Faults on demand, in a sandbox: a merchant's engineer sees what a bad day looks like before there is one.

use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::Frame;
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use crate::app::App;
use crate::env::sleep;
use crate::http::reply;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 500, and nothing was done.
    InternalServerError,
    /// 504, and everything was done: the answer the caller must not take for a failure.
    TimeoutAfterCommit,
    /// The call is worked later than the caller likes.
    Delay(Duration),
    /// The connection breaks without an answer, and nothing was done.
    Drop,
}

/// Says what goes wrong with a call. A gateway for real money has none.
pub trait FaultHook: Send + Sync {
    /// The fault the next call of this service has been promised, if any. Whoever asks has it.
    fn next(&self, service: Service) -> Option<Fault>;
}

/// Carries out a fault that comes before the call is worked; an answer means it is not worked at all.
pub(crate) async fn before(
    app: &App,
    service: Option<Service>,
    request_id: &str,
    fault: Option<Fault>,
) -> Option<Response> {
    match fault? {
        Fault::InternalServerError => {
            tracing::info!("the sandbox keeps its promise of a failure");
            let failure = Failure::new(Case::InternalServerError);
            Some(reply::refusal(app, service, request_id, &failure))
        }
        Fault::Delay(span) => {
            sleep(span.min(DELAY_MAX)).await;
            None
        }
        // A body that fails before its first byte makes the server close the connection without an answer.
        Fault::Drop => Some(Response::new(Body::new(Broken))),
        Fault::TimeoutAfterCommit => None,
    }
}

/// Longer than any client waits.
const DELAY_MAX: Duration = Duration::from_secs(120);

/// A body whose first read is an error.
struct Broken;

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::new(ErrorKind::ConnectionAborted, "promised by the sandbox"))))
    }
}
