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

use super::reply;
use crate::app::App;

pub(crate) use crate::sandbox::Fault;

/// The fault the next call of this service has been promised, if any.
pub(crate) fn next(app: &App, service: Service) -> Option<Fault> {
    app.sandbox.as_ref()?.faults.take(service.code())
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
            tracing::info!(request_id, "the sandbox keeps its promise of a failure");
            let failure = Failure::new(Case::InternalServerError);
            Some(reply::refusal(app, service, request_id, &failure))
        }
        Fault::Delay(span) => {
            tokio::time::sleep(span.min(DELAY_MAX)).await;
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
