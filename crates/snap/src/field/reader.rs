//! The reader of one object: each call yields a field of one type, or leaves a fault behind and yields nothing.
//!
//! A call whose name ends in `_optional` yields nothing for an absent field without a fault; the others take absence
//! as a fault. Which fields a message has is [`crate::message`]'s to know.

use std::borrow::Cow;
use std::fmt;

use lunas_vocab::{Currency, Money};

use super::shape::MONEY_MAX;
use super::{BODY, Codec, Faults, Field, FieldError};
use crate::json::{Object, Value};

/// The most characters of a time; the longest form has nine decimals of a second, an offset and the name of a zone.
pub(super) const TIME_MAX: usize = 64;

/// Reads the fields of one object.
pub struct Reader<'a> {
    object: Option<&'a Object>,
    path: Path<'a>,
    faults: &'a Faults,
}

/// Where an object stands in the body. It is spelled out only when there is a fault.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, &'a str, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = |parent: &Path<'_>| if matches!(parent, Path::Root) { "" } else { "." };
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}{}{name}", dot(parent)),
            Self::Element(parent, name, at) => write!(f, "{parent}{}{name}[{at}]", dot(parent)),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn root(body: &'a Value, faults: &'a Faults) -> Option<Self> {
        match as_object(body) {
            Some(object) => Some(Self { object, path: Path::Root, faults }),
            None => {
                faults.add(FieldError::format(BODY, "an object was expected"));
                None
            }
        }
    }

    /// The value of a field as it is, unless it is absent or null.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|value| **value != Value::Null)
    }

    /// Whether there is something under that name: not null, not an empty text, not an empty array.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| !is_empty(value))
    }

    /// The first of these names under which there is something; the first of all if there is nothing under any.
    ///
    /// For fields that are documented under two names.
    pub fn first_of<'n>(&self, names: &[&'n str]) -> &'n str {
        names.iter().find(|name| self.has(name)).or(names.first()).copied().unwrap_or_default()
    }

    /// A member as it is declared: under its own path, or else the first other one under which there is something.
    pub(crate) fn field<C: Codec>(&self, field: &Field) -> Option<C::Value> {
        let mut others = field.others.iter().copied();
        let is_there = |path: &str| self.below(path, |around, name| around.has(name));
        let path = match field.others {
            [] => field.path,
            _ if is_there(field.path) => field.path,
            _ => others.find(|path| is_there(path)).unwrap_or(field.path),
        };
        let max = field.length_max.unwrap_or(usize::MAX);
        self.below(path, |around, name| C::read(around, name, max))
    }

    /// The object around the end of a path, and the name that is left of it.
    fn below<T>(&self, path: &str, read: impl FnOnce(&Reader<'_>, &str) -> T) -> T {
        match path.split_once('.') {
            Some((outer, rest)) => self.section(outer).below(rest, read),
            None => read(self, path),
        }
    }

    /// Notes that a mandatory field is missing.
    pub fn missing(&self, name: &str) {
        self.faults.add(FieldError::missing(self.path_of(name)));
    }

    /// Notes that the object itself is missing.
    pub(crate) fn missing_itself(&self) {
        self.faults.add(FieldError::missing(self.path.to_string()));
    }

    /// Whether there is no object.
    pub(crate) fn is_absent(&self) -> bool {
        self.object.is_none()
    }

    /// Notes that a field is not what it should be; the reason is a clause that says what it should be.
    pub fn malformed(&self, name: &str, reason: impl Into<Cow<'static, str>>) {
        self.faults.add(FieldError::format(self.path_of(name), reason));
    }

    /// A text that is not empty, of at most `max` characters.
    pub fn text(&self, name: &str, max: usize) -> Option<String> {
        self.str(name, max, Scalar::Text).map(str::to_owned)
    }

    /// As [`Reader::text`], if the field is there.
    pub fn text_optional(&self, name: &str, max: usize) -> Option<String> {
        self.optional(name, |reader| reader.text(name, max))
    }

    /// A text of at most `max` characters that has to be there but may be empty.
    pub fn text_or_empty(&self, name: &str, max: usize) -> Option<String> {
        match self.value(name) {
            Some(Value::String(text)) if text.is_empty() => Some(String::new()),
            _ => self.text(name, max),
        }
    }

    /// A text, or a number as it was spelled.
    pub fn text_or_number(&self, name: &str, max: usize) -> Option<String> {
        self.str(name, max, Scalar::TextOrNumber).map(str::to_owned)
    }

    /// As [`Reader::text_or_number`], if the field is there.
    pub fn text_or_number_optional(&self, name: &str, max: usize) -> Option<String> {
        self.optional(name, |reader| reader.text_or_number(name, max))
    }

    /// A text of at most `max` characters that `parse` understands; its error is the reason given for a refusal.
    pub fn parsed<T, E: fmt::Display>(
        &self,
        name: &str,
        max: usize,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.str(name, max, Scalar::Text)?;
        parse(text).map_err(|error| self.malformed(name, error.to_string())).ok()
    }

    /// As [`Reader::parsed`], if the field is there.
    pub fn parsed_optional<T, E: fmt::Display>(
        &self,
        name: &str,
        max: usize,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.optional(name, |reader| reader.parsed(name, max, parse))
    }

    /// A money object: a decimal text `value` and a `currency`. No request may name more than [`Money::AMOUNT_MAX`].
    pub fn money(&self, name: &str) -> Option<Money> {
        self.money_within(name, |_| None)
    }

    /// As [`Reader::money`]; `refuse` gives the reason why an amount will not do, which is noted on `value`.
    pub fn money_within(
        &self,
        name: &str,
        refuse: impl FnOnce(Money) -> Option<&'static str>,
    ) -> Option<Money> {
        self.object(name, |money| {
            let amount = money.parsed("value", MONEY_MAX, Money::parse_idr);
            let currency =
                money.parsed("currency", 3, |code| Currency::parse(code).ok_or("the only currency is IDR"));
            // The rupiah is the only currency there is, so a readable currency says no more about the amount.
            let (amount, _) = (amount?, currency?);
            let too_much = || {
                let is_too_much = !self.faults.lenient && amount.minor() > Money::AMOUNT_MAX.minor();
                is_too_much.then_some("the amount must not be more than 99999999999.00")
            };
            match refuse(amount).or_else(too_much) {
                Some(reason) => {
                    money.malformed("value", reason);
                    None
                }
                None => Some(amount),
            }
        })
    }

    /// An object, read by `build`.
    pub fn object<T>(&self, name: &str, build: impl FnOnce(&Reader<'_>) -> Option<T>) -> Option<T> {
        match self.value(name).filter(|value| !is_empty(value)).map(as_object) {
            None | Some(Some(None)) => self.missing(name),
            Some(None) => self.malformed(name, "an object was expected"),
            Some(Some(object)) => {
                return build(&Reader { object, path: Path::Member(&self.path, name), faults: self.faults });
            }
        }
        None
    }

    /// As [`Reader::object`], if the field is there.
    pub fn object_optional<T>(&self, name: &str, build: impl FnOnce(&Reader<'_>) -> Option<T>) -> Option<T> {
        self.optional(name, |reader| reader.object(name, build))
    }

    /// An object whose fields are all optional, as a reader that finds nothing when the object is absent.
    pub fn section<'s>(&'s self, name: &'s str) -> Reader<'s> {
        let object = self.value(name).and_then(|value| {
            let object = as_object(value);
            if object.is_none() && !is_empty(value) && !self.faults.lenient {
                self.malformed(name, "an object was expected");
            }
            object.flatten()
        });
        Reader { object, path: Path::Member(&self.path, name), faults: self.faults }
    }

    /// Everything that is there.
    pub(crate) fn whole(&self) -> Object {
        self.object.cloned().unwrap_or_default()
    }

    /// A section, or with an empty name the object itself.
    pub(crate) fn place<'s>(&'s self, name: &'s str) -> Reader<'s> {
        match name {
            "" => Reader { object: self.object, path: self.path, faults: self.faults },
            _ => self.section(name),
        }
    }

    /// An object kept as it is. The members are not looked at.
    pub fn any_object_optional(&self, name: &str) -> Option<Value> {
        match self.value(name).map(as_object)? {
            Some(Some(object)) => Some(Value::Object(object.clone())),
            Some(None) => Some(Value::Object(Object::new())),
            None => self.optional(name, |reader| {
                reader.malformed(name, "an object was expected");
                None
            }),
        }
    }

    /// A list of objects that is not empty, each read by `build`. One object alone is a list of one.
    pub fn list<T>(&self, name: &str, build: impl Fn(&Reader<'_>) -> Option<T>) -> Option<Vec<T>> {
        match self.value(name) {
            None => self.missing(name),
            Some(value) if is_empty(value) => self.missing(name),
            Some(Value::Object(_)) => return self.object(name, build).map(|only| vec![only]),
            Some(Value::Array(elements)) => return self.elements(name, elements, build),
            Some(_) => self.malformed(name, "an array of objects was expected"),
        }
        None
    }

    /// As [`Reader::list`]; an absent or empty field is an empty list.
    pub fn list_optional<T>(&self, name: &str, build: impl Fn(&Reader<'_>) -> Option<T>) -> Vec<T> {
        self.optional(name, |reader| reader.list(name, build)).unwrap_or_default()
    }

    /// A list of texts, each of at most `max` characters. One text alone is a list of one.
    pub fn texts_optional(&self, name: &str, max: usize) -> Vec<String> {
        let read = |reader: &Reader<'_>| {
            let value = reader.value(name)?;
            let elements = value.as_array().unwrap_or(std::slice::from_ref(value));
            let texts = elements.iter().map(|element| {
                element.as_str().filter(|text| text.chars().count() <= max).map(str::to_owned)
            });
            texts.collect::<Option<Vec<_>>>().or_else(|| {
                reader.malformed(name, format!("texts of at most {max} characters were expected"));
                None
            })
        };
        self.optional(name, read).unwrap_or_default()
    }

    /// Reads every element even when one has a fault, so that a missing field in a later one is found.
    fn elements<T>(
        &self,
        name: &str,
        elements: &[Value],
        build: impl Fn(&Reader<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut out = Vec::with_capacity(elements.len());
        for (at, element) in elements.iter().enumerate() {
            let path = Path::Element(&self.path, name, at);
            match as_object(element) {
                Some(object) => out.extend(build(&Reader { object, path, faults: self.faults })),
                None => self.faults.add(FieldError::format(path.to_string(), "an object was expected")),
            }
        }
        (out.len() == elements.len()).then_some(out)
    }

    /// Reads a field that may be absent. In lenient reading a fault in it counts as absence.
    pub(crate) fn optional<T>(&self, name: &str, read: impl FnOnce(&Reader<'_>) -> Option<T>) -> Option<T> {
        if !self.has(name) {
            return None;
        }
        self.tolerant(read)
    }

    /// In lenient reading what has a fault is absent.
    pub(crate) fn tolerant<T>(&self, read: impl FnOnce(&Reader<'_>) -> Option<T>) -> Option<T> {
        if !self.faults.lenient {
            return read(self);
        }
        let faults = Faults { lenient: true, ..Faults::default() };
        let value = read(&Reader { object: self.object, path: self.path, faults: &faults });
        value.filter(|_| faults.first().is_none())
    }

    /// The text of a field that is not empty.
    fn str(&self, name: &str, max: usize, scalar: Scalar) -> Option<&'a str> {
        let numbers_pass = scalar == Scalar::TextOrNumber || self.faults.lenient;
        let text = match self.value(name) {
            Some(Value::String(text)) => text.as_str(),
            Some(Value::Number(text)) if numbers_pass => text,
            Some(_) => {
                self.malformed(name, scalar.expected());
                return None;
            }
            None => "",
        };
        if text.is_empty() {
            self.missing(name);
            None
        } else if !self.faults.lenient && text.len() > max && text.chars().count() > max {
            self.malformed(name, format!("at most {max} characters are allowed"));
            None
        } else if !self.faults.lenient && text.bytes().any(is_unprintable) {
            self.malformed(name, "control characters are not allowed");
            None
        } else {
            Some(text)
        }
    }

    fn path_of(&self, name: &str) -> String {
        Path::Member(&self.path, name).to_string()
    }
}

/// Which JSON types a text may come as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scalar {
    Text,
    TextOrNumber,
}

impl Scalar {
    fn expected(self) -> &'static str {
        match self {
            Self::Text => "a string was expected",
            Self::TextOrNumber => "a string or a number was expected",
        }
    }
}

/// An object, or PHP's `[]` for one without members; nothing for any other value.
fn as_object(value: &Value) -> Option<Option<&Object>> {
    match value {
        Value::Object(object) => Some(Some(object)),
        Value::Array(elements) => elements.is_empty().then_some(None),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Whether a byte is an ASCII control character other than a tab or a line end. A NUL could not even be stored.
fn is_unprintable(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Whether a value stands for nothing: an empty text or an empty array.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}
