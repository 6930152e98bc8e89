//! Finds the bytes at which a string has to be looked at more closely, eight bytes at a time.
//!
//! Most of a body is plain text inside strings, and every body is read, hashed and written.

/// The low bit of each byte of a word.
const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
/// The high bit of each.
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Where the first quote, backslash, control character or `other` byte is.
pub(super) fn special(bytes: &[u8], other: u8) -> Option<usize> {
    let is_special = |byte: u8| byte < 0x20 || matches!(byte, b'"' | b'\\') || byte == other;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let below = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = below | zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
        let found = found | zeros(word ^ (ONES * u64::from(other)));
        if found != 0 {
            // A subtraction borrows only from the bytes above, so the lowest one found is right.
            return usize::try_from(found.trailing_zeros() / 8).ok().map(|within| at * 8 + within);
        }
    }
    let at = rest.iter().position(|byte| is_special(*byte))?;
    Some(words.len() * 8 + at)
}

/// Marks the high bit of the lowest byte that is zero, and perhaps of bytes above it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_looking_at_each_byte_finds(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x1f), Just(b' '), Just(b'"'), Just(b'\\')], 0..40),
            plain in 0_usize..40,
            other in prop_oneof![Just(b'"'), Just(0xe2_u8), any::<u8>()],
        ) {
            let text = [vec![b'a'; plain], bytes].concat();
            let expected = text.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\' || *b == other);
            prop_assert_eq!(special(&text, other), expected);
        }
    }
}
