//! HMAC-SHA512 with the client secret, taken as the bytes of its text.

use aws_lc_rs::hmac::{HMAC_SHA512, Key, sign, verify};

use super::{decode, pem};

/// Bytes in an HMAC-SHA512.
const LENGTH: usize = 64;

/// The signature of a text by a secret, in base64 with padding.
pub fn hmac_sign(secret: &str, text: &str) -> String {
    pem::to_base64(sign(&Key::new(HMAC_SHA512, secret.as_bytes()), text.as_bytes()).as_ref())
}

/// Whether the signature, in base64 with or without padding or in hexadecimal, is one of this text by this secret.
/// Takes the same time wherever a wrong signature differs.
pub fn hmac_verify(secret: &str, text: &str, signature: &str) -> bool {
    bytes(signature).is_some_and(|signature| verify_bytes(secret, text, &signature))
}

/// The bytes of a signature, if it has the length of one.
pub(super) fn bytes(signature: &str) -> Option<Vec<u8>> {
    decode(signature, LENGTH)
}

/// As [`hmac_verify`], for a signature that is decoded already.
pub(super) fn verify_bytes(secret: &str, text: &str, signature: &[u8]) -> bool {
    verify(&Key::new(HMAC_SHA512, secret.as_bytes()), text.as_bytes(), signature).is_ok()
}
