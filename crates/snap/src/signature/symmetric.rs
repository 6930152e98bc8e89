//! HMAC-SHA512 with the client secret, taken as the bytes of its text.

use std::fmt;

use aws_lc_rs::hmac::{HMAC_SHA512, Key, sign, verify};

use super::{decode, pem};

/// Bytes in an HMAC-SHA512.
const LENGTH: usize = 64;

/// A client secret, made ready to check signatures with: whoever checks many with one secret makes it once.
pub struct SymmetricKey(Key);

impl SymmetricKey {
    /// The key that a secret is.
    pub fn new(secret: &str) -> Self {
        Self(Key::new(HMAC_SHA512, secret.as_bytes()))
    }

    /// Whether the signature, in bytes, is one of this text. Takes the same time wherever a wrong one differs.
    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        verify(&self.0, text.as_bytes(), signature).is_ok()
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey")
    }
}

/// The signature of a text by a secret, in base64 with padding.
pub fn hmac_sign(secret: &str, text: &str) -> String {
    pem::to_base64(sign(&Key::new(HMAC_SHA512, secret.as_bytes()), text.as_bytes()).as_ref())
}

/// Whether the signature, in base64 with or without padding or in hexadecimal, is one of this text by this secret.
/// Takes the same time wherever a wrong signature differs.
pub fn hmac_verify(secret: &str, text: &str, signature: &str) -> bool {
    bytes(signature).is_some_and(|signature| SymmetricKey::new(secret).verifies(text, &signature))
}

/// The bytes of a signature, if it has the length of one.
pub(super) fn bytes(signature: &str) -> Option<Vec<u8>> {
    decode(signature, LENGTH)
}
