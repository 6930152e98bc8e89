//! A merchant as a caller: its credentials, and the access token it holds.

use std::time::Duration;

use lunas_snap::signature::SigningKey;
use lunas_vocab::{Secret, Timestamp};
use tokio::sync::Mutex;

/// A registered merchant and everything it proves itself with.
#[derive(Debug)]
pub struct Merchant {
    /// The MID.
    pub id: String,
    /// `X-CLIENT-KEY`.
    pub client_id: String,
    /// Signs transaction calls.
    pub client_secret: Secret<String>,
    /// Signs token requests.
    pub private_key: SigningKey,
    /// `X-PARTNER-ID`.
    pub partner_id: String,
    /// `CHANNEL-ID`.
    pub channel_id: String,
    pub(crate) token: TokenSeat,
}

/// The token a merchant holds, and until when it uses it.
#[derive(Debug, Default)]
pub(crate) struct TokenSeat(Mutex<Option<(String, Timestamp)>>);

/// How long a token is used: a little less than it lives.
const TOKEN_USED: Duration = Duration::from_secs(800);

impl TokenSeat {
    /// The token held, or a new one.
    pub(crate) async fn get(&self, now: Timestamp, fetch: impl Future<Output = String>) -> String {
        let mut held = self.0.lock().await;
        match &*held {
            Some((token, until)) if now < *until => token.clone(),
            _ => {
                let token = fetch.await;
                *held = Some((token.clone(), now.plus(TOKEN_USED)));
                token
            }
        }
    }
}
