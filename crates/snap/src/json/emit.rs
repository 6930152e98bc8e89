//! Writes values as compact JSON, with the escapes that PHP's encoder chooses, or none but those that JSON asks for.
//!
//! Nothing is ever pretty-printed here: what is sent is what is signed.

use super::{Object, Value, scan};

/// Non-ASCII characters as they are, save the two line separators, which PHP escapes even then.
pub(super) fn compact(value: &Value) -> String {
    let mut out = String::with_capacity(CAPACITY);
    write(value, Charset::Unicode, &mut out);
    out
}

/// The same of a list whose elements stand apart.
pub(super) fn compact_list<'v>(elements: impl Iterator<Item = &'v Value>) -> String {
    let mut out = String::with_capacity(CAPACITY);
    write_list(elements, Charset::Unicode, &mut out);
    out
}

/// Non-ASCII characters as `\uxxxx`.
pub(super) fn ascii(value: &Value) -> String {
    let mut out = String::with_capacity(CAPACITY);
    write(value, Charset::Ascii, &mut out);
    out
}

/// Nothing escaped but what JSON asks for, as JavaScript writes it.
pub(super) fn raw(value: &Value) -> String {
    let mut out = String::with_capacity(CAPACITY);
    write(value, Charset::Raw, &mut out);
    out
}

/// Non-ASCII characters as `\uxxxx` and slashes as `\/`, as PHP writes them unless it is told not to.
pub(super) fn escaped(value: &Value) -> String {
    let mut out = String::with_capacity(CAPACITY);
    write(value, Charset::Escaped, &mut out);
    out
}

/// Enough for a usual answer, so that writing one allocates once.
const CAPACITY: usize = 512;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Charset {
    Unicode,
    Ascii,
    Raw,
    Escaped,
}

fn write(value: &Value, charset: Charset, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(text) => out.push_str(text),
        Value::String(text) => write_string(text, charset, out),
        Value::Array(elements) => write_list(elements.iter(), charset, out),
        Value::Object(object) => write_object(object, charset, out),
    }
}

fn write_list<'v>(elements: impl Iterator<Item = &'v Value>, charset: Charset, out: &mut String) {
    out.push('[');
    for (at, element) in elements.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(element, charset, out);
    }
    out.push(']');
}

fn write_object(object: &Object, charset: Charset, out: &mut String) {
    out.push('{');
    for (at, (name, value)) in object.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_string(name, charset, out);
        out.push(':');
        write(value, charset, out);
    }
    out.push('}');
}

/// Copies runs of plain text whole and stops only at what may need an escape.
fn write_string(text: &str, charset: Charset, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = special(rest.as_bytes(), charset) {
        let (plain, from_special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = from_special.chars();
        let Some(special) = chars.next() else { break };
        write_special(special, charset, out);
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Where the first character that may need an escape starts. U+2028 and U+2029 start with 0xe2.
fn special(bytes: &[u8], charset: Charset) -> Option<usize> {
    match charset {
        Charset::Unicode => scan::special(bytes, 0xe2),
        Charset::Ascii => bytes.iter().position(|b| matches!(b, 0..=0x1f | b'"' | b'\\' | 0xc2..=0xf4)),
        Charset::Raw => bytes.iter().position(|b| matches!(b, 0..=0x1f | b'"' | b'\\')),
        Charset::Escaped => {
            bytes.iter().position(|b| matches!(b, 0..=0x1f | b'"' | b'\\' | b'/' | 0xc2..=0xf4))
        }
    }
}

fn write_special(special: char, charset: Charset, out: &mut String) {
    match special {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => write_utf16(special, out),
        '/' => out.push_str("\\/"),
        _ if charset != Charset::Unicode => write_utf16(special, out),
        _ => out.push(special),
    }
}

fn write_utf16(character: char, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for unit in character.encode_utf16(&mut [0; 2]) {
        out.push_str("\\u");
        for shift in [12, 8, 4, 0] {
            out.push(HEX[usize::from(*unit >> shift & 0xf)]);
        }
    }
}
