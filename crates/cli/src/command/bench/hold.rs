//! Keeps the sandbox's notifications from going out while payments are measured.
//!
//! Signing a notification costs more than taking the payment, so the two are measured apart. The gateway still writes
//! every notification into its outbox; what holds them back is a merchant that takes the first ones and never answers.

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::sandbox::Sandbox;
use crate::verdict::Error;

/// A merchant that does not answer.
pub(super) struct Hold {
    previous: Option<String>,
    listening: JoinHandle<()>,
}

impl Hold {
    /// Sends the sandbox's notifications to somebody who does not answer.
    pub(super) async fn start(sandbox: &Sandbox) -> Result<Self, Error> {
        let failed = |source| Error::because("no socket could be opened to hold notifications back", source);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let previous = sandbox.notify_url(Some(&url)).await?;
        let listening = tokio::spawn(async move {
            let mut connections = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                connections.push(connection);
            }
        });
        Ok(Self { previous, listening })
    }

    /// Sends them where they went before; what was held back follows.
    pub(super) async fn release(self, sandbox: &Sandbox) -> Result<(), Error> {
        let restored = sandbox.notify_url(self.previous.as_deref()).await;
        self.listening.abort();
        restored.map(|_| ())
    }
}
