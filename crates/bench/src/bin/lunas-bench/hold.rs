//! Keeps the sandbox's notifications from going out while payments are measured.
//!
//! Signing a notification costs more than taking the payment, so the two are measured apart. The gateway still writes
//! every notification into its outbox; what holds them back is a merchant that takes the first ones and never answers.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use lunas_bench::{Error, Merchant, Wire, is_answer, member};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A merchant that does not answer.
pub(crate) struct Hold {
    previous: Option<String>,
    listening: JoinHandle<()>,
}

impl Hold {
    /// Sends the sandbox's notifications to somebody who does not answer.
    pub(crate) async fn start(merchant: &Merchant) -> Result<Self, Error> {
        let failed = |source| Error::because("no socket could be opened to hold notifications back", source);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let previous = notify_url(merchant, Some(&url)).await?;
        let listening = tokio::spawn(async move {
            let mut connections = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                connections.push(connection);
            }
        });
        Ok(Self { previous, listening })
    }

    /// Sends them where they went before; what was held back follows.
    pub(crate) async fn release(self, merchant: &Merchant) -> Result<(), Error> {
        let restored = notify_url(merchant, self.previous.as_deref()).await;
        self.listening.abort();
        restored.map(|_| ())
    }
}

/// Sends the sandbox's notifications elsewhere, or nowhere, and gives where they went before.
pub(crate) async fn notify_url(merchant: &Merchant, url: Option<&str>) -> Result<Option<String>, Error> {
    let failed = |source| Error::because("the sandbox's notifications could not be sent elsewhere", source);
    let body = json!({"url": url}).to_string();
    let request = format!(
        "PUT /sandbox/v1/notify-url HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        merchant.address,
        body.len(),
    );
    let mut wire = Wire::open(&merchant.address).await.map_err(failed)?;
    let answer = wire.exchange(request.as_bytes()).await.map_err(failed)?;
    if is_answer(answer, 200, b"previous") {
        Ok(member(answer, "previous").map(str::to_owned))
    } else {
        Err(failed(std::io::Error::other(String::from_utf8_lossy(answer).into_owned())))
    }
}
