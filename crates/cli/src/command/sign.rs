//! `lunas sign`: makes a signature, and shows what went into it. Nothing is sent.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_gateway::env::Env;
use lunas_snap::json::minify;
use lunas_snap::signature::{
    SigningKey, body_hash, hmac_sign, notification_text, token_text, transaction_text,
};
use serde_json::json;

use crate::oddity::Oddities;
use crate::verdict::{Error, Verdict, say};
use crate::{input, output};

/// Make the signature of a call
#[derive(Subcommand, Debug)]
pub(crate) enum Sign {
    Token(SignToken),
    Transaction(SignTransaction),
    Notification(SignNotification),
}

/// Sign a request for an access token (RSA, the merchant's private key)
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas sign token --client-id G1234325-SNAP --key merchant.pem --verbose")]
pub(crate) struct SignToken {
    #[command(flatten)]
    parts: TokenParts,
    /// The merchant's private key, PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    common: SignOptions,
}

/// Sign a transaction (HMAC, the client secret)
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas sign transaction --path /v1.0/debit/status --token TOKEN --secret SECRET --body body.json"
)]
pub(crate) struct SignTransaction {
    #[command(flatten)]
    parts: TransactionParts,
    #[command(flatten)]
    common: SignOptions,
}

/// Sign a notification as a gateway does (RSA, the gateway's private key)
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas sign notification --key gateway.pem --body notification.json")]
pub(crate) struct SignNotification {
    #[command(flatten)]
    parts: NotificationParts,
    /// The gateway's private key, PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    common: SignOptions,
}

/// How to sign and what to print.
#[derive(Args, Debug)]
struct SignOptions {
    /// X-TIMESTAMP (default: now)
    #[arg(long)]
    timestamp: Option<String>,
    /// Show on stderr what was signed
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON, with everything that has to be sent
    #[arg(long)]
    json: bool,
}

/// What the signature of a token request covers.
#[derive(Args, Debug)]
pub(crate) struct TokenParts {
    /// X-CLIENT-KEY
    #[arg(long)]
    pub(crate) client_id: String,
}

/// What the signature of a transaction covers, without its time.
#[derive(Args, Debug)]
pub(crate) struct TransactionParts {
    /// HTTP method
    #[arg(long, default_value = "POST")]
    pub(crate) method: String,
    /// Path and query, without the host
    #[arg(long)]
    pub(crate) path: String,
    /// The access token, without "Bearer"
    #[arg(long)]
    pub(crate) token: String,
    /// The client secret
    #[arg(long, env = "LUNAS_CLIENT_SECRET", hide_env_values = true)]
    pub(crate) secret: String,
    #[command(flatten)]
    pub(crate) body: BodyArgs,
}

/// What the signature of a notification covers, without its time.
#[derive(Args, Debug)]
pub(crate) struct NotificationParts {
    /// HTTP method
    #[arg(long, default_value = "POST")]
    pub(crate) method: String,
    /// The path that the gateway appends to the merchant's prefix
    #[arg(long, default_value = "/v1.0/debit/notify")]
    pub(crate) path: String,
    #[command(flatten)]
    pub(crate) body: BodyArgs,
}

/// The body, or what is known of it. Without either the body is empty.
#[derive(Args, Debug)]
pub(crate) struct BodyArgs {
    /// The body as it is sent, or - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "body_hash")]
    body: Option<PathBuf>,
    /// SHA-256 of the minified body in hexadecimal, where the body itself is not at hand
    #[arg(long, value_name = "HEX")]
    body_hash: Option<String>,
}

/// A body, or only its hash.
pub(crate) enum Body {
    /// The bytes as they are sent.
    Bytes(Vec<u8>),
    /// The hash of the minified body, in lower-case hexadecimal.
    Hash(String),
}

impl TokenParts {
    /// What is odd about them.
    pub(crate) fn oddities(&self, timestamp: &str) -> Oddities {
        Oddities::default().client_id(&self.client_id).timestamp(timestamp)
    }
}

impl TransactionParts {
    /// What is odd about them.
    pub(crate) fn oddities(&self, timestamp: &str, body: &Body) -> Oddities {
        let method = self.method.to_ascii_uppercase();
        let odd = Oddities::default().method(&method).path(&self.path).token(&self.token);
        body.oddities(&method, odd.secret(&self.secret).timestamp(timestamp))
    }
}

impl NotificationParts {
    /// What is odd about them.
    pub(crate) fn oddities(&self, timestamp: &str, body: &Body) -> Oddities {
        let method = self.method.to_ascii_uppercase();
        let odd = Oddities::default().method(&method).notification_path(&self.path);
        body.oddities(&method, odd.timestamp(timestamp))
    }
}

impl BodyArgs {
    /// Reads the body.
    pub(crate) fn read(&self) -> Result<Body, Error> {
        match (&self.body, &self.body_hash) {
            (Some(path), _) => Ok(Body::Bytes(input::bytes(path)?)),
            (None, None) => Ok(Body::Bytes(Vec::new())),
            (None, Some(hash)) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Body::Hash(hash.to_ascii_lowercase()))
            }
            (None, Some(_)) => Err(Error::Usage("--body-hash is 64 hexadecimal digits".to_owned())),
        }
    }
}

impl Body {
    fn oddities(&self, method: &str, odd: Oddities) -> Oddities {
        match self {
            Self::Bytes(bytes) => odd.body(method, bytes),
            Self::Hash(_) => odd,
        }
    }

    /// The hash that the standard signs.
    pub(crate) fn hash(&self) -> String {
        match self {
            Self::Bytes(bytes) => body_hash(&minify(bytes)),
            Self::Hash(hash) => hash.clone(),
        }
    }
}

/// A signature and what it was made over.
struct Signed {
    timestamp: String,
    body_hash: Option<String>,
    text: String,
    signature: String,
}

impl Sign {
    /// Signs and prints.
    pub(crate) fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Token(SignToken { parts, key, common }) => {
                let timestamp = common.timestamp();
                parts.oddities(&timestamp).tell();
                let text = token_text(&parts.client_id, &timestamp);
                let signature = private_key(&key)?.sign(&text);
                common.print(&Signed { timestamp, body_hash: None, text, signature })?;
            }
            Self::Transaction(SignTransaction { parts, common }) => {
                let (timestamp, body) = (common.timestamp(), parts.body.read()?);
                parts.oddities(&timestamp, &body).tell();
                let (hash, method) = (body.hash(), parts.method.to_ascii_uppercase());
                let text = transaction_text(&method, &parts.path, &parts.token, &hash, &timestamp);
                let signature = hmac_sign(&parts.secret, &text);
                common.print(&Signed { timestamp, body_hash: Some(hash), text, signature })?;
            }
            Self::Notification(SignNotification { parts, key, common }) => {
                let (timestamp, body) = (common.timestamp(), parts.body.read()?);
                parts.oddities(&timestamp, &body).tell();
                let (hash, method) = (body.hash(), parts.method.to_ascii_uppercase());
                let text = notification_text(&method, &parts.path, &hash, &timestamp);
                let signature = private_key(&key)?.sign(&text);
                common.print(&Signed { timestamp, body_hash: Some(hash), text, signature })?;
            }
        }
        Ok(Verdict::Positive)
    }
}

fn private_key(path: &std::path::Path) -> Result<SigningKey, Error> {
    SigningKey::from_pem(&input::text(path)?)
        .map_err(|source| Error::because(format!("{} is not a key to sign with", path.display()), source))
}

impl SignOptions {
    fn timestamp(&self) -> String {
        self.timestamp.clone().unwrap_or_else(|| Env::system().now().to_snap())
    }

    fn print(&self, signed: &Signed) -> Result<(), Error> {
        let Signed { timestamp, body_hash, text, signature } = signed;
        if self.verbose {
            say(&format!("timestamp       {timestamp}"));
            if let Some(body_hash) = body_hash {
                say(&format!("body hash       {body_hash}"));
            }
            say(&format!("string to sign  {text}"));
        }
        if self.json {
            output::print_json(&json!({
                "timestamp": timestamp,
                "bodyHash": body_hash,
                "stringToSign": text,
                "signature": signature,
            }))
        } else {
            output::print(signature)
        }
    }
}
