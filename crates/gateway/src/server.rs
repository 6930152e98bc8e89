//! The server: takes connections, keeps them within their limits, and stops without dropping a request.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::app::App;
use crate::http::{Peer, Site};
use crate::worker;

/// How long to wait after the machine refused a connection (too many open files, say) before asking again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` resolves; then takes no more connections, lets requests and attempts under way finish within
/// the configured time, and closes the store.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let workers = worker::start(&app, stopping)?;
    let site = Arc::new(Site::new(app.clone()));
    let graceful = GracefulShutdown::new();
    let http = connection_limits(&app);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(&http, &graceful, stream, Peer(peer.ip()), site.clone()),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    let drain = Duration::from_secs(app.config.server.drain_seconds);
    tracing::info!(seconds = drain.as_secs(), "draining");
    let _ = stop.send(true);
    let all = async {
        graceful.shutdown().await;
        let _ = workers.await;
    };
    if tokio::time::timeout(drain, all).await.is_err() {
        tracing::warn!("some requests were still under way when the time to drain was over");
    }
    app.store.clone().close().await;
    tracing::info!("stopped");
    Ok(())
}

fn connection_limits(app: &App) -> http1::Builder {
    let limits = &app.config.server;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.header_timeout_seconds))
        .max_headers(limits.headers_max)
        .max_buf_size(limits.header_max_bytes);
    http
}

fn connect(
    http: &http1::Builder,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    peer: Peer,
    site: Arc<Site>,
) {
    // An answer is one small write; waiting to fill a packet would only delay it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let site = site.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            Ok::<_, Infallible>(site.answer(request).await)
        }
    });
    let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        // A client that goes away or sends no HTTP is its own business.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
