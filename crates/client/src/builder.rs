//! Putting a client together: what it needs, checked once.

use std::time::Duration;

use lunas_snap::header;
use lunas_snap::json::{self, Value};
use lunas_snap::signature::{KeyError, SigningKey};
use lunas_vocab::{Secret, Timestamp, is_loopback_host};
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::client::{Client, Credentials};
use crate::localhost::LocalhostResolver;
use crate::machine::Clock;
use crate::retry;

/// How long a connection and its answer may take, unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How the client names itself, unless said otherwise.
const USER_AGENT: &str = concat!("lunas-client/", env!("CARGO_PKG_VERSION"));

/// Why no client can be made of what was given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Something that every call needs was not given.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Something cannot stand in a header, or is not what it has to be.
    #[error("{name} {reason}")]
    Invalid {
        /// What was given.
        name: &'static str,
        /// What is wrong with it, as a clause.
        reason: &'static str,
    },
    /// The private key cannot be used.
    #[error("the private key cannot be used")]
    PrivateKey(#[source] KeyError),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Collects what a [`Client`] needs.
///
/// A sandbox (`lunas dev`) writes all of it into a file, which [`ClientBuilder::from_sandbox`] reads.
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    base_url: String,
    client_id: Option<String>,
    client_secret: Option<Secret<String>>,
    private_key_pem: Option<Secret<String>>,
    partner_id: Option<String>,
    channel_id: Option<String>,
    timeout: Duration,
    user_agent: String,
    retry_delays: Vec<Duration>,
    plain_http: bool,
    clock: Clock,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: String) -> Self {
        Self {
            base_url,
            client_id: None,
            client_secret: None,
            private_key_pem: None,
            partner_id: None,
            channel_id: None,
            timeout: TIMEOUT,
            user_agent: USER_AGENT.to_owned(),
            retry_delays: retry::DELAYS.to_vec(),
            plain_http: false,
            clock: Clock::default(),
        }
    }

    /// The merchant of a sandbox, as the text of its `sandbox.json` has it.
    pub fn from_sandbox(text: &str) -> Result<Self, ConfigError> {
        let invalid = |reason| ConfigError::Invalid { name: "the sandbox's file", reason };
        let file = json::parse(text.as_bytes()).map_err(|_| invalid("is not JSON"))?;
        let member = |name: &'static str| file.get(name).and_then(Value::as_str).map(str::to_owned);
        let member = |name: &'static str| member(name).ok_or(ConfigError::Missing(name));
        Ok(Self::new(member("baseUrl")?)
            .client_id(member("clientId")?)
            .client_secret(Secret::new(member("clientSecret")?))
            .private_key_pem(Secret::new(member("merchantPrivateKey")?))
            .partner_id(member("partnerId")?)
            .channel_id(member("channelId")?))
    }

    /// Who calls: `X-CLIENT-KEY`, given by the gateway.
    #[must_use]
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// What signs calls, given by the gateway. Its text is the key: it is not decoded.
    #[must_use]
    pub fn client_secret(mut self, client_secret: Secret<String>) -> Self {
        self.client_secret = Some(client_secret);
        self
    }

    /// What signs token requests: the merchant's own RSA key as PEM, not encrypted.
    #[must_use]
    pub fn private_key_pem(mut self, private_key_pem: Secret<String>) -> Self {
        self.private_key_pem = Some(private_key_pem);
        self
    }

    /// `X-PARTNER-ID`.
    #[must_use]
    pub fn partner_id(mut self, partner_id: impl Into<String>) -> Self {
        self.partner_id = Some(partner_id.into());
        self
    }

    /// `CHANNEL-ID`: five digits.
    #[must_use]
    pub fn channel_id(mut self, channel_id: impl Into<String>) -> Self {
        self.channel_id = Some(channel_id.into());
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. 30 seconds if not set.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The waits between attempts, [`retry::DELAYS`] if not set; of each, chance leaves away up to a half. None at all means
    /// one attempt.
    #[must_use]
    pub fn retry_delays(mut self, delays: impl Into<Vec<Duration>>) -> Self {
        self.retry_delays = delays.into();
        self
    }

    /// Allows a gateway without TLS that is not on this machine. Tokens can then be read on the way.
    #[must_use]
    pub const fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Tells the time for `X-TIMESTAMP` instead of the machine's clock, as tests against a moved clock want it.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(clock);
        self
    }

    /// Makes the client. No connection is opened yet.
    pub fn build(self) -> Result<Client, ConfigError> {
        let base_url = base_url(&self.base_url, self.plain_http)?;
        let private_key = self.private_key_pem.ok_or(ConfigError::Missing("the private key"))?;
        let signing_key = SigningKey::from_pem(private_key.expose()).map_err(ConfigError::PrivateKey)?;
        let client_id = present(self.client_id, "the client id")?;
        let client_secret = self
            .client_secret
            .filter(|secret| !secret.expose().is_empty())
            .ok_or(ConfigError::Missing("the client secret"))?;
        let partner_id = present(self.partner_id, "the partner id")?;
        let channel_id = present(self.channel_id, "the channel id")?;
        if !header::is_channel_id(&channel_id) {
            return Err(ConfigError::Invalid { name: "the channel id", reason: "must be five digits" });
        }
        let credentials = Credentials {
            client_id_header: header_value(&client_id, "the client id")?,
            partner_id_header: header_value(&partner_id, "the partner id")?,
            channel_id_header: header_value(&channel_id, "the channel id")?,
            client_id,
            client_secret,
            signing_key,
            clock: self.clock,
        };
        let mut http = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.timeout)
            .user_agent(self.user_agent)
            // As headers are written everywhere in the contract, for whatever on the way looks at their spelling.
            .http1_title_case_headers()
            .dns_resolver(LocalhostResolver)
            // A redirect would carry a signed payment to somewhere the merchant did not name.
            .redirect(reqwest::redirect::Policy::none());
        if is_loopback(&base_url) {
            http = http.no_proxy();
        }
        if base_url.scheme() == "http" {
            // Nothing is called by TLS, so whom the machine trusts is not read, which takes a while.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|source| ConfigError::Http(source.into()))?;
        Ok(Client::new(http, base_url, credentials, self.retry_delays))
    }
}

fn present(text: Option<String>, name: &'static str) -> Result<String, ConfigError> {
    text.filter(|text| !text.is_empty()).ok_or(ConfigError::Missing(name))
}

fn header_value(text: &str, name: &'static str) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_str(text).map_err(|_| ConfigError::Invalid { name, reason: "cannot stand in a header" })
}

/// The base URL, if calls can be signed and sent to it. Signatures cover the path, so there must not be one before.
fn base_url(text: &str, plain_http: bool) -> Result<Url, ConfigError> {
    let invalid = |reason| ConfigError::Invalid { name: "the base URL", reason };
    let url = Url::parse(text).map_err(|_| invalid("is not a URL such as https://gateway.example"))?;
    match url.scheme() {
        "https" => {}
        "http" if plain_http || is_loopback(&url) => {}
        "http" => return Err(invalid("must be https, except on this machine")),
        _ => return Err(invalid("must be https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("must have no user or password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("must end after the host and the port"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_a_base_url_is_safe_and_ends_after_the_host() {
        let check = |text: &str, is_accepted: bool| {
            assert_eq!(base_url(text, false).is_ok(), is_accepted, "{text}");
        };
        check("https://gateway.example", true);
        check("https://gateway.example:8443/", true);
        check("http://127.0.0.1:8080", true);
        check("http://[::1]:8080", true);
        check("http://localhost:8080", true);
        check("http://gateway.localhost:8080", true);
        check("http://localhost.example:8080", false);
        check("http://gateway.example", false);
        check("https://gateway.example/v1.0", false);
        check("https://gateway.example/?x=1", false);
        check("https://user@gateway.example", false);
        check("https://:pw@gateway.example", false);
        check("ftp://gateway.example", false);
        check("gateway.example", false);
        assert!(base_url("http://gateway.example", true).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let secret = || Secret::new("x".to_owned());
        let check = |builder: ClientBuilder, expected: &str| {
            assert_eq!(builder.build().unwrap_err().to_string(), expected);
        };
        let builder = ClientBuilder::new("https://gateway.example".to_owned());
        check(builder.clone(), "the private key is missing");
        check(builder.private_key_pem(secret()), "the private key cannot be used");
    }
}
