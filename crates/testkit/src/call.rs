//! A client's call over real HTTP, right in every part until a test makes one of them wrong.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lunas_snap::json;
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, token_text, transaction_text};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;

use crate::answer::{Answer, Exchange};
use crate::{Gateway, Merchant};

/// No call takes longer than this, whatever the gateway does.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Which bytes of the body the signature is made over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Hashed {
    /// The minified body, as the contract says.
    Minified,
    /// The body as it is sent.
    Raw,
    /// Something else, as it is.
    Other(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    /// RSA over client id and time.
    Token,
    /// HMAC over the call.
    Transaction,
}

/// A call under construction. Everything that is not overridden is as it should be.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    gateway: &'a Gateway,
    merchant: &'a Merchant,
    scheme: Scheme,
    method: Method,
    path: String,
    body: Vec<u8>,
    hashed: Hashed,
    signed_method: Option<String>,
    signed_path: Option<String>,
    secret: Option<String>,
    token: Option<String>,
    timestamp: Option<String>,
    external_id: Option<String>,
    is_signature_hex: bool,
    changes: Vec<Change>,
}

/// What is done to the headers at the very end.
#[derive(Clone, Debug)]
enum Change {
    Set(String, String),
    Add(String, String),
    Remove(String),
}

impl<'a> Call<'a> {
    pub(crate) fn token_request(gateway: &'a Gateway, merchant: &'a Merchant) -> Self {
        let body = br#"{"grantType":"client_credentials"}"#.to_vec();
        Self::new(gateway, merchant, Scheme::Token, Service::AccessTokenB2b.path(), body)
    }

    pub(crate) fn transaction(
        gateway: &'a Gateway,
        merchant: &'a Merchant,
        path: &str,
        body: &Value,
    ) -> Self {
        Self::new(gateway, merchant, Scheme::Transaction, path, body.to_string().into_bytes())
    }

    fn new(gateway: &'a Gateway, merchant: &'a Merchant, scheme: Scheme, path: &str, body: Vec<u8>) -> Self {
        Self {
            gateway,
            merchant,
            scheme,
            method: Method::POST,
            path: path.to_owned(),
            body,
            hashed: Hashed::Minified,
            signed_method: None,
            signed_path: None,
            secret: None,
            token: None,
            timestamp: None,
            external_id: None,
            is_signature_hex: false,
            changes: Vec::new(),
        }
    }

    /// Sends another method, and signs that one.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.parse().expect("an HTTP method");
        self
    }

    /// Calls another path, and signs that one.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Sends these bytes.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Makes the signature over these bytes of the body.
    #[must_use]
    pub fn hashed(mut self, hashed: Hashed) -> Self {
        self.hashed = hashed;
        self
    }

    /// Signs another method than the one called.
    #[must_use]
    pub fn signed_method(mut self, method: &str) -> Self {
        self.signed_method = Some(method.to_owned());
        self
    }

    /// Signs another path than the one called.
    #[must_use]
    pub fn signed_path(mut self, path: &str) -> Self {
        self.signed_path = Some(path.to_owned());
        self
    }

    /// Signs with another secret than the merchant's.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// Signs and sends this access token instead of fetching one.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Signs and sends this `X-TIMESTAMP`.
    #[must_use]
    pub fn timestamp(mut self, timestamp: &str) -> Self {
        self.timestamp = Some(timestamp.to_owned());
        self
    }

    /// Sends this `X-EXTERNAL-ID`; without one every call has its own.
    #[must_use]
    pub fn external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.to_owned());
        self
    }

    /// Writes the signature in hexadecimal.
    #[must_use]
    pub fn hex_signature(mut self) -> Self {
        self.is_signature_hex = true;
        self
    }

    /// Carries the token of a linked account, and a device.
    #[must_use]
    pub fn customer(self, token: &str) -> Self {
        self.header("Authorization-Customer", &format!("Bearer {token}")).header("X-DEVICE-ID", "testkit")
    }

    /// Replaces a header, after signing.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.changes.push(Change::Set(name.to_owned(), value.to_owned()));
        self
    }

    /// Adds one more line of a header, before those that are there.
    #[must_use]
    pub fn header_line(mut self, name: &str, value: &str) -> Self {
        self.changes.push(Change::Add(name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a header out, after signing.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.changes.push(Change::Remove(name.to_owned()));
        self
    }

    /// Sends the call and gives its answer.
    ///
    /// # Panics
    ///
    /// When there is no answer; [`Call::attempt`] is for tests that expect that.
    pub async fn send(self) -> Answer {
        self.exchange().await.answer
    }

    /// Sends the call and gives both sides of it.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn exchange(self) -> Exchange {
        self.attempt().await.unwrap_or_else(|error| panic!("the gateway did not answer: {error:?}"))
    }

    /// Sends the call; the error is that no answer came.
    pub async fn attempt(self) -> Result<Exchange, reqwest::Error> {
        let headers = self.headers().await;
        let url = format!("{}{}", self.gateway.base_url, self.path);
        let mut request = self.gateway.http.request(self.method.clone(), url).timeout(TIME_LIMIT);
        for (name, value) in &headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request =
                request.header(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header's value"));
        }
        let answer = request.body(self.body.clone()).send().await?;
        let answer = Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await?.to_vec(),
        };
        answer.check_case_of(&self.path);
        Ok(Exchange {
            request_line: format!("{} {}", self.method, self.path),
            request_headers: headers,
            request_body: self.body,
            answer,
        })
    }

    /// The headers as they are sent: what is right, and then what the test changed.
    async fn headers(&self) -> Vec<(String, String)> {
        let timestamp = self.timestamp.clone().unwrap_or_else(|| self.gateway.wall().to_snap());
        let mut headers =
            vec![("Content-Type", "application/json".to_owned()), ("X-TIMESTAMP", timestamp.clone())];
        match self.scheme {
            Scheme::Token => {
                let text = token_text(&self.merchant.client_id, &timestamp);
                headers.push(("X-SIGNATURE", self.merchant.private_key.sign(&text)));
                headers.push(("X-CLIENT-KEY", self.merchant.client_id.clone()));
            }
            Scheme::Transaction => {
                let token = match &self.token {
                    Some(token) => token.clone(),
                    None => self.gateway.token_of(self.merchant).await,
                };
                headers.push(("X-SIGNATURE", self.signature(&token, &timestamp)));
                headers.push(("Authorization", format!("Bearer {token}")));
                headers.push(("X-PARTNER-ID", self.merchant.partner_id.clone()));
                let external_id = self.external_id.clone();
                headers
                    .push(("X-EXTERNAL-ID", external_id.unwrap_or_else(|| self.gateway.next_external_id())));
                headers.push(("CHANNEL-ID", self.merchant.channel_id.clone()));
            }
        }
        let mut headers: Vec<(String, String)> =
            headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        for change in &self.changes {
            match change {
                Change::Remove(name) => headers.retain(|line| !line.0.eq_ignore_ascii_case(name)),
                Change::Set(name, value) => {
                    headers.retain(|line| !line.0.eq_ignore_ascii_case(name));
                    headers.push((name.clone(), value.clone()));
                }
                Change::Add(name, value) => headers.insert(0, (name.clone(), value.clone())),
            }
        }
        headers
    }

    fn signature(&self, token: &str, timestamp: &str) -> String {
        let hash = match &self.hashed {
            Hashed::Minified => body_hash(&json::minify(&self.body)),
            Hashed::Raw => body_hash(&self.body),
            Hashed::Other(bytes) => body_hash(bytes),
        };
        let method = self.signed_method.as_deref().unwrap_or(self.method.as_str());
        let path = self.signed_path.as_deref().unwrap_or(&self.path);
        let secret = self.secret.as_deref().unwrap_or(self.merchant.client_secret.expose());
        let text = transaction_text(method, path, token, &hash, timestamp);
        let signature = hmac_sign(secret, &text);
        if self.is_signature_hex { hex(&signature) } else { signature }
    }
}

/// The same signature in hexadecimal.
fn hex(signature: &str) -> String {
    lunas_vocab::hex(&BASE64.decode(signature).expect("the kit has just made it"))
}
