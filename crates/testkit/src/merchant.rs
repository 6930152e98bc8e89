//! A merchant as a caller: its credentials, and the access token it holds.

use std::time::Duration;

use lunas_sandbox::Credentials;
use lunas_snap::signature::SigningKey;
use lunas_vocab::{ClientId, Secret, Timestamp};
use tokio::sync::Mutex;

/// A registered merchant and everything it proves itself with.
#[derive(Debug)]
#[non_exhaustive]
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

impl Merchant {
    /// The sandbox's merchant.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        Self {
            id: credentials.merchant_id.clone(),
            client_id: credentials.client_id.clone(),
            client_secret: credentials.client_secret.clone(),
            private_key: signing_key(&credentials.merchant_private_key),
            partner_id: credentials.partner_id.clone(),
            channel_id: credentials.channel_id.clone(),
            token: TokenSeat::default(),
        }
    }

    /// The sandbox's bank.
    pub(crate) fn bank_of(credentials: &Credentials) -> Self {
        Self {
            id: credentials.bank.client_id.clone(),
            client_id: credentials.bank.client_id.clone(),
            client_secret: credentials.bank.client_secret.clone(),
            private_key: signing_key(&credentials.bank.private_key),
            partner_id: credentials.bank.client_id.clone(),
            channel_id: credentials.channel_id.clone(),
            token: TokenSeat::default(),
        }
    }

    /// Another one, which signs token requests with the key of the sandbox's merchant, as clients of one company may.
    pub(crate) fn beside(
        credentials: &Credentials,
        id: &str,
        client_id: ClientId,
        client_secret: Secret<String>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            client_id: client_id.into_string(),
            client_secret,
            private_key: signing_key(&credentials.merchant_private_key),
            partner_id: id.to_owned(),
            channel_id: credentials.channel_id.clone(),
            token: TokenSeat::default(),
        }
    }
}

fn signing_key(pem: &Secret<String>) -> SigningKey {
    SigningKey::from_pem(pem.expose()).expect("the sandbox made this key")
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
