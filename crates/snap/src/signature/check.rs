//! Verifying a received call against every body text its sender may have meant.
//!
//! The standard signs the minified body. Some senders sign the bytes as they go out, and the PHP SDK signs one
//! spelling (slashes and Unicode as they are) and sends another (both escaped). Trying these readings in turn is
//! safe: each means the same JSON, and each still needs the secret.

use lunas_vocab::hex;

use super::{
    SymmetricKey, VerifyingKey, body_digest, body_hash, notification_text, symmetric, transaction_text,
};
use crate::json;

/// Which text of the body a signature was made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The received bytes without insignificant blanks, as the standard says.
    Minified,
    /// The received bytes.
    Raw,
    /// The parsed value written anew, as [`json::Value::to_compact`] writes it.
    Reemitted,
}

/// The parts of a transaction call that its signature covers, and the signature.
#[derive(Clone, Copy)]
pub struct TransactionCheck<'a> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// Path and query as received, without the host.
    pub path: &'a str,
    /// The access token without `Bearer`.
    pub token: &'a str,
    /// The body as received.
    pub raw_body: &'a [u8],
    /// The `X-TIMESTAMP` header as received.
    pub timestamp: &'a str,
    /// The `X-SIGNATURE` header as received.
    pub signature: &'a str,
}

impl TransactionCheck<'_> {
    /// The reading under which one of the secrets made the signature; none means the call is not authentic.
    ///
    /// `parsed` is the body as JSON, if it is any; without it the re-emitted reading is not tried.
    pub fn verify(&self, secrets: &[&str], parsed: Option<&json::Value>) -> Option<Reading> {
        let keys: Vec<SymmetricKey> = secrets.iter().map(|secret| SymmetricKey::new(secret)).collect();
        self.verify_with(&keys, parsed)
    }

    /// As [`TransactionCheck::verify`], with keys that are ready.
    pub fn verify_with(&self, keys: &[SymmetricKey], parsed: Option<&json::Value>) -> Option<Reading> {
        let minified = json::minify(self.raw_body);
        let signature = symmetric::bytes(self.signature)?;
        let matches = |hash: &[u8; 32]| {
            let text = self.text(&hex(hash));
            // Every secret is tried, so that the time taken does not tell which of them is in use.
            keys.iter().fold(false, |any, key| key.verifies(&text, &signature) | any)
        };
        if matches(&body_digest(&minified)) {
            return Some(Reading::Minified);
        }
        let is_new = *minified != *self.raw_body;
        if is_new && matches(&body_digest(self.raw_body)) {
            return Some(Reading::Raw);
        }
        let reemitted = parsed?.to_compact().into_bytes();
        let is_new = reemitted != *minified && reemitted != self.raw_body;
        (is_new && matches(&body_digest(&reemitted))).then_some(Reading::Reemitted)
    }

    /// The text to sign for a body of that hash.
    pub fn text(&self, body_hash_hex: &str) -> String {
        transaction_text(self.method, self.path, self.token, body_hash_hex, self.timestamp)
    }
}

/// The parts of a notification that its signature covers, and the signature.
#[derive(Clone, Copy)]
pub struct NotificationCheck<'a> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The path after the merchant's own prefix, such as `/v1.0/debit/notify`.
    pub path: &'a str,
    /// The body as received.
    pub raw_body: &'a [u8],
    /// The `X-TIMESTAMP` header as received.
    pub timestamp: &'a str,
    /// The `X-SIGNATURE` header as received.
    pub signature: &'a str,
}

impl NotificationCheck<'_> {
    /// Whether one of the gateway's keys made the signature. Two are given while a key is being replaced.
    pub fn verify(&self, keys: &[&VerifyingKey]) -> bool {
        let matches = |body: &[u8]| {
            let text = self.text(&body_hash(body));
            keys.iter().any(|key| key.verify(&text, self.signature))
        };
        let minified = json::minify(self.raw_body);
        matches(&minified) || (*minified != *self.raw_body && matches(self.raw_body))
    }

    /// The text to sign for a body of that hash.
    pub fn text(&self, body_hash_hex: &str) -> String {
        notification_text(self.method, self.path, body_hash_hex, self.timestamp)
    }
}
