//! A balancer: one address, whose connections go to one gateway after another, byte by byte.
//!
//! A gateway that is taken out loses the connections that it has, which is what a balancer's health check does to one
//! that does not answer any more.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A running balancer.
pub(crate) struct Balancer {
    /// Where it is.
    pub(crate) base_url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Each gateway; none while it is out.
    gateways: Mutex<Vec<Option<Gateway>>>,
    turn: AtomicUsize,
}

/// Where a gateway is. Its connections end when this is dropped.
struct Gateway {
    address: SocketAddr,
    cut: watch::Sender<()>,
}

impl Balancer {
    /// A balancer without gateways.
    #[expect(
        clippy::disallowed_methods,
        reason = "what stands between the merchant and the gateways has no span"
    )]
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Shared>::default();
        let of_all = shared.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = of_all.clone();
                tokio::spawn(async move { shared.relay(client).await });
            }
        });
        Self { base_url, shared }
    }

    /// Sends connections to a gateway from now on. `base_url` is that gateway's own.
    pub(crate) fn put(&self, at: usize, base_url: &str) {
        let address = base_url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut gateways = self.shared.gateways.lock().unwrap();
        if gateways.len() <= at {
            gateways.resize_with(at + 1, || None);
        }
        gateways[at] = Some(Gateway { address, cut: watch::channel(()).0 });
    }

    /// Sends none there, and cuts those that are.
    pub(crate) fn take_out(&self, at: usize) {
        self.shared.gateways.lock().unwrap()[at] = None;
    }
}

impl Shared {
    /// Joins a client with the next gateway that takes the connection; without one the client is let go.
    async fn relay(&self, mut client: TcpStream) {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.gateways.lock().unwrap().len();
        for at in 0..count {
            let found = self.gateways.lock().unwrap()[(first + at) % count]
                .as_ref()
                .map(|gateway| (gateway.address, gateway.cut.subscribe()));
            let Some((address, mut cut)) = found else { continue };
            let Ok(mut gateway) = TcpStream::connect(address).await else { continue };
            let _ = (client.set_nodelay(true), gateway.set_nodelay(true));
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut gateway) => {}
                _ = cut.changed() => {}
            }
            return;
        }
    }
}
