//! From what a person pasted to the text of a code: mail programs wrap it, pages put blanks of their own into it, and
//! whoever copies takes a line more than needed.
//!
//! A line that was broken at a blank has lost that blank, and one that was broken at a width has not. The checksum tells
//! which, so the readings are tried in turn.

use super::read;

/// The most places at which a text may be broken so that every reading of them is tried: a code wrapped at seventy-six
/// columns has six.
const BREAKS_MAX: usize = 8;

/// The text of the code in what was pasted. What is no whole code in any reading comes back as one line, to be refused.
pub(super) fn unwrapped(pasted: &str) -> String {
    let text: String = pasted.chars().filter(|c| !is_invisible(*c)).map(blank_or_break).collect();
    let lines: Vec<&str> = text.trim().split('\n').filter(|line| !line.trim().is_empty()).collect();
    let joined = lines.concat();
    let breaks = lines.len().saturating_sub(1);
    if breaks == 0 || breaks > BREAKS_MAX || read::check_whole(&joined).is_ok() {
        return joined;
    }
    let lines: Vec<&str> = lines.into_iter().map(str::trim).collect();
    (0..1_usize << breaks)
        .map(|blanks| with_blanks(&lines, blanks))
        .find(|reading| read::check_whole(reading).is_ok())
        .unwrap_or(joined)
}

/// The lines as one; `blanks` says by its bits which breaks stand for a blank.
fn with_blanks(lines: &[&str], blanks: usize) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && blanks >> (at - 1) & 1 == 1 {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// All blanks as the one that a code has, and all ends of a line as one.
fn blank_or_break(c: char) -> char {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

/// Marks that pages and editors leave in a text and nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
