//! A running sandbox as a merchant's tools see it: its `sandbox.json` and its control API.

use std::path::PathBuf;

use clap::Args;
use lunas_client::{Client, LocalhostResolver};
use lunas_vocab::Secret;
use serde::Deserialize;
use serde_json::Value;

use crate::input;
use crate::store::Variables;
use crate::verdict::Error;

/// Which sandbox to talk to
#[derive(Args, Debug)]
pub(crate) struct SandboxArgs {
    /// The file that `lunas dev` writes (default: sandbox.json in LUNAS_DATA_DIR or in .lunas)
    #[arg(long, value_name = "FILE", env = "LUNAS_SANDBOX")]
    sandbox: Option<PathBuf>,
    /// Where the gateway is, if not where the file says
    #[arg(long, value_name = "URL", env = "LUNAS_BASE_URL")]
    base_url: Option<String>,
}

/// What the merchant's tools need of `sandbox.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    base_url: String,
    client_id: String,
    client_secret: String,
    partner_id: String,
    channel_id: String,
    merchant_id: String,
    point_of_purchase_id: String,
    merchant_private_key: String,
    notification_public_key: String,
}

/// A sandbox and its merchant.
pub(crate) struct Sandbox {
    /// Where it is, without a trailing slash.
    pub(crate) base_url: String,
    /// The merchant's API client.
    pub(crate) client_id: String,
    /// Signs calls.
    pub(crate) client_secret: Secret<String>,
    /// `X-PARTNER-ID`.
    pub(crate) partner_id: String,
    /// `CHANNEL-ID`.
    pub(crate) channel_id: String,
    /// The MID.
    pub(crate) merchant_id: String,
    /// The merchant's mini app.
    pub(crate) point_of_purchase_id: String,
    /// Verifies notifications.
    pub(crate) notification_public_key: String,
    private_key: Secret<String>,
    http: reqwest::Client,
}

/// Who gets the sandbox's notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Whether it is the listener that asked.
    pub(crate) is_us: bool,
    /// Where they go; without it, nowhere.
    pub(crate) url: Option<String>,
}

impl Told {
    fn read(answer: &Value) -> Self {
        Self {
            is_us: answer.get("isActive").and_then(Value::as_bool).unwrap_or(false),
            url: answer.get("url").and_then(Value::as_str).map(str::to_owned),
        }
    }
}

impl SandboxArgs {
    /// The file's text.
    pub(crate) fn text(&self) -> Result<String, Error> {
        input::text(&self.path()?).map_err(|error| {
            Error::because(
                "there is no sandbox here; start one with `lunas dev`, or name its --sandbox FILE",
                error,
            )
        })
    }

    /// Where the gateway is, if not where the file says.
    pub(crate) fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    fn path(&self) -> Result<PathBuf, Error> {
        match &self.sandbox {
            Some(file) => Ok(file.clone()),
            None => Ok(Variables::read()?.data_dir().join("sandbox.json")),
        }
    }

    /// Reads the file.
    pub(crate) fn read(&self) -> Result<Sandbox, Error> {
        let path = self.path()?;
        let file: File = serde_json::from_str(&self.text()?)
            .map_err(|source| Error::because(format!("{} is no sandbox file", path.display()), source))?;
        let base_url = self.base_url().unwrap_or(&file.base_url).trim_end_matches('/').to_owned();
        // The sandbox is on this machine or near it; a proxy for the outside world has no part in this.
        let http = reqwest::Client::builder().no_proxy().dns_resolver(LocalhostResolver).build();
        let http = http.map_err(|source| Error::because("the HTTP client cannot be set up", source))?;
        Ok(Sandbox {
            base_url,
            client_id: file.client_id,
            client_secret: Secret::new(file.client_secret),
            partner_id: file.partner_id,
            channel_id: file.channel_id,
            merchant_id: file.merchant_id,
            point_of_purchase_id: file.point_of_purchase_id,
            notification_public_key: file.notification_public_key,
            private_key: Secret::new(file.merchant_private_key),
            http,
        })
    }
}

impl Sandbox {
    /// The merchant's SDK, with the sandbox's credentials.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        Client::builder(&self.base_url)
            .client_id(&self.client_id)
            .client_secret(self.client_secret.clone())
            .private_key_pem(self.private_key.clone())
            .partner_id(&self.partner_id)
            .channel_id(&self.channel_id)
            .allow_plain_http()
            .build()
            .map_err(|source| Error::because("the sandbox's credentials cannot be used", source))
    }

    /// Moves a payment: `action` is `pay`, `deny`, `fail` or `expire`.
    pub(crate) async fn payment(
        &self,
        reference_no: &str,
        action: &str,
        order: &Value,
    ) -> Result<Value, Error> {
        // What is typed becomes part of a path, so it must not be able to leave its place there.
        if !reference_no.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Error::Usage(format!("{reference_no} is no reference number")));
        }
        self.control(reqwest::Method::POST, &format!("payments/{reference_no}/{action}"), order).await
    }

    /// Moves a virtual account: `action` is `pay` or `expire`.
    pub(crate) async fn va(&self, number: &str, action: &str, order: &Value) -> Result<Value, Error> {
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Usage(format!("{number} is no number of a virtual account")));
        }
        self.control(reqwest::Method::POST, &format!("va/{number}/{action}"), order).await
    }

    /// Sets what virtual accounts that are opened from now on take, and gives what they took before.
    pub(crate) async fn va_terms(&self, kind: &str) -> Result<String, Error> {
        let order = serde_json::json!({"kind": kind});
        let answer = self.control(reqwest::Method::PUT, "va-terms", &order).await?;
        let previous = answer.get("previous").and_then(Value::as_str);
        previous.map(str::to_owned).ok_or_else(|| Error::failed("the sandbox names no terms"))
    }

    /// Asks for the sandbox's notifications, or renews that, and says who gets them now.
    pub(crate) async fn listen(&self, id: &str, url: &str) -> Result<Told, Error> {
        let order = serde_json::json!({"url": url});
        Ok(Told::read(&self.control(reqwest::Method::PUT, &format!("listeners/{id}"), &order).await?))
    }

    /// Asks for them no longer, and says who gets them now.
    pub(crate) async fn listen_no_more(&self, id: &str) -> Result<Told, Error> {
        Ok(Told::read(
            &self.control(reqwest::Method::DELETE, &format!("listeners/{id}"), &Value::Null).await?,
        ))
    }

    pub(crate) async fn control(
        &self,
        method: reqwest::Method,
        path: &str,
        order: &Value,
    ) -> Result<Value, Error> {
        let unreachable = |source: reqwest::Error| {
            Error::because(format!("the sandbox at {} cannot be reached", self.base_url), source)
        };
        let url = format!("{}/sandbox/v1/{path}", self.base_url);
        let request = self.http.request(method, url).header("content-type", "application/json");
        let response = request.body(order.to_string()).send().await.map_err(unreachable)?;
        let status = response.status();
        let text = response.text().await.map_err(unreachable)?;
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(answer);
        }
        let reason = answer.get("error").and_then(Value::as_str).unwrap_or("it gave no reason");
        Err(Error::failed(format!("the sandbox refused (HTTP {}): {reason}", status.as_u16())))
    }
}
