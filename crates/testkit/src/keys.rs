//! Keys that every test's sandbox has. Making them anew would take longer than all the rest of a start. They are
//! printed with the sources, so they protect nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lunas_sandbox::KeyPairs;
use lunas_vocab::Secret;

/// The ready-made keys.
pub(crate) fn ready_made() -> KeyPairs {
    KeyPairs {
        merchant: der(include_str!("../assets/merchant.pem")),
        bank: der(include_str!("../assets/bank.pem")),
        notification: der(include_str!("../assets/notification.pem")),
    }
}

/// What is between the lines of a PEM.
fn der(pem: &str) -> Secret<Vec<u8>> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    Secret::new(BASE64.decode(text).expect("the files are PEM"))
}
