//! Fields as a code strings them together: two digits of a tag, two digits of a length, and the value.

use super::error::PayloadError;

/// The most characters of one value: its length has two digits.
const VALUE_MAX: usize = 99;

/// Appends fields to a text.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    /// One field more. Values are printable ASCII by now and short enough.
    pub(super) fn with(mut self, tag: &str, value: &str) -> Self {
        debug_assert!(value.is_ascii() && value.len() <= VALUE_MAX, "{tag} fits its length");
        self.text.push_str(&format!("{tag}{:02}{value}", value.len()));
        self
    }

    /// One field more, if there is a value for it.
    pub(super) fn with_some(self, tag: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(tag, &value),
            None => self,
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// The fields of a text, each tag at most once.
pub(super) struct Fields<'a>(Vec<(&'a str, &'a str)>);

/// Splits a text behind so much of it, if it has as much.
pub(super) type Split = fn(&str, usize) -> Option<(&str, &str)>;

/// Lengths are bytes.
pub(super) fn by_bytes(text: &str, length: usize) -> Option<(&str, &str)> {
    text.split_at_checked(length)
}

/// Lengths are characters.
pub(super) fn by_characters(text: &str, length: usize) -> Option<(&str, &str)> {
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    text.split_at_checked(ends.nth(length)?)
}

/// The first field of a text, and what is behind it.
fn next(text: &str, split: Split) -> Result<(&str, &str, &str), PayloadError> {
    let (tag, rest) = split(text, 2).ok_or(PayloadError::CutShort)?;
    let (length, rest) = split(rest, 2).ok_or(PayloadError::CutShort)?;
    if !is_digits(tag) || !is_digits(length) {
        return Err(PayloadError::NotFields);
    }
    let length = length.parse().map_err(|_| PayloadError::NotFields)?;
    let (value, rest) = split(rest, length).ok_or(PayloadError::CutShort)?;
    Ok((tag, value, rest))
}

/// Walks over all fields of a text, whatever they are, and gives the first.
pub(super) fn walk(mut text: &str, split: Split) -> Result<Option<(&str, &str)>, PayloadError> {
    let mut first = None;
    while !text.is_empty() {
        let (tag, value, rest) = next(text, split)?;
        first.get_or_insert((tag, value));
        text = rest;
    }
    Ok(first)
}

impl<'a> Fields<'a> {
    /// Takes a text apart. The text is ASCII, so a byte is a character.
    pub(super) fn read(mut text: &'a str) -> Result<Self, PayloadError> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        while !text.is_empty() {
            let (tag, value, rest) = next(text, by_bytes)?;
            if fields.iter().any(|(known, _)| *known == tag) {
                return Err(PayloadError::Twice(tag.to_owned()));
            }
            fields.push((tag, value));
            text = rest;
        }
        Ok(Self(fields))
    }

    /// The value of a tag, if it is there and not empty.
    pub(super) fn get(&self, tag: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, value)| *known == tag && !value.is_empty()).map(|(_, value)| *value)
    }

    /// The first tag, if there is one.
    pub(super) fn first(&self) -> Option<&'a str> {
        self.0.first().map(|(tag, _)| *tag)
    }
}

/// Whether a text is ASCII digits and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
