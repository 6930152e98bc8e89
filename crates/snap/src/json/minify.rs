//! Takes the insignificant blanks out of JSON text without reading it as JSON.
//!
//! The signature of a call covers this text, so the rule is one about bytes: space, tab, CR and LF go away outside
//! strings, and everything else stays, even in text that is not valid JSON.

use std::borrow::Cow;

use super::scan;

/// The text without blanks outside its strings; borrowed when there is none to take out.
pub fn minify(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = next_blank(text, 0) else { return Cow::Borrowed(text) };
    let mut out = Vec::with_capacity(text.len());
    let mut kept_from = 0;
    let mut blank = Some(first);
    while let Some(at) = blank {
        out.extend_from_slice(&text[kept_from..at]);
        kept_from = at + text[at..].iter().take_while(|byte| is_blank(**byte)).count();
        blank = next_blank(text, kept_from);
    }
    out.extend_from_slice(&text[kept_from..]);
    Cow::Owned(out)
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Where the next blank outside a string is, starting from a place that is outside one.
fn next_blank(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text[at..].iter().position(|byte| is_blank(*byte) || *byte == b'"')?;
        if text[at] != b'"' {
            return Some(at);
        }
        at = after_string(text, at + 1)?;
    }
}

/// The place after the closing quote of the string whose first byte is at `from`.
fn after_string(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += scan::special(text.get(at..)?, b'"')?;
        match text[at] {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            // Not JSON, and not this function's business.
            _ => at += 1,
        }
    }
}
