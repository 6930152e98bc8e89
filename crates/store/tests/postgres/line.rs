//! A line to the server that can be cut at the moment at which it hurts most.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a client asks for a commit.
const COMMIT: &[u8] = b"commit\0";

/// When the line is cut, once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// The commit is swallowed.
    BeforeCommit = 1,
    /// The commit is made, and its answer is swallowed.
    AfterCommit = 2,
}

/// A proxy in front of a server.
pub(crate) struct Line {
    port: u16,
    cut: Arc<AtomicU8>,
}

impl Line {
    /// A line to the server on a port of this machine.
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, cut) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU8::new(0)));
        let shared = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let cut = Arc::clone(&shared);
                tokio::spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                    relay(client, server, &cut).await;
                });
            }
        });
        Self { port, cut }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the line at the next commit of any connection.
    pub(crate) fn cut(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether the cut is still to come.
    pub(crate) fn is_whole(&self) -> bool {
        self.cut.load(Ordering::SeqCst) != 0
    }
}

async fn relay(client: TcpStream, server: TcpStream, cut: &AtomicU8) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut answers =
        tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await.is_ok() });
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = from_client.read(&mut bytes) => read.unwrap_or(0),
            _ = &mut answers => return,
        };
        if read == 0 {
            break;
        }
        let asked = &bytes[..read];
        let is_commit = asked.windows(COMMIT.len()).any(|window| window == COMMIT);
        let now = if is_commit { cut.swap(0, Ordering::SeqCst) } else { 0 };
        if now == Cut::BeforeCommit as u8 {
            break;
        }
        if now != 0 {
            answers.abort();
        }
        to_server.write_all(asked).await.unwrap();
        if now != 0 {
            break;
        }
    }
    answers.abort();
}
