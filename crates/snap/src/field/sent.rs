//! A part of a message with everything that was sent in its place, members that nobody knows included.

use std::ops::Deref;

use super::{Part, Reader, Shape, read_leniently};
use crate::json::{Object, Value};

/// What was understood of an object, and the object itself, which is given back and told to others as it came: its
/// members in their order and spelling, the unknown ones among them.
///
/// ```
/// use lunas_snap::field::Sent;
/// use lunas_snap::json;
/// use lunas_snap::message::debit_payment::CustomerDetails;
///
/// let sent = json::parse(br#"{"nickname":"Ayu","firstName":"Sri"}"#).expect("valid JSON");
/// let customer = Sent::<CustomerDetails>::parse(&sent).expect("a customer");
/// assert_eq!(customer.first_name.as_deref(), Some("Sri"));
/// assert_eq!(customer.as_sent(), &sent);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<P> {
    understood: P,
    object: Value,
}

impl<P: Part> Sent<P> {
    /// Reads what was kept. Lengths do not count any more.
    pub fn parse(value: &Value) -> Option<Self> {
        read_leniently(value, Self::read_members).ok()
    }

    /// What was understood, alone.
    pub fn into_inner(self) -> P {
        self.understood
    }

    /// The object as it came.
    pub fn as_sent(&self) -> &Value {
        &self.object
    }
}

/// What somebody is about to send.
impl<P: Part> From<P> for Sent<P> {
    fn from(understood: P) -> Self {
        let object = understood.to_object().into();
        Self { understood, object }
    }
}

impl<P> Deref for Sent<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.understood
    }
}

impl<P: Part> Part for Sent<P> {
    const SHAPE: &'static Shape = P::SHAPE;

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        let understood = P::read_members(from)?;
        Some(Self { understood, object: from.whole().into() })
    }

    fn write_members(&self, to: &mut Object) {
        to.put("", self.object.clone());
    }

    fn to_object(&self) -> Object {
        self.object.as_object().cloned().unwrap_or_default()
    }
}

/// What was understood of an object, and beside it whatever else was sent there: what is known is given back in one form, and
/// what nobody knows as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithRest<P> {
    understood: P,
    rest: Object,
}

impl<P: Part> WithRest<P> {
    /// Reads what was kept. Lengths do not count any more.
    pub fn parse(value: &Value) -> Option<Self> {
        read_leniently(value, Self::read_members).ok()
    }

    /// What was understood, alone.
    pub fn into_inner(self) -> P {
        self.understood
    }

    /// The object with everything in it.
    pub fn write(&self) -> Value {
        self.to_object().into()
    }
}

/// What somebody is about to send.
impl<P: Part> From<P> for WithRest<P> {
    fn from(understood: P) -> Self {
        Self { understood, rest: Object::new() }
    }
}

impl<P> Deref for WithRest<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.understood
    }
}

impl<P: Part> Part for WithRest<P> {
    const SHAPE: &'static Shape = P::SHAPE;

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        let understood = P::read_members(from)?;
        let mut rest = from.whole();
        for field in P::SHAPE.members() {
            std::iter::once(&field.path).chain(field.others).for_each(|path| rest.remove(path));
        }
        Some(Self { understood, rest })
    }

    fn write_members(&self, to: &mut Object) {
        self.understood.write_members(to);
        to.put("", self.rest.clone().into());
    }
}
