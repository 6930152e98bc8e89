//! What statements are given: borrowed values for reads, which run where they are called, and owned ones for writes,
//! which wait in a queue.

use std::borrow::Cow;
use std::fmt;

/// A parameter of a read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number: a count, an instant in milliseconds or an amount in minor units.
    Int(i64),
    /// Nothing.
    Null,
}

/// A parameter of a write.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Owned {
    /// Text.
    Text(Cow<'static, str>),
    /// A whole number: a count, an instant in milliseconds or an amount in minor units.
    Int(i64),
    /// Bytes.
    Blob(Vec<u8>),
    /// Nothing.
    Null,
}

/// Prints the kind alone: what is stored is nobody's business who debugs a step.
impl fmt::Debug for Owned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "text",
            Self::Int(_) => "int",
            Self::Blob(_) => "blob",
            Self::Null => "null",
        })
    }
}

impl From<String> for Owned {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// A word of a closed list.
impl From<&'static str> for Owned {
    fn from(word: &'static str) -> Self {
        Self::Text(word.into())
    }
}

impl From<i64> for Owned {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<u32> for Owned {
    fn from(count: u32) -> Self {
        Self::Int(count.into())
    }
}

impl From<u16> for Owned {
    fn from(count: u16) -> Self {
        Self::Int(count.into())
    }
}

impl From<Vec<u8>> for Owned {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Owned {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
