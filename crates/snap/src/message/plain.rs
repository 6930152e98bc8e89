//! Texts that every JSON writer spells the same way, for bodies that merchants write anew before they verify them.

/// Replaces what verifiers disagree on: slashes, quotation marks, blanks, control characters and all beyond ASCII.
///
/// A blank becomes a low line because Java's SDK before 3.2.2 drops blanks inside texts, and then refuses the whole
/// notification. A status query gives the text as it was sent.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '/' | '\\' => '-',
            '"' => '\'',
            '\u{7f}' => '?',
            ' ' => '_',
            _ if character.is_control() => '_',
            _ if character.is_ascii() => character,
            _ => '?',
        })
        .collect()
}
