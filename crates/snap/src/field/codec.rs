//! How a Rust type stands in JSON: read out of a [`Reader`], written as a [`Value`], and described as a [`Kind`].

use std::marker::PhantomData;

use lunas_vocab::{
    BankRequestId, ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo,
    PointOfPurchaseId, ReferenceNo, RefundNo, ResolutionNo, Secret, Timestamp, TrxId,
};

use super::shape::{Kind, Need, Shape};
use super::{Reader, reader};
use crate::json::{Object, Value};

/// One way in which a value stands in JSON. Most types are their own; where one type stands in several ways, each way
/// is a type without values.
pub(crate) trait Codec {
    /// What is read and written.
    type Value;
    /// What it is in JSON.
    const KIND: Kind;
    /// The most characters, unless the member says otherwise.
    const LENGTH_MAX: Option<usize> = None;
    /// Whether it has to be there.
    const NEED: Need = Need::Mandatory;
    /// A text that it may be.
    const EXAMPLE: Option<&'static str> = None;

    /// What it says, where it repeats another member in other words.
    const DOC: &'static str = "the same";

    /// Reads the member of that name, or leaves a fault behind.
    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self::Value>;

    /// The member's value; none if it is not written.
    fn write(value: &Self::Value) -> Option<Value>;
}

/// A message, or an object inside one, whose members are declared.
pub trait Part: Sized {
    /// Its members.
    const SHAPE: &'static Shape;

    /// Reads the members.
    fn read_members(from: &Reader<'_>) -> Option<Self>;

    /// Writes the members into an object.
    fn write_members(&self, to: &mut Object);

    /// The members as an object of their own.
    fn to_object(&self) -> Object {
        let mut object = Object::new();
        self.write_members(&mut object);
        object
    }

    /// The members as a whole message: `additionalInfo` stands behind the others.
    fn to_message(&self) -> Object {
        self.written_behind(Object::new())
    }

    /// As [`Part::to_message`], behind members that are there already.
    fn written_behind(&self, mut object: Object) -> Object {
        self.write_members(&mut object);
        object.move_last("additionalInfo");
        object
    }
}

/// A member that may be absent.
impl<C: Codec> Codec for Option<C> {
    type Value = Option<C::Value>;
    const KIND: Kind = C::KIND;
    const LENGTH_MAX: Option<usize> = C::LENGTH_MAX;
    const NEED: Need = Need::Optional;
    const EXAMPLE: Option<&'static str> = C::EXAMPLE;
    const DOC: &'static str = C::DOC;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self::Value> {
        Some(from.optional(name, |from| C::read(from, name, max)))
    }

    fn write(value: &Self::Value) -> Option<Value> {
        value.as_ref().and_then(C::write)
    }
}

/// A member of a request that has to be there, where the message has room for its absence.
pub(crate) struct Needed<C>(PhantomData<C>);

impl<C: Codec> Codec for Needed<C> {
    type Value = Option<C::Value>;
    const KIND: Kind = C::KIND;
    const LENGTH_MAX: Option<usize> = C::LENGTH_MAX;
    const EXAMPLE: Option<&'static str> = C::EXAMPLE;
    const DOC: &'static str = C::DOC;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self::Value> {
        C::read(from, name, max).map(Some)
    }

    fn write(value: &Self::Value) -> Option<Value> {
        value.as_ref().and_then(C::write)
    }
}

/// A member that may be absent, which is the same as nothing in it. It is always written.
pub(crate) struct OrDefault<C>(PhantomData<C>);

impl<C: Codec<Value: Default>> Codec for OrDefault<C> {
    type Value = C::Value;
    const KIND: Kind = C::KIND;
    const LENGTH_MAX: Option<usize> = C::LENGTH_MAX;
    const NEED: Need = Need::Optional;
    const EXAMPLE: Option<&'static str> = C::EXAMPLE;
    const DOC: &'static str = C::DOC;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self::Value> {
        Some(from.optional(name, |from| C::read(from, name, max)).unwrap_or_default())
    }

    fn write(value: &Self::Value) -> Option<Value> {
        C::write(value)
    }
}

macro_rules! ids {
    ($($Id:ident)*) => {$(
        impl Codec for $Id {
            type Value = Self;
            const KIND: Kind = Kind::Text;
            const LENGTH_MAX: Option<usize> = Some(Self::LENGTH_MAX);

            fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
                from.parsed(name, max, str::parse)
            }

            fn write(value: &Self) -> Option<Value> {
                Some(value.as_str().into())
            }
        }
    )*};
}

ids! {
    BankRequestId ResolutionNo ExternalId MerchantId PartnerResolutionNo PartnerReferenceNo PartnerRefundNo
    PointOfPurchaseId ReferenceNo RefundNo TrxId
}

impl Codec for String {
    type Value = Self;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.text(name, max)
    }

    fn write(value: &Self) -> Option<Value> {
        Some(value.as_str().into())
    }
}

/// A text that has to be there and may be empty.
pub(crate) struct TextOrEmpty;

impl Codec for TextOrEmpty {
    type Value = String;
    const KIND: Kind = Kind::TextOrEmpty;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.text_or_empty(name, max)
    }

    fn write(value: &String) -> Option<Value> {
        Some(value.as_str().into())
    }
}

/// A truth; what cannot be read as one is none.
pub(crate) struct Truth;

impl Codec for Truth {
    type Value = bool;
    const KIND: Kind = Kind::Bool;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<bool> {
        Some(from.value(name) == Some(&Value::Bool(true)))
    }

    fn write(truth: &bool) -> Option<Value> {
        Some(Value::Bool(*truth))
    }
}

/// A text of digits, which may come as a number.
pub(crate) struct Digits;

impl Codec for Digits {
    type Value = String;
    const KIND: Kind = Kind::Digits;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.text_or_number(name, max)
    }

    fn write(value: &String) -> Option<Value> {
        Some(value.as_str().into())
    }
}

impl<C: Codec> Codec for Secret<C> {
    type Value = Secret<C::Value>;
    const KIND: Kind = C::KIND;
    const LENGTH_MAX: Option<usize> = C::LENGTH_MAX;
    const EXAMPLE: Option<&'static str> = C::EXAMPLE;
    const DOC: &'static str = C::DOC;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self::Value> {
        C::read(from, name, max).map(Secret::new)
    }

    fn write(value: &Self::Value) -> Option<Value> {
        C::write(value.expose())
    }
}

impl Codec for Timestamp {
    type Value = Self;
    const KIND: Kind = Kind::Time;
    const LENGTH_MAX: Option<usize> = Some(reader::TIME_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, Timestamp::parse)
    }

    fn write(value: &Self) -> Option<Value> {
        Some(value.to_snap().into())
    }
}

impl Codec for Money {
    type Value = Self;
    const KIND: Kind = Kind::Money;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Self> {
        from.money(name)
    }

    fn write(value: &Self) -> Option<Value> {
        Some(money(*value))
    }
}

/// `value` with two decimals, and `currency`.
fn money(amount: Money) -> Value {
    Object::new().with("value", amount.to_decimal()).with("currency", amount.currency().code()).into()
}

/// An object that is kept as it is, if there is one.
pub(crate) struct Kept;

impl Codec for Kept {
    type Value = Option<Value>;
    const KIND: Kind = Kind::Any;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Option<Value>> {
        Some(from.any_object_optional(name))
    }

    fn write(value: &Option<Value>) -> Option<Value> {
        value.clone()
    }
}

impl<P: Part> Codec for P {
    type Value = Self;
    const KIND: Kind = Kind::Object(P::SHAPE);

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Self> {
        from.object(name, P::read_members)
    }

    fn write(value: &Self) -> Option<Value> {
        Some(value.to_object().into())
    }
}

/// A list that may be absent, which is the same as an empty one. An empty one is not written.
impl<P: Part> Codec for Vec<P> {
    type Value = Self;
    const KIND: Kind = Kind::List(P::SHAPE);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Self> {
        Some(from.list_optional(name, P::read_members))
    }

    fn write(value: &Self) -> Option<Value> {
        (!value.is_empty()).then(|| list(value))
    }
}

/// As a list, and written even when it is empty.
pub(crate) struct Always<P>(PhantomData<P>);

impl<P: Part> Codec for Always<P> {
    type Value = Vec<P>;
    const KIND: Kind = Kind::List(P::SHAPE);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<P>> {
        Some(from.list_optional(name, P::read_members))
    }

    fn write(value: &Vec<P>) -> Option<Value> {
        Some(list(value))
    }
}

/// A list that has to have exactly one element.
pub(crate) struct OnlyOne<P>(PhantomData<P>);

impl<P: Part> Codec for OnlyOne<P> {
    type Value = P;
    const KIND: Kind = Kind::List(P::SHAPE);

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<P> {
        let mut elements = from.list(name, P::read_members)?;
        let first = elements.pop();
        if elements.is_empty() {
            return first;
        }
        from.malformed(name, "exactly one element is allowed");
        None
    }

    fn write(value: &P) -> Option<Value> {
        Some(vec![value.to_object().into()].into())
    }
}

/// A mandatory member without which the object around it has to be there too: where that is absent, it is what is missing.
pub(crate) struct Inside<C>(PhantomData<C>);

impl<C: Codec> Codec for Inside<C> {
    type Value = C::Value;
    const KIND: Kind = C::KIND;
    const LENGTH_MAX: Option<usize> = C::LENGTH_MAX;
    const EXAMPLE: Option<&'static str> = C::EXAMPLE;
    const DOC: &'static str = C::DOC;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<C::Value> {
        if from.is_absent() {
            from.missing_itself();
        }
        C::read(from, name, max)
    }

    fn write(value: &C::Value) -> Option<Value> {
        C::write(value)
    }
}

/// Members that share an object with others: that of the path, or with an empty path the one around.
pub(crate) struct Spread<P>(PhantomData<P>);

impl<P: Part> Codec for Spread<P> {
    type Value = P;
    const KIND: Kind = Kind::Object(P::SHAPE);

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<P> {
        P::read_members(&from.place(name))
    }

    fn write(value: &P) -> Option<Value> {
        Some(value.to_object().into())
    }
}

/// As [`Spread`], for a type whose members are declared by another one, its form.
pub(crate) struct Through<Form, T>(PhantomData<(Form, T)>);

impl<Form: Part + Into<T>, T: Clone + Into<Form>> Codec for Through<Form, T> {
    type Value = T;
    const KIND: Kind = Kind::Object(Form::SHAPE);

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<T> {
        Form::read_members(&from.place(name)).map(Into::into)
    }

    fn write(value: &T) -> Option<Value> {
        let form: Form = value.clone().into();
        Some(form.to_object().into())
    }
}

/// Members that are there if one of them is: by that one the object is known.
pub(crate) trait Marked: Part {
    /// The member, under each of its names.
    const MARKS: &'static [&'static str];
}

/// A marked object, if it is one: in its own place, or with an empty path among the members of the object around it.
pub(crate) struct IfMarked<P>(PhantomData<P>);

impl<P: Marked> Codec for IfMarked<P> {
    type Value = Option<P>;
    const KIND: Kind = Kind::Object(P::SHAPE);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Option<P>> {
        let place = from.place(name);
        let is_marked = P::MARKS.iter().any(|mark| place.has(mark));
        Some(is_marked.then(|| place.tolerant(P::read_members)).flatten())
    }

    fn write(value: &Option<P>) -> Option<Value> {
        value.as_ref().map(|part| part.to_object().into())
    }
}

/// A list of texts.
impl Codec for Vec<String> {
    type Value = Self;
    const KIND: Kind = Kind::Texts;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        Some(from.texts_optional(name, max))
    }

    fn write(value: &Self) -> Option<Value> {
        let texts = value.iter().map(|text| Value::from(text.as_str()));
        (!value.is_empty()).then(|| Value::Array(texts.collect()))
    }
}

fn list<P: Part>(parts: &[P]) -> Value {
    Value::Array(parts.iter().map(|part| part.to_object().into()).collect())
}
