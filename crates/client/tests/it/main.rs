//! The SDK against a gateway made of a socket and a script, and against notifications signed here.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the cases that it is about; what it leaves out, the product's own matches do not"
)]
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod authorizations;
mod balance;
mod calls;
mod history;
mod notification;
mod products;
mod server;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use lunas_snap::signature::{SigningKey, der_to_pem};

/// A private key of this test run, as PEM. Making one takes a moment, so the tests share it.
fn private_key_pem() -> &'static str {
    static PEM: std::sync::LazyLock<String> = std::sync::LazyLock::new(new_private_key_pem);
    &PEM
}

fn new_private_key_pem() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    der_to_pem(der.as_ref(), "PRIVATE KEY")
}

fn signing_key() -> SigningKey {
    SigningKey::from_pem(private_key_pem()).unwrap()
}
