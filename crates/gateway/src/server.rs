//! The server: takes connections, keeps them within their limits, and stops without dropping a request.
//!
//! Whatever a client is waited for has a limit, and the limits are kept here, for all routes alike: the handshake, the
//! head of a request, its body, the taking of an answer. No handler has one of its own.

mod automatic;
mod body;
mod connection;
mod line;
mod slots;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::app::App;
use crate::descriptors::Shares;
use crate::env::sleep;
use crate::http::peer::Peer;
use crate::metrics;
use crate::site::Site;
use crate::span;
use crate::tls::{Identity, Reload};
use crate::worker;
use connection::Front;
use slots::Slots;

/// How long to wait after the machine refused a connection (too many open files, say) before asking again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where a gateway is reached: a socket, and what it shows of itself there if it speaks TLS.
#[derive(Debug)]
pub struct Endpoint {
    /// The socket, already bound.
    pub listener: TcpListener,
    /// Certificate and key; without them the gateway speaks plain HTTP.
    pub tls: Option<Arc<Identity>>,
    /// The socket on which whoever watches the gateway asks for its figures, in plain HTTP; without it nobody is told.
    pub metrics: Option<TcpListener>,
}

/// Plain HTTP, and no figures.
impl From<TcpListener> for Endpoint {
    fn from(listener: TcpListener) -> Self {
        Self { listener, tls: None, metrics: None }
    }
}

/// A gateway that serves. It is in a box, so that what a gateway does is compiled with this crate: an `async fn` is compiled
/// by whoever awaits it, with everything that it awaits, and each crate that serves one would compile it all again.
pub type Serving = Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>>;

/// Serves until `shutdown` resolves; then takes no more connections, lets requests and attempts under way finish within
/// the configured time, and closes the store.
pub fn serve(
    site: impl Into<Site>,
    endpoint: impl Into<Endpoint>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Serving {
    boxed(site.into(), endpoint.into(), Box::pin(shutdown))
}

/// Has no type of its caller's in it, or it would be compiled there.
fn boxed(site: Site, endpoint: Endpoint, shutdown: Shutdown) -> Serving {
    Box::pin(serve_until(site, endpoint, shutdown))
}

/// Resolves when it is time to stop.
type Shutdown = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn serve_until(site: Site, endpoint: Endpoint, mut shutdown: Shutdown) -> std::io::Result<()> {
    let Endpoint { listener, tls, metrics } = endpoint;
    let app = site.app().clone();
    let (stop, stopping) = watch::channel(false);
    let workers = worker::start(&app, stopping.clone())?;
    let shares = Shares::of(&app.config);
    shares.tell(&app.config);
    let slots = Arc::new(Slots::new(shares.connections));
    if let Some(identity) = &tls {
        let hangup = hangup()?;
        let fresh = keep_fresh(app.clone(), identity.clone(), hangup, stopping.clone());
        span::spawn(fresh.instrument(span::task("certificate")));
    }
    if let Some(listener) = metrics {
        let told = metrics::serve(app.clone(), listener, stopping.clone());
        span::spawn(told.instrument(span::task("metrics")));
    }
    let front = Arc::new(Front::new(site, tls));
    loop {
        tokio::select! {
            accepted = accept(&listener, &slots) => match accepted {
                Ok((stream, peer, slot)) => {
                    span::spawn(front.clone().serve(stream, Peer(peer.ip()), slot, stopping.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
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
        slots.emptied().await;
        let _ = workers.await;
    };
    if tokio::time::timeout(drain, all).await.is_err() {
        tracing::warn!("some requests were still under way when the time to drain was over");
    }
    app.store.clone().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The next connection, with a place among those that are kept.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Slots>,
) -> std::io::Result<(tokio::net::TcpStream, std::net::SocketAddr, slots::Slot)> {
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, slots.take().await))
}

/// Looks at the certificate's files again and again, and whenever the process is told to.
async fn keep_fresh(
    app: Arc<App>,
    identity: Arc<Identity>,
    mut hangup: impl Hangup,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        if let Some(until) = identity.overdue(app.env.wall()) {
            tracing::warn!(%until, "the certificate ends soon; renew it");
        }
        let demanded = tokio::select! {
            () = sleep(identity.pause()) => false,
            () = hangup.next() => true,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        let (identity, now) = (identity.clone(), app.env.wall());
        match span::spawn_blocking(move || identity.reload(now, demanded)).await {
            Ok(Ok(Reload::Unchanged)) => {}
            Ok(Ok(Reload::Renewed(until))) => tracing::info!(%until, "the certificate was read again"),
            Ok(Err(error)) => tracing::error!(%error, "the new certificate is not used; the old one stays"),
            Err(error) => tracing::error!(%error, "the certificate could not be read again"),
        }
    }
}

/// The signal by which an operator says that files have changed.
trait Hangup: Send + 'static {
    fn next(&mut self) -> impl Future<Output = ()> + Send;
}

#[cfg(unix)]
impl Hangup for tokio::signal::unix::Signal {
    async fn next(&mut self) {
        if self.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

#[cfg(unix)]
fn hangup() -> std::io::Result<impl Hangup> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
}

#[cfg(not(unix))]
impl Hangup for () {
    async fn next(&mut self) {
        std::future::pending().await
    }
}

#[cfg(not(unix))]
fn hangup() -> std::io::Result<impl Hangup> {
    Ok(())
}
