//! The sandbox's merchant with its signed calls, and whoever turns the sandbox's controls.
//!
//! The calls are made by hand, because an SDK that tries again would hide which attempt was answered, and with what
//! bytes. A call without a whole answer is `None`; for a merchant that was told to be patient, so is an answer that
//! says no more than that it does not work now.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use lunas_client::Client;
use lunas_snap::header;
use lunas_snap::service::Service;
use lunas_snap::signature::{body_hash, hmac_sign, transaction_text};
use lunas_vocab::{Secret, Timestamp};
use serde_json::Value;

/// A whole answer.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The bytes of the body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A text field of the body.
    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text())).to_owned()
    }
}

/// Shows the body as the text that it is.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text())
    }
}

/// The merchant, at one address of the gateway.
#[derive(Clone)]
pub(crate) struct Merchant {
    http: reqwest::Client,
    base_url: String,
    secret: String,
    partner_id: String,
    channel_id: String,
    token: Secret<String>,
    is_patient: bool,
}

impl Merchant {
    /// Fetches a token with what `sandbox.json` says.
    pub(crate) async fn connect(sandbox: &Value) -> Self {
        let text = |name: &str| sandbox[name].as_str().expect("sandbox.json has it").to_owned();
        let client = Client::builder(text("baseUrl"))
            .client_id(text("clientId"))
            .client_secret(Secret::new(text("clientSecret")))
            .private_key_pem(Secret::new(text("merchantPrivateKey")))
            .partner_id(text("partnerId"))
            .channel_id(text("channelId"))
            .build()
            .unwrap();
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base_url: text("baseUrl"),
            secret: text("clientSecret"),
            partner_id: text("partnerId"),
            channel_id: text("channelId"),
            token: client.access_token().await.unwrap(),
            is_patient: false,
        }
    }

    /// The same merchant, which takes a call that was answered with 500 or more for one that was not answered.
    pub(crate) fn patient(&self) -> Self {
        Self { is_patient: true, ..self.clone() }
    }

    /// The same merchant with the same token, once the gateway has another address.
    pub(crate) fn at(&self, base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), ..self.clone() }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) fn token(&self) -> &str {
        self.token.expose()
    }

    /// The headers of one call, signed now.
    pub(crate) fn headers(
        &self,
        service: Service,
        external_id: &str,
        body: &str,
    ) -> [(&'static str, String); 7] {
        let timestamp = now().to_snap();
        let hash = body_hash(body.as_bytes());
        let text = transaction_text(service.method(), service.path(), self.token(), &hash, &timestamp);
        [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::AUTHORIZATION, format!("Bearer {}", self.token())),
            (header::X_TIMESTAMP, timestamp),
            (header::X_SIGNATURE, hmac_sign(&self.secret, &text)),
            (header::X_PARTNER_ID, self.partner_id.clone()),
            (header::X_EXTERNAL_ID, external_id.to_owned()),
            (header::CHANNEL_ID, self.channel_id.clone()),
        ]
    }

    /// Makes one signed call, once.
    pub(crate) async fn call(&self, service: Service, external_id: &str, body: &str) -> Option<Answer> {
        let mut request = self.http.post(format!("{}{}", self.base_url, service.path()));
        for (name, value) in self.headers(service, external_id, body) {
            request = request.header(name, value);
        }
        self.answer(request.body(body.to_owned())).await
    }

    /// Turns a control of the sandbox.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> Option<Answer> {
        let url = format!("{}/sandbox/v1/{path}", self.base_url);
        self.answer(self.http.post(url).body(body.to_string())).await
    }

    /// Sets a control of the sandbox.
    pub(crate) async fn control_put(&self, path: &str, body: &Value) -> Option<Answer> {
        let url = format!("{}/sandbox/v1/{path}", self.base_url);
        self.answer(self.http.put(url).body(body.to_string())).await
    }

    /// Reads a control of the sandbox.
    pub(crate) async fn look(&self, path: &str) -> Option<Answer> {
        self.answer(self.http.get(format!("{}/sandbox/v1/{path}", self.base_url))).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let answer = Answer { status, body: response.bytes().await.ok()?.to_vec() };
        (!self.is_patient || status < 500).then_some(answer)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a merchant has a clock of its own, which its signatures go by"
)]
fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_ms(i64::try_from(since_epoch.as_millis()).unwrap())
}
