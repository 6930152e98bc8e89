//! One connection from its first byte to its last: requests, and a decent end.
//!
//! A connection that ends while its client still sends is not closed at once: the reset that follows unread bytes would
//! take the answer out of the client's hands before it has read it. What still comes is thrown away for a moment.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::body::Timed;
use super::line::Guarded;
use super::slots::{Line, Slot};
use crate::app::App;
use crate::http::arrival::Arrival;
use crate::http::peer::Peer;
use crate::site::{Site, unencrypted, unreadable};
use crate::tls::Identity;

/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 0x16;
/// How long a client that still sends is listened to after its answer.
const LINGER: Duration = Duration::from_secs(2);
/// How many bytes of it are thrown away.
const LINGER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What every connection is served with.
pub(super) struct Front {
    site: Site,
    http: http1::Builder,
    app: Arc<App>,
    tls: Option<Arc<Identity>>,
}

impl Front {
    pub(super) fn new(site: Site, tls: Option<Arc<Identity>>) -> Self {
        let app = site.app().clone();
        let limits = &app.config.server;
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(limits.header_timeout_seconds))
            .max_headers(limits.headers_max)
            .max_buf_size(limits.header_max_bytes);
        Self { site, http, app, tls }
    }

    /// Serves one connection until either side has had enough, or a newcomer needs its place.
    pub(super) async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: Peer,
        slot: Slot,
        stopping: watch::Receiver<bool>,
    ) {
        let line = slot.line.clone();
        // An answer is one small write; waiting to fill a packet would only delay it.
        let _ = stream.set_nodelay(true);
        tokio::select! {
            () = self.talk(stream, peer, &line, stopping) => {}
            () = line.sent_away() => tracing::debug!("a connection made room for another"),
        }
    }

    /// Requests, behind a handshake where there is a certificate. The handshake is a matter of the connection's own: the
    /// next one is accepted meanwhile.
    async fn talk(
        &self,
        mut stream: TcpStream,
        peer: Peer,
        line: &Arc<Line>,
        stopping: watch::Receiver<bool>,
    ) {
        let Some(identity) = &self.tls else { return self.requests(stream, peer, line, stopping).await };
        let mut first = [0];
        let handshake = async {
            if matches!(stream.peek(&mut first).await, Ok(1)) && first[0] != TLS_HANDSHAKE {
                return Err(Some(stream));
            }
            TlsAcceptor::from(identity.config()).accept(stream).await.map_err(|error| {
                tracing::debug!(%error, "a handshake failed");
                None
            })
        };
        match tokio::time::timeout(identity.handshake_limit(), handshake).await {
            Ok(Ok(encrypted)) => self.requests(encrypted, peer, line, stopping).await,
            Ok(Err(Some(plain))) => {
                stream = plain;
                let _ = stream.write_all(&unencrypted(&self.app)).await;
                linger(&mut stream).await;
            }
            Ok(Err(None)) => {}
            Err(_) => tracing::debug!("a handshake took too long"),
        }
    }

    async fn requests(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        peer: Peer,
        line: &Arc<Line>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let io = TokioIo::new(Guarded::new(stream, line.clone(), self.app.clone()));
        let service = service_fn(|request| self.answer(request, peer, line));
        let mut connection = self.http.serve_connection(io, service);
        let mut is_told = false;
        let ended = loop {
            tokio::select! {
                ended = &mut connection => break ended,
                _ = stopping.wait_for(|stop| *stop), if !is_told => {
                    is_told = true;
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        line.waits();
        let parts = connection.into_parts();
        let mut stream = parts.io.into_inner();
        if let Err(error) = ended {
            // A client that goes away or sends no HTTP is its own business.
            tracing::debug!(%error, "a connection ended early");
            line.leaves_unread();
            // One that began a request and did not end it is told; one that sent nothing was only kept in store.
            if error.is_timeout() && !parts.read_buf.is_empty() {
                let _ = stream.write_all(&unreadable(&self.app, 408)).await;
            }
        }
        if line.has_unread() {
            linger(&mut stream).await;
        }
    }

    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
        peer: Peer,
        line: &Arc<Line>,
    ) -> Result<Response, Infallible> {
        line.begins();
        let arrival = Arc::new(Arrival::default());
        let limit = Duration::from_secs(self.app.config.server.body_timeout_seconds);
        let mut request: Request =
            request.map(|body| Body::new(Timed::new(body, limit, line.clone(), arrival.clone())));
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(arrival.clone());
        let mut answer = self.site.answer(request).await;
        if arrival.is_unread() {
            // Nobody reads the rest, so where the next request begins is never found out.
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            line.leaves_unread();
        }
        line.answers();
        Ok(answer)
    }
}

/// Says that there will be no more, and throws away what still comes, for a moment.
async fn linger(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let mut rest = [0; 16 * 1024];
    let mut thrown = 0;
    let throwing = async {
        if stream.shutdown().await.is_err() {
            return;
        }
        while let Ok(read @ 1..) = stream.read(&mut rest).await {
            thrown += read;
            if thrown > LINGER_BYTES_MAX {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, throwing).await;
}
