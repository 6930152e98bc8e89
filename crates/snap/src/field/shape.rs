//! What a message is made of, as data: each member is declared once, and the reader, the writer, the printed tables of
//! fields and whoever else describes the messages go by that.
//!
//! A member is declared by [`crate::message`]'s macro. Rules between members are the message's own.

/// A message, or an object inside one.
#[derive(Debug)]
pub struct Shape {
    /// The name of the Rust type.
    pub name: &'static str,
    /// The members, in the order in which they are written.
    pub fields: &'static [Field],
}

/// One member.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Where it stands below its message, such as `additionalInfo.lang`. Empty for an object whose members are spread
    /// out among those of the message.
    pub path: &'static str,
    /// Other places where it is read, if there is nothing in its own.
    pub others: &'static [&'static str],
    /// The member that it repeats, in other words or not at all; it is written and not read.
    pub repeats: Option<&'static str>,
    /// What it is.
    pub kind: Kind,
    /// The most characters of a text; nothing if only the body's size limits it.
    pub length_max: Option<usize>,
    /// Whether it has to be there.
    pub need: Need,
    /// A text that it may be, where not any text will do.
    pub example: Option<&'static str>,
    /// What it means, in a line.
    pub doc: &'static str,
}

/// Whether a member has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Always, whenever the object around it is.
    Mandatory,
    /// Never.
    Optional,
    /// Sometimes; its line says when.
    Conditional,
}

/// What a member is in JSON.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A text that may be empty, and has to be there.
    TextOrEmpty,
    /// A text of digits; a number is read too.
    Digits,
    /// A text that is one of these, in any case.
    Word(&'static [&'static str]),
    /// An instant in ISO 8601.
    Time,
    /// An object of a decimal text `value` and a `currency`.
    Money,
    /// As [`Kind::Money`], with a number of whole units as its `value`.
    Amount,
    /// A truth.
    Bool,
    /// An object whose members are nobody's business.
    Any,
    /// An object. With an empty path its members stand among those of the object around it.
    Object(&'static Shape),
    /// A list of objects.
    List(&'static Shape),
    /// A list of texts.
    Texts,
    /// A list of words.
    Words(&'static [&'static str]),
}

impl Field {
    /// A member that is declared by hand.
    pub(crate) const fn new(path: &'static str, kind: Kind, need: Need, doc: &'static str) -> Self {
        Self { path, others: &[], repeats: None, kind, length_max: None, need, example: None, doc }
    }

    /// The member with the most characters that it may have.
    pub(crate) const fn within(self, length_max: usize) -> Self {
        Self { length_max: Some(length_max), ..self }
    }

    /// Whether it is read, and not only written.
    pub const fn is_read(&self) -> bool {
        self.repeats.is_none()
    }

    /// The last part of the path.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }
}

impl Kind {
    /// The members of an object, or of each object in a list.
    pub const fn inner(self) -> Option<&'static Shape> {
        match self {
            Self::Object(shape) | Self::List(shape) => Some(shape),
            Self::Money | Self::Amount => Some(&MONEY),
            Self::Text | Self::TextOrEmpty | Self::Digits | Self::Word(_) | Self::Words(_) => None,
            Self::Time | Self::Bool | Self::Any | Self::Texts => None,
        }
    }
}

/// What an amount is made of.
const MONEY: Shape = Shape {
    name: "Money",
    fields: &[
        Field::new("value", Kind::Text, Need::Mandatory, "with at most two decimals").within(MONEY_MAX),
        Field::new("currency", Kind::Word(&["IDR"]), Need::Mandatory, "`IDR`").within(3),
    ],
};
/// The most characters of an amount: sixteen digits, a point, two decimals, and room for leading zeros.
pub(super) const MONEY_MAX: usize = 24;

impl Shape {
    /// The members with those that are spread out among them, and none of those inside objects.
    pub fn members(&self) -> Vec<&'static Field> {
        let spread = |field: &'static Field| {
            if let Kind::Object(shape) = field.kind
                && field.path.is_empty()
            {
                return shape.members();
            }
            vec![field]
        };
        self.fields.iter().flat_map(spread).collect()
    }

    /// Every member at every depth; lists are passed through without an index.
    pub fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for field in self.members() {
            let is_read = field.is_read();
            places.push(Place { path: field.path.to_owned(), field, is_read });
            for inner in field.kind.inner().map(Self::places).unwrap_or_default() {
                let path = format!("{}.{}", field.path, inner.path);
                places.push(Place { path, field: inner.field, is_read: is_read && inner.is_read });
            }
        }
        places
    }
}

/// A member where it stands in a message.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its path from the message.
    pub path: String,
    /// The member.
    pub field: &'static Field,
    /// Whether it is read there, and so are the objects around it.
    pub is_read: bool,
}
