//! From what a person pasted to the text of a code: mail programs wrap it, pages put blanks of their own into it, and
//! whoever copies takes a line more than needed.
//!
//! A line that was broken at a blank has lost that blank, and one that was broken at a width has not. The checksum tells
//! which, so the readings are tried in turn.

use super::read;

/// The most places at which a text may be broken so that every reading of them is tried: a code wrapped at seventy-six
/// columns has six. With more of them, none stands for a blank.
const BREAKS_MAX: usize = 8;

/// The text of the code in what was pasted. What is no whole code in any reading comes back as one line, to be refused.
pub(super) fn unwrapped(pasted: &str) -> String {
    let text: String = pasted.chars().filter(|c| !is_invisible(*c)).map(blank_or_break).collect();
    // A line of blanks alone may be a piece of the code, so the first reading takes nothing but the breaks away.
    let joined = text.trim().replace('\n', "");
    let lines: Vec<&str> = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() < 2 || read::check_whole(&joined).is_ok() {
        return joined;
    }
    let breaks = lines.len() - 1;
    let readings = if breaks > BREAKS_MAX { 1 } else { 1_usize << breaks };
    (0..readings)
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
