//! The signatures of BI-SNAP: what text is signed, and how.
//!
//! | scheme | calls | algorithm | text |
//! |---|---|---|---|
//! | token | access token | RSA, SHA-256 | [`token_text`] |
//! | transaction | every other inbound call | HMAC-SHA512 with the client secret | [`transaction_text`] |
//! | notification | every outbound call | RSA, SHA-256 | [`notification_text`] |
//! | seamless | account linking | RSA, SHA-256 | the data before URL encoding |
//!
//! Signatures are written in base64; hexadecimal is read as well. Whether a timestamp is fresh and whose key or
//! secret counts is the caller's to know.

mod check;
mod key;
mod pem;
mod symmetric;
#[cfg(test)]
mod tests;

pub use check::{NotificationCheck, Reading, TransactionCheck};
pub use key::{KeyError, SigningKey, VerifyingKey};
pub use pem::{der_to_pem, pem_to_der};
pub use symmetric::{SymmetricKey, hmac_sign, hmac_verify};

use aws_lc_rs::digest::{SHA256, digest};
use lunas_vocab::hex;

/// What a token request signs: client id, a pipe, the `X-TIMESTAMP` header as sent.
pub fn token_text(client_id: &str, timestamp: &str) -> String {
    [client_id, timestamp].join("|")
}

/// What a transaction request signs.
///
/// The path has its query if there is one and no host; the token stands without `Bearer`; the body's hash is that of
/// the minified body, see [`body_hash`]; the timestamp is the header as sent.
pub fn transaction_text(
    method: &str,
    path: &str,
    token: &str,
    body_hash_hex: &str,
    timestamp: &str,
) -> String {
    [method, path, token, body_hash_hex, timestamp].join(":")
}

/// What a notification signs: as a transaction does, without a token. The path is the part after the merchant's own
/// prefix.
pub fn notification_text(method: &str, path: &str, body_hash_hex: &str, timestamp: &str) -> String {
    [method, path, body_hash_hex, timestamp].join(":")
}

/// The SHA-256 of a body that is minified already, in lower-case hexadecimal. An absent body hashes as no bytes.
pub fn body_hash(minified: &[u8]) -> String {
    hex(&body_digest(minified))
}

/// The SHA-256 of a text, as bytes.
pub(crate) fn body_digest(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text).as_ref());
    bytes
}

/// The bytes of a signature of a known length, from base64 with or without padding or from hexadecimal.
fn decode(signature: &str, length: usize) -> Option<Vec<u8>> {
    let signature = signature.trim();
    let bytes = if signature.len() == length * 2 { from_hex(signature) } else { None };
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => pem::from_base64(signature)?,
    };
    (bytes.len() == length).then_some(bytes)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}
