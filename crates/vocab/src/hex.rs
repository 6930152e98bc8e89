//! Bytes as hexadecimal text.

/// Two lower-case digits for each byte.
///
/// ```
/// assert_eq!(lunas_vocab::hex(&[0x00, 0x9a, 0xff]), "009aff");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
    text
}
