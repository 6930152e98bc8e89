//! How the texts of notifications are spelled, so that the verifier of a merchant's language can verify them.
//!
//! Merchants verify the signature over a body that their language has parsed and written anew. Node writes everything
//! but what JSON must escape as it is; PHP escapes slashes and whatever lies beyond ASCII; Java takes what it got without
//! the blanks between texts, and before version 3.2.2 of its SDK also without those inside texts. A text without slashes
//! and in ASCII pleases the first three at once, and any other text has to be spelled for one of them.

use crate::json::Value;

/// What a merchant chose for its notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotificationText {
    /// For every current verifier: texts as they were sent, but `-` for a slash and `?` for what lies beyond ASCII.
    #[default]
    Portable,
    /// As it was sent, for whoever hashes the body as it came, Node and Java.
    Exact,
    /// As it was sent, with the escapes that PHP writes, for PHP and whoever hashes the body as it came.
    Escaped,
    /// For every verifier, Java's before 3.2.2 too: as [`NotificationText::Portable`], with `_` for a blank.
    Plain,
}

impl NotificationText {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Exact, Self::Escaped, Self::Plain];

    /// A free text as it goes out.
    pub(super) fn spell(self, text: &str) -> String {
        match self {
            Self::Exact | Self::Escaped => text.to_owned(),
            Self::Portable => text.chars().map(portable).collect(),
            Self::Plain => text
                .chars()
                .map(|character| if character == ' ' { '_' } else { portable(character) })
                .collect(),
        }
    }

    /// Whether the text survives as it is. An id that does not is left out where the contract allows it: a changed id
    /// would name something else.
    pub fn keeps(self, text: &str) -> bool {
        self.spell(text) == text
    }

    /// Whether the blanks before a number go out.
    pub(super) fn is_padded(self) -> bool {
        self != Self::Plain
    }

    /// A message as it is signed and sent.
    pub fn bytes(self, message: &Value) -> Vec<u8> {
        match self {
            Self::Portable | Self::Plain => message.to_ascii(),
            Self::Exact => message.to_raw(),
            Self::Escaped => message.to_escaped(),
        }
        .into_bytes()
    }
}

/// What JSON must escape is escaped by all in the same way, and so is everything else in ASCII left alone by all.
fn portable(character: char) -> char {
    match character {
        '/' => '-',
        _ if character.is_ascii() => character,
        _ => '?',
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::assert_verified;
