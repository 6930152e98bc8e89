//! JSON kept as it was written: member order, number text and nothing guessed.
//!
//! BI-SNAP signatures cover the text of a body, so a parser that turns `10.0` into a float or sorts members would
//! break them. Values are therefore read into tokens that can be written back. Typed access, defaults and the rules
//! of a message are left to [`crate::field`] and [`crate::message`].
//!
//! ```
//! use lunas_snap::json;
//!
//! let value = json::parse(br#"{ "b": 10.0, "a": "https:\/\/shop.example" }"#).expect("valid JSON");
//! assert_eq!(value.to_compact(), r#"{"b":10.0,"a":"https://shop.example"}"#);
//! ```

use compact_str::{CompactString, ToCompactString as _};

mod emit;
mod minify;
mod parse;
mod scan;
#[cfg(test)]
mod tests;

pub use minify::minify;
pub use parse::{ParseError, parse};

/// How deep arrays and objects may nest: the outermost counts as one.
pub const DEPTH_MAX: usize = 32;

/// The text of a name, a string or a number. Most have no more than 24 bytes, which are kept in place: a body has some
/// hundred of them, and none needs memory of its own.
pub type Text = CompactString;

/// Values that stand apart as one list, written as [`Value::to_compact`] writes it.
pub(crate) fn list_to_compact<'v>(elements: impl Iterator<Item = &'v Value>) -> String {
    emit::compact_list(elements)
}

/// One JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as the sender spelled it.
    Number(Text),
    /// A string, with its escapes undone.
    String(Text),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

impl Value {
    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The member of that name, if this is an object that has one.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// A number written without a fraction.
    pub fn integer(number: i64) -> Self {
        Self::Number(number.to_compact_string())
    }

    /// The value as compact JSON: order and number text kept, `/` and non-ASCII characters written as they are.
    ///
    /// This is the text PHP makes with its flags for unescaped slashes and unescaped Unicode, which is what that
    /// language's SDK signs.
    pub fn to_compact(&self) -> String {
        emit::compact(self)
    }

    /// The same as [`Value::to_compact`], with every non-ASCII character written as `\uxxxx`.
    pub fn to_ascii(&self) -> String {
        emit::ascii(self)
    }

    /// The value as JavaScript writes it: the same as [`Value::to_compact`], and the two line separators as they are too.
    pub fn to_raw(&self) -> String {
        emit::raw(self)
    }

    /// The value as PHP writes it by itself: the same as [`Value::to_ascii`], with every slash as `\/`.
    pub fn to_escaped(&self) -> String {
        emit::escaped(self)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Self::Array(elements)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

/// Room for the members of a usual object, so that it is made once.
const USUAL_MEMBERS: usize = 8;

/// The members of a JSON object, in the order they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    members: Vec<(Text, Value)>,
}

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// The value of the first member of that name. Objects here have few members, so this looks at each.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Appends a member. The caller sees to it that the name is not there yet.
    pub fn push(&mut self, name: impl Into<Text>, value: impl Into<Value>) {
        if self.members.is_empty() {
            self.members.reserve(USUAL_MEMBERS);
        }
        self.members.push((name.into(), value.into()));
    }

    /// Puts a member at a path, in place of what stands there. The objects on the way are made where they are missing, and of
    /// two objects the members are put together; an empty path puts an object's members among those of this one.
    pub(crate) fn put(&mut self, path: &str, value: Value) {
        if let Some((outer, rest)) = path.split_once('.') {
            return self.object_at(outer).put(rest, value);
        }
        if !path.is_empty() {
            return self.put_member(path.into(), value);
        }
        let Value::Object(inner) = value else { return self.put_member(path.into(), value) };
        inner.members.into_iter().for_each(|(name, value)| self.put_member(name, value));
    }

    /// The object under that name, which is made if there is none.
    fn object_at(&mut self, name: &str) -> &mut Object {
        let at = self.members.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.push(name, Object::new());
            self.members.len() - 1
        });
        let value = &mut self.members[at].1;
        if !matches!(value, Value::Object(_)) {
            *value = Object::new().into();
        }
        let Value::Object(object) = value else { unreachable!("it was made an object") };
        object
    }

    fn put_member(&mut self, name: Text, value: Value) {
        let place = self.members.iter_mut().find(|(known, _)| *known == name);
        match (place, value) {
            (Some((_, Value::Object(object))), Value::Object(inner)) => {
                inner.members.into_iter().for_each(|(name, value)| object.put_member(name, value));
            }
            (Some((_, known)), value) => *known = value,
            (None, value) => self.push(name, value),
        }
    }

    /// Moves a member behind all the others.
    pub(crate) fn move_last(&mut self, name: &str) {
        if let Some(at) = self.members.iter().position(|(known, _)| known == name) {
            let member = self.members.remove(at);
            self.members.push(member);
        }
    }

    /// Takes a member away.
    pub(crate) fn remove(&mut self, path: &str) {
        match path.split_once('.') {
            None => self.members.retain(|(known, _)| known != path),
            Some((outer, rest)) => {
                for (_, value) in self.members.iter_mut().filter(|(known, _)| known == outer) {
                    if let Value::Object(inner) = value {
                        inner.remove(rest);
                    }
                }
            }
        }
    }

    /// Gives a member another name.
    pub(crate) fn rename(&mut self, name: &str, other: &str) {
        self.members
            .iter_mut()
            .filter(|(known, _)| known == name)
            .for_each(|(known, _)| *known = other.into());
    }

    /// This object with one member more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.push(name, value);
        self
    }

    /// This object with one member more, if there is a value for it.
    #[must_use]
    pub fn with_some(self, name: impl Into<Text>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<N: Into<Text>> FromIterator<(N, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(members: I) -> Self {
        Self { members: members.into_iter().map(|(name, value)| (name.into(), value)).collect() }
    }
}
