//! The bytes of a connection: writing has a limit, and every refusal has a body.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::automatic;
use super::slots::Line;
use crate::app::App;
use crate::env::sleep;
use crate::site::unreadable;

/// A client that takes so many bytes within the limit may go on taking: a large picture over a slow line is no attack.
const TAKEN_BYTES: usize = 64 * 1024;

/// A stream whose other end has to take what is written within a time.
pub(super) struct Guarded<S> {
    stream: S,
    line: Arc<Line>,
    app: Arc<App>,
    /// Runs while the client does not take what there is for it.
    timer: Option<Pin<Box<Sleep>>>,
    /// Bytes that the client took since the timer began.
    taken: usize,
    /// What stands in place of a refusal without a body, as far as it is not written yet.
    ours: Bytes,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guarded<S> {
    pub(super) fn new(stream: S, line: Arc<Line>, app: Arc<App>) -> Self {
        Self { stream, line, app, timer: None, taken: 0, ours: Bytes::new() }
    }

    /// Keeps the limit over what one of the stream's operations came to.
    fn timed<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            return polled;
        }
        self.line.stalls();
        let limit = Duration::from_secs(self.app.config.server.answer_timeout_seconds);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its answer")))
    }

    fn took(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.taken >= TAKEN_BYTES {
            self.is_taken();
        }
    }

    fn is_taken(&mut self) {
        (self.timer, self.taken) = (None, 0);
    }

    fn poll_ours(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ours.has_remaining() {
            let polled = Pin::new(&mut self.stream).poll_write(cx, &self.ours);
            let written = ready!(self.timed(cx, polled))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.ours.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

/// Not vectored: an answer is one small buffer, and a refusal is recognised in one piece.
impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.poll_ours(cx))?;
        if let Some((at, status)) = automatic::find(bytes) {
            tracing::info!(status, "what came is no request that can be read");
            this.ours = [&bytes[..at], &unreadable(&this.app, status)].concat().into();
            // Whatever is left of it is written before anything else, and by a flush.
            return match this.poll_ours(cx) {
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(bytes.len())),
            };
        }
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        let written = ready!(this.timed(cx, polled))?;
        this.took(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_ours(cx))?;
        let polled = Pin::new(&mut this.stream).poll_flush(cx);
        ready!(this.timed(cx, polled))?;
        this.is_taken();
        this.line.wrote();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_ours(cx))?;
        let polled = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.timed(cx, polled)
    }
}
