//! Values on their way to the server: one by one, and as the columns of many rows at once.
//!
//! None of them prints what it holds, because the driver would write that into its debug log.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::value::{Owned, Value};

/// Values as the driver takes them.
pub(super) fn parameters_of<T: ToSql + Sync>(values: &[T]) -> impl Iterator<Item = &(dyn ToSql + Sync)> {
    values.iter().map(|value| -> &(dyn ToSql + Sync) { value })
}

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Blob,
}

impl Kind {
    /// The kind behind a type of the server; none for a type that no statement here may need.
    pub(super) fn of(of: &Type) -> Option<Self> {
        match *of {
            Type::TEXT => Some(Self::Text),
            Type::INT8 => Some(Self::Int),
            Type::BYTEA => Some(Self::Blob),
            _ => None,
        }
    }

    /// The type of an array of them.
    pub(super) fn array(self) -> &'static str {
        match self {
            Self::Text => "text[]",
            Self::Int => "bigint[]",
            Self::Blob => "bytea[]",
        }
    }
}

/// One value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    Int(i64),
    Blob(&'a [u8]),
    Null,
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
}

impl<'a> From<&'a Owned> for Cell<'a> {
    fn from(value: &'a Owned) -> Self {
        match value {
            Owned::Text(text) => Self::Text(text),
            Owned::Int(int) => Self::Int(*int),
            Owned::Blob(bytes) => Self::Blob(bytes),
            Owned::Null => Self::Null,
        }
    }
}

impl<'a> From<&Value<'a>> for Cell<'a> {
    fn from(value: &Value<'a>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Int(int) => Self::Int(*int),
            Value::Null => Self::Null,
        }
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self, of: &Type, into: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(text) => storable(text).to_sql(of, into),
            Self::Int(int) => int.to_sql(of, into),
            Self::Blob(bytes) => bytes.to_sql(of, into),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(of: &Type) -> bool {
        Kind::of(of).is_some()
    }

    to_sql_checked!();
}

/// The server's text holds every character but NUL, which only a hostile answer to a notification brings.
fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

/// One column of many rows.
pub(super) enum Column<'a> {
    Text(Vec<Option<Cow<'a, str>>>),
    Int(Vec<Option<i64>>),
    Blob(Vec<Option<&'a [u8]>>),
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column")
    }
}

impl<'a> Column<'a> {
    /// The cells of one column. A cell of another kind becomes null, which its column then refuses.
    pub(super) fn of(kind: Kind, cells: impl Iterator<Item = Cell<'a>>) -> Self {
        match kind {
            Kind::Text => Self::Text(
                cells
                    .map(|cell| if let Cell::Text(text) = cell { Some(storable(text)) } else { None })
                    .collect(),
            ),
            Kind::Int => Self::Int(
                cells.map(|cell| if let Cell::Int(int) = cell { Some(int) } else { None }).collect(),
            ),
            Kind::Blob => Self::Blob(
                cells.map(|cell| if let Cell::Blob(bytes) = cell { Some(bytes) } else { None }).collect(),
            ),
        }
    }
}

impl ToSql for Column<'_> {
    fn to_sql(&self, of: &Type, into: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(column) => column.to_sql(of, into),
            Self::Int(column) => column.to_sql(of, into),
            Self::Blob(column) => column.to_sql(of, into),
        }
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::TEXT_ARRAY | Type::INT8_ARRAY | Type::BYTEA_ARRAY)
    }

    to_sql_checked!();
}

/// Some value of a type for a parameter, another one for each: of an array, two. Later numbers are smaller, as what is
/// refunded is.
#[cfg(test)]
pub(super) fn sample((place, of): (i64, &Type)) -> Box<dyn ToSql + Sync + Send> {
    match *of {
        Type::TEXT_ARRAY => Box::new(vec!["a", "b"]),
        Type::INT8_ARRAY => Box::new(vec![1_i64, 2]),
        Type::BYTEA_ARRAY => Box::new(vec![&b"a"[..], b"b"]),
        Type::TEXT => Box::new(format!("a{place}")),
        Type::BYTEA => Box::new(&b"a"[..]),
        _ => Box::new(1_000 - place),
    }
}
