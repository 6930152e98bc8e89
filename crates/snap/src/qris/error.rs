//! Why a text is not a code that can be paid.

use super::form::PAYLOAD_MAX;

/// Why a text is not a code that can be paid. Each reads as a sentence to a customer or to a developer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The text is longer than any code.
    #[error("The code is longer than {PAYLOAD_MAX} characters.")]
    TooLong,
    /// The text holds a character that no code holds.
    #[error("The code holds characters other than printable ASCII.")]
    NotText,
    /// The text does not begin as a code does.
    #[error("This is not a QRIS code.")]
    NotQris,
    /// The text ends inside a field.
    #[error("The code is cut short.")]
    CutShort,
    /// Where a tag or a length has to be, there are no digits.
    #[error("The code is not a row of tags, lengths and values.")]
    NotFields,
    /// A tag is there a second time.
    #[error("The code has the field {0} twice.")]
    Twice(String),
    /// The last field is not a checksum.
    #[error("The code does not end with a checksum.")]
    NoChecksum,
    /// The checksum is that of another text.
    #[error("The checksum of the code is {found}, but its text gives {computed}; it was damaged or changed.")]
    Checksum {
        /// What the code says.
        found: String,
        /// What its characters give.
        computed: String,
    },
    /// A field that a payment needs is not there.
    #[error("The code lacks the {0}.")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("The {field} of the code is wrong: {reason}.")]
    Wrong {
        /// Which field, in words.
        field: &'static str,
        /// What it should have been, as a clause.
        reason: &'static str,
    },
}
