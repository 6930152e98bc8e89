//! Reading typed fields out of a JSON body, with the path of whatever is wrong.
//!
//! The standard has two complaints about a body, a missing mandatory field and a wrong format, and the first goes
//! before the second over the whole body. A message is therefore read to its end while the [`Reader`] remembers the
//! first fault of each kind. Rules between fields, and rules about time, are the caller's.
//!
//! PHP writes an empty object as `[]` and some SDKs write one element where a list is meant; both are understood.
//! An explicit `null` is an absent field, and so is an optional field with an empty text.
//!
//! ```
//! use lunas_snap::{field, json};
//!
//! let body = json::parse(br#"{"name":"","size":"12"}"#).expect("valid JSON");
//! let read = field::read(&body, |body| {
//!     let name = body.text("name", 64);
//!     let size = body.text("size", 1);
//!     Some((name?, size?))
//! });
//! assert_eq!(read.unwrap_err().to_string(), "name is missing");
//! ```

mod codec;
mod reader;
mod sent;
mod shape;
#[cfg(test)]
mod tests;

pub use codec::Part;
pub(crate) use codec::{
    Always, Codec, Digits, IfMarked, Inside, Kept, Marked, Needed, OnlyOne, OrDefault, Spread, TextOrEmpty,
    Through, Truth,
};
pub use reader::Reader;
pub use sent::{Sent, WithRest};
pub use shape::{Field, Kind, Need, Place, Shape};

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use crate::code::{Case, Failure};
use crate::json::Value;

/// What kind of fault a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A mandatory field is absent, null or empty.
    Missing,
    /// A field is there and cannot be what it should be.
    Format,
}

/// A field that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Missing, or written wrongly.
    pub kind: FaultKind,
    /// The path of the field, such as `payOptionDetails[0].transAmount.value`.
    pub field: String,
    /// What the field should have been, as a clause. Missing fields need none.
    pub reason: Option<Cow<'static, str>>,
}

impl FieldError {
    /// A mandatory field that is not there.
    pub fn missing(field: impl Into<String>) -> Self {
        Self { kind: FaultKind::Missing, field: field.into(), reason: None }
    }

    /// A field that is there but wrong.
    pub fn format(field: impl Into<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: FaultKind::Format, field: field.into(), reason: Some(reason.into()) }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.reason) {
            (FaultKind::Missing, _) => write!(f, "{} is missing", self.field),
            (FaultKind::Format, Some(reason)) => write!(f, "{}: {reason}", self.field),
            (FaultKind::Format, None) => write!(f, "{} has a wrong format", self.field),
        }
    }
}

impl std::error::Error for FieldError {}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        match (error.kind, error.reason) {
            (FaultKind::Missing, _) => Self::with(Case::InvalidMandatoryField, error.field),
            (FaultKind::Format, Some(reason)) => {
                Self::with(Case::InvalidFieldFormat, format!("{}: {reason}", error.field))
            }
            (FaultKind::Format, None) => Self::with(Case::InvalidFieldFormat, error.field),
        }
    }
}

/// Reads a request, where every rule holds. `build` reads all fields before it gives up on any of them.
///
/// The error is the first missing mandatory field, or else the first field with a wrong format.
pub fn read<T>(body: &Value, build: impl FnOnce(&Reader<'_>) -> Option<T>) -> Result<T, FieldError> {
    run(body, Faults::default(), build)
}

/// Reads an answer or a notification, where the sender is trusted and the reader wants what it can get: lengths do
/// not count, numbers pass for texts, and an optional field that cannot be read is absent.
pub fn read_leniently<T>(
    body: &Value,
    build: impl FnOnce(&Reader<'_>) -> Option<T>,
) -> Result<T, FieldError> {
    run(body, Faults { lenient: true, ..Faults::default() }, build)
}

fn run<T>(
    body: &Value,
    faults: Faults,
    build: impl FnOnce(&Reader<'_>) -> Option<T>,
) -> Result<T, FieldError> {
    let message = Reader::root(body, &faults).and_then(|reader| build(&reader));
    match (faults.first(), message) {
        (Some(error), _) => Err(error),
        (None, Some(message)) => Ok(message),
        (None, None) => Err(FieldError::format(BODY, "the message cannot be read")),
    }
}

/// What the body as a whole is called in an error.
const BODY: &str = "body";

/// The first fault of each kind.
#[derive(Default)]
struct Faults {
    lenient: bool,
    missing: RefCell<Option<FieldError>>,
    format: RefCell<Option<FieldError>>,
}

impl Faults {
    fn add(&self, error: FieldError) {
        let place = match error.kind {
            FaultKind::Missing => &self.missing,
            FaultKind::Format => &self.format,
        };
        place.borrow_mut().get_or_insert(error);
    }

    fn first(&self) -> Option<FieldError> {
        self.missing.borrow().clone().or_else(|| self.format.borrow().clone())
    }
}
