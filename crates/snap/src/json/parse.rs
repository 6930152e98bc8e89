//! Reads JSON strictly as RFC 8259 has it, and refuses what two readers could understand differently.
//!
//! UTF-8 only and no byte order mark, no duplicate names, no lone surrogates, no data after the value, limited
//! nesting. A limit on the size of the text is the caller's, who holds the bytes.

use std::fmt;

use super::{DEPTH_MAX, Object, Text, USUAL_MEMBERS, Value, scan};

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    offset: usize,
    reason: &'static str,
}

impl ParseError {
    /// The byte at which reading stopped, counted from zero.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong there, as a clause.
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.offset)
    }
}

impl std::error::Error for ParseError {}

/// Objects up to this size are searched for duplicate names member by member; larger ones are sorted.
const LINEAR_MAX: usize = 16;

/// Reads one JSON value that fills the whole text.
pub fn parse(bytes: &[u8]) -> Result<Value, ParseError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ParseError { offset: error.valid_up_to(), reason: "the text is not UTF-8" })?;
    if text.starts_with('\u{feff}') {
        return Err(ParseError { offset: 0, reason: "a byte order mark is not allowed" });
    }
    let mut parser = Parser { text, bytes, at: 0 };
    parser.skip_blanks();
    let value = parser.value(1)?;
    parser.skip_blanks();
    if parser.at < bytes.len() { parser.fail("there is something after the value") } else { Ok(value) }
}

struct Parser<'a> {
    /// The same text twice: as characters for copying runs, as bytes for looking at them.
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

type Parsed<T> = Result<T, ParseError>;

impl Parser<'_> {
    fn fail<T>(&self, reason: &'static str) -> Parsed<T> {
        Err(ParseError { offset: self.at, reason })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Takes the byte if it is next, after any blanks.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads a value that starts here; `depth` is what an array or object here would have.
    fn value(&mut self, depth: usize) -> Parsed<Value> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{' | b'[') if depth > DEPTH_MAX => self.fail("the value is nested too deeply"),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => self.fail("a value was expected"),
            None => self.fail("the text ends where a value was expected"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Parsed<Value> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return self.fail("a value was expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Parsed<Value> {
        self.at += 1;
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            self.skip_blanks();
            elements.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::Array(elements));
            }
            if !self.take(b',') {
                return self.fail("a comma or the end of the array was expected");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Parsed<Value> {
        let start = self.at;
        self.at += 1;
        if self.take(b'}') {
            return Ok(Value::Object(Object::new()));
        }
        let mut members: Vec<(Text, Value)> = Vec::with_capacity(USUAL_MEMBERS);
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return self.fail("a member name in double quotes was expected");
            }
            let name_at = self.at;
            let name = self.string()?;
            if members.len() < LINEAR_MAX && members.iter().any(|(other, _)| *other == name) {
                return Err(ParseError { offset: name_at, reason: DUPLICATE });
            }
            if !self.take(b':') {
                return self.fail("a colon was expected");
            }
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            members.push((name, value));
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return self.fail("a comma or the end of the object was expected");
            }
        }
        if members.len() > LINEAR_MAX && has_duplicate(&members) {
            return Err(ParseError { offset: start, reason: DUPLICATE });
        }
        Ok(Value::Object(Object { members }))
    }

    fn number(&mut self) -> Parsed<Value> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return self.fail("a digit was expected"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(Value::Number(self.text[start..self.at].into()))
    }

    /// Takes one digit or more.
    fn digits(&mut self) -> Parsed<()> {
        let count = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return self.fail("a digit was expected");
        }
        self.at += count;
        Ok(())
    }

    /// Reads the string whose opening quote is here. Runs without escapes are copied whole.
    fn string(&mut self) -> Parsed<Text> {
        self.at += 1;
        let mut out = Text::default();
        loop {
            let Some(length) = scan::special(&self.bytes[self.at..], b'"') else {
                self.at = self.bytes.len();
                return self.fail("the text ends inside a string");
            };
            // Both ends are ASCII bytes or the start of a run, so the slice lies on character boundaries.
            let plain = &self.text[self.at..self.at + length];
            self.at += length;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    if out.is_empty() {
                        return Ok(plain.into());
                    }
                    out.push_str(plain);
                    return Ok(out);
                }
                b'\\' => {
                    out.push_str(plain);
                    out.push(self.escape()?);
                }
                _ => return self.fail("a control character must be escaped inside a string"),
            }
        }
    }

    /// Reads the escape whose backslash is here.
    fn escape(&mut self) -> Parsed<char> {
        let character = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.fail("this escape does not exist"),
        };
        self.at += 2;
        Ok(character)
    }

    /// Reads `\uxxxx`, or the two of them that make up a character beyond the basic plane.
    fn unicode_escape(&mut self) -> Parsed<char> {
        let Some(first) = self.code_unit(self.at) else {
            return self.fail("four hexadecimal digits were expected");
        };
        if let Some(character) = char::from_u32(u32::from(first)) {
            self.at += 6;
            return Ok(character);
        }
        let second = self.code_unit(self.at + 6).unwrap_or(0);
        match char::decode_utf16([first, second]).next() {
            Some(Ok(character)) => {
                self.at += 12;
                Ok(character)
            }
            _ => self.fail("half of a surrogate pair stands alone"),
        }
    }

    /// The code unit written `\uxxxx` at that place.
    fn code_unit(&self, at: usize) -> Option<u16> {
        let hex = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        hex.iter().try_fold(0u16, |unit, byte| {
            let digit = char::from(*byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
            Some(unit << 4 | digit)
        })
    }
}

const DUPLICATE: &str = "two members of one object have the same name";

/// Sorting keeps a hostile body of many thousand names from costing its square.
fn has_duplicate(members: &[(Text, Value)]) -> bool {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
