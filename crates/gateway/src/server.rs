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
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::http::Peer;
use crate::worker;
use connection::Front;
use slots::Slots;

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
    let workers = worker::start(&app, stopping.clone())?;
    let slots = Arc::new(Slots::new(slots::max(&app.config)));
    tracing::debug!(connections = slots.max(), "connections that are kept at once");
    let front = Arc::new(Front::new(app.clone()));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = accept(&listener, &slots) => match accepted {
                Ok((stream, peer, slot)) => {
                    tokio::spawn(front.clone().serve(stream, Peer(peer.ip()), slot, stopping.clone()));
                }
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
