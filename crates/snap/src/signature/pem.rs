//! PEM armour: base64 of DER between two lines that name what it is.
//!
//! Headers inside the armour and encrypted keys are not read.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD};

/// Characters in one line of the armour.
const LINE: usize = 64;

/// Base64 that does not mind whether padding is there.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The first block of that label, such as `PUBLIC KEY`, as DER. Blanks and line ends of any kind do not matter, nor
/// does a `\n` that a configuration left as two characters.
pub fn pem_to_der(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let base64: String = body.replace("\\r", "").replace("\\n", "").split_ascii_whitespace().collect();
    from_base64(&base64)
}

/// DER in the armour of that label, in lines of 64 characters with a line end after each.
pub fn der_to_pem(der: &[u8], label: &str) -> String {
    let base64 = to_base64(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Standard base64 with padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Standard base64 with or without padding.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}
