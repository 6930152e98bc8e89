//! `lunas verify`: checks a signature as the other side would, and says which reading of the call it fits.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_client::{NotificationVerifier, PathReading, ReceivedNotification};
use lunas_snap::json;
use lunas_snap::signature::{
    NotificationCheck, Reading, TransactionCheck, VerifyingKey, hmac_verify, notification_text, token_text,
    transaction_text,
};
use serde_json::json;

use super::sign::{Body, NotificationParts, TokenParts, TransactionParts};
use crate::verdict::{Error, Verdict, say};
use crate::{input, output};

/// Check the signature of a call
#[derive(Subcommand, Debug)]
pub(crate) enum Verify {
    Token(VerifyToken),
    Transaction(VerifyTransaction),
    Notification(VerifyNotification),
}

/// Check the signature of a request for an access token
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas verify token --client-id G1234325-SNAP --key merchant-public.pem --timestamp 2023-07-31T07:10:00+07:00 --signature SIGNATURE"
)]
pub(crate) struct VerifyToken {
    #[command(flatten)]
    parts: TokenParts,
    /// The merchant's public key or a certificate with it, PEM or DER
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    common: VerifyOptions,
}

/// Check the signature of a transaction
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas verify transaction --path /v1.0/debit/status --token TOKEN --secret SECRET --body body.json --timestamp 2024-10-07T15:45:22+07:00 --signature SIGNATURE"
)]
pub(crate) struct VerifyTransaction {
    #[command(flatten)]
    parts: TransactionParts,
    #[command(flatten)]
    common: VerifyOptions,
}

/// Check the signature of a notification
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas verify notification --key gateway-public.pem --body notification.json --timestamp 2024-10-07T15:45:22+07:00 --signature SIGNATURE"
)]
pub(crate) struct VerifyNotification {
    #[command(flatten)]
    parts: NotificationParts,
    /// The gateway's public key or a certificate with it, PEM or DER
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    common: VerifyOptions,
}

/// What is checked and what to print.
#[derive(Args, Debug)]
struct VerifyOptions {
    /// X-TIMESTAMP, exactly as it was sent
    #[arg(long)]
    timestamp: String,
    /// X-SIGNATURE
    #[arg(long)]
    signature: String,
    /// Show on stderr what should have been signed
    #[arg(long, short)]
    verbose: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The text a signature should be of, and the reading that it was found to be of.
struct Checked {
    text: String,
    reading: Option<&'static str>,
}

impl Verify {
    /// Checks and prints.
    pub(crate) fn run(self) -> Result<Verdict, Error> {
        let (checked, common) = match self {
            Self::Token(VerifyToken { parts, key, common }) => {
                parts.oddities(&common.timestamp).tell();
                let text = token_text(&parts.client_id, &common.timestamp);
                let matches = input::public_key(&key)?.verify(&text, &common.signature);
                (Checked { text, reading: matches.then_some("client id and timestamp") }, common)
            }
            Self::Transaction(VerifyTransaction { parts, common }) => (transaction(&parts, &common)?, common),
            Self::Notification(VerifyNotification { parts, key, common }) => {
                (notification(&parts, &input::public_key(&key)?, &common)?, common)
            }
        };
        if common.verbose {
            say(&format!("string to sign  {}", checked.text));
        }
        if common.json {
            let Checked { text, reading } = &checked;
            output::print_json(
                &json!({"matches": reading.is_some(), "reading": reading, "stringToSign": text}),
            )?;
        } else {
            output::print(&match checked.reading {
                Some(reading) => format!("the signature matches: {reading}"),
                None => "the signature does not match under any reading".to_owned(),
            })?;
        }
        Ok(Verdict::from(checked.reading.is_some()))
    }
}

fn transaction(parts: &TransactionParts, common: &VerifyOptions) -> Result<Checked, Error> {
    let body = parts.body.read()?;
    parts.oddities(&common.timestamp, &body).tell();
    let method = parts.method.to_ascii_uppercase();
    let text = transaction_text(&method, &parts.path, &parts.token, &body.hash(), &common.timestamp);
    let raw_body = match body {
        Body::Bytes(bytes) => bytes,
        Body::Hash(_) => {
            let matches = hmac_verify(&parts.secret, &text, &common.signature);
            return Ok(Checked { text, reading: matches.then_some("the given body hash") });
        }
    };
    let check = TransactionCheck {
        method: &method,
        path: &parts.path,
        token: &parts.token,
        raw_body: &raw_body,
        timestamp: &common.timestamp,
        signature: &common.signature,
    };
    let reading = check.verify(&[&parts.secret], json::parse(&raw_body).ok().as_ref());
    let reading = reading.map(|reading| match reading {
        Reading::Minified => "the minified body",
        Reading::Raw => "the body as it was sent, with its blanks",
        Reading::Reemitted => "the body written anew, slashes and Unicode unescaped",
    });
    Ok(Checked { text, reading })
}

fn notification(
    parts: &NotificationParts,
    key: &VerifyingKey,
    common: &VerifyOptions,
) -> Result<Checked, Error> {
    let body = parts.body.read()?;
    parts.oddities(&common.timestamp, &body).tell();
    let method = parts.method.to_ascii_uppercase();
    let text = notification_text(&method, &parts.path, &body.hash(), &common.timestamp);
    let raw_body = match body {
        Body::Bytes(bytes) => bytes,
        Body::Hash(_) => {
            let matches = key.verify(&text, &common.signature);
            return Ok(Checked { text, reading: matches.then_some("the given body hash") });
        }
    };
    let check = NotificationCheck {
        method: &method,
        path: &parts.path,
        raw_body: &raw_body,
        timestamp: &common.timestamp,
        signature: &common.signature,
    };
    if check.verify(&[key]) {
        return Ok(Checked { text, reading: Some("the given path") });
    }
    let verifier = NotificationVerifier::new([key.to_pem()])
        .map_err(|source| Error::because("the key is broken", source))?;
    let received = ReceivedNotification::new(&parts.path, &common.timestamp, &common.signature, &raw_body);
    let reading = verifier.reading(&received).ok().map(|reading| match reading {
        PathReading::Appended => "the path without the merchant's prefix",
        PathReading::Full => "the given path",
        PathReading::WithoutVersion => "the path without its version",
    });
    Ok(Checked { text, reading })
}
