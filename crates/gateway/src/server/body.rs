//! A request's body, which has to arrive within its time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::slots::Line;
use crate::env::sleep;
use crate::http::arrival::{Arrival, TooSlow};

/// A body as it comes in. The time counts as a whole, so that a client that sends a byte now and then gains nothing.
pub(super) struct Timed {
    incoming: Incoming,
    limit: Duration,
    /// Runs from the first moment at which the client was waited for.
    timer: Option<Pin<Box<Sleep>>>,
    line: Arc<Line>,
    arrival: Arc<Arrival>,
}

impl Timed {
    pub(super) fn new(incoming: Incoming, limit: Duration, line: Arc<Line>, arrival: Arc<Arrival>) -> Self {
        if incoming.is_end_stream() {
            arrival.is_whole();
        }
        Self { incoming, limit, timer: None, line, arrival }
    }
}

impl Body for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.incoming).poll_frame(cx) {
            this.line.works();
            if frame.is_none() || this.incoming.is_end_stream() {
                this.arrival.is_whole();
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        this.line.waits();
        let limit = this.limit;
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(timer.as_mut().poll(cx));
        this.line.works();
        this.arrival.is_late();
        Poll::Ready(Some(Err(TooSlow { seconds: limit.as_secs() }.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
