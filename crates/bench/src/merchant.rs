//! Whoever calls: what load needs to know of a `sandbox.json`, or of a file of its form about a merchant elsewhere.

use lunas_client::Client;
use lunas_snap::signature::SigningKey;
use lunas_vocab::Secret;
use serde_json::Value;
use url::Url;

use crate::Error;

/// A merchant and where its gateway is.
pub struct Merchant {
    /// Host and port of the gateway.
    pub address: String,
    /// `X-CLIENT-KEY`.
    pub client_id: String,
    /// Signs calls.
    pub client_secret: Secret<String>,
    /// `X-PARTNER-ID`.
    pub partner_id: String,
    /// `CHANNEL-ID`.
    pub channel_id: String,
    /// The MID.
    pub merchant_id: String,
    /// The merchant's mini app.
    pub point_of_purchase_id: String,
    /// The merchant's SDK, with these credentials.
    pub client: Client,
    private_key: Secret<String>,
}

impl Merchant {
    /// Reads the text of the file. `base_url` is where the gateway is if not where the file says.
    pub fn read(text: &str, base_url: Option<&str>) -> Result<Self, Error> {
        let broken = |source| Error::because("the sandbox file is not JSON", source);
        let file: Value = serde_json::from_str(text).map_err(broken)?;
        let member = |name: &str| {
            let text = file[name].as_str().map(str::to_owned);
            text.ok_or_else(|| Error::failed(format!("the sandbox file has no {name}")))
        };
        let named = member("baseUrl")?;
        let base_url = base_url.unwrap_or(&named).trim_end_matches('/');
        let url = Url::parse(base_url).map_err(|source| Error::because("the base URL is none", source))?;
        if url.scheme() != "http" {
            return Err(Error::failed(format!(
                "load goes by plain HTTP, and {base_url} is not taken for that"
            )));
        }
        let (client_id, partner_id) = (member("clientId")?, member("partnerId")?);
        let client_secret = Secret::new(member("clientSecret")?);
        let private_key = Secret::new(member("merchantPrivateKey")?);
        let channel_id = member("channelId")?;
        let client = Client::builder(base_url)
            .client_id(&client_id)
            .client_secret(client_secret.clone())
            .private_key_pem(private_key.clone())
            .partner_id(&partner_id)
            .channel_id(&channel_id)
            .allow_plain_http()
            .build()
            .map_err(|source| Error::because("the merchant's credentials cannot be used", source))?;
        Ok(Self {
            address: authority(&url),
            client_id,
            client_secret,
            partner_id,
            channel_id,
            merchant_id: member("merchantId")?,
            point_of_purchase_id: member("pointOfPurchaseId")?,
            client,
            private_key,
        })
    }

    /// An access token.
    pub async fn token(&self) -> Result<Secret<String>, Error> {
        let token = self.client.access_token().await;
        token.map_err(|source| Error::because("the gateway gave no token", source))
    }

    /// What the merchant signs token requests with.
    pub fn signing_key(&self) -> Result<SigningKey, Error> {
        let key = SigningKey::from_pem(self.private_key.expose());
        key.map_err(|source| Error::because("the merchant's private key cannot be used", source))
    }
}

/// Host and port, as a connection and a `Host` header want them.
pub fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or("127.0.0.1");
    format!("{host}:{}", url.port_or_known_default().unwrap_or(80))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_for_tls_is_not_sent_in_the_clear() {
        let file = r#"{"baseUrl": "https://gateway.example"}"#;
        for base_url in [None, Some("https://127.0.0.1:8443/")] {
            let refused = Merchant::read(file, base_url).err().expect("it is refused").to_string();
            assert!(refused.starts_with("load goes by plain HTTP, and https://"), "{refused}");
        }
    }
}
