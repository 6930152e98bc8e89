//! The one way from a number as somebody typed or pasted it to the number that everything here is kept under.
//!
//! Pages, the API, the sandbox's controls and the command line all read numbers by it, so that one who is blocked, locked
//! or registered is the same one however the number was written. Whether a number can be called is not said.

use crate::Phone;

/// The fewest digits of a number with its country code.
const DIGITS_MIN: usize = 6;
/// The most digits of a number with its country code (E.164).
const DIGITS_MAX: usize = 15;
/// The country of numbers that name none.
const HOME: &str = "62";

impl Phone {
    /// Reads a number as people type and paste it, and writes it in international form.
    ///
    /// - Blanks of all kinds, dashes, dots, brackets, slashes and characters that cannot be seen do not matter; digits
    ///   may be those of other scripts; `tel:` may stand in front.
    /// - `00` is `+`. Without either, one leading zero means Indonesia, and anything else begins with its country code.
    /// - The zero that Indonesians dial at home is dropped behind `+62`, where it has no place.
    pub fn normalise(text: &str) -> Option<Self> {
        let written: String = text.chars().filter(|c| !is_passed_over(*c)).map(plain).collect();
        let written = match written.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &written[4..],
            _ => written.as_str(),
        };
        let digits = written.strip_prefix('+').unwrap_or(written);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // No country's code begins with a zero, so `+0821…` was meant as `0821…`.
        let number = match (digits.strip_prefix("00"), digits.strip_prefix('0')) {
            (Some(international), _) => international.to_owned(),
            (None, Some(national)) => format!("{HOME}{national}"),
            (None, None) => digits.to_owned(),
        };
        let trunk = number.strip_prefix(HOME).and_then(|national| national.strip_prefix('0'));
        let number = match trunk.filter(|national| !national.starts_with('0')) {
            Some(national) => format!("{HOME}{national}"),
            None => number,
        };
        let is_number = (DIGITS_MIN..=DIGITS_MAX).contains(&number.len()) && !number.starts_with('0');
        if is_number { Self::new(format!("+{number}")).ok() } else { None }
    }
}

/// Whether a character separates digits or cannot be seen, and says nothing.
fn is_passed_over(c: char) -> bool {
    let separates = c.is_whitespace()
        || matches!(c, '-' | '.' | '(' | ')' | '[' | ']' | '{' | '}' | '/' | '_' | '~')
        // Hyphens and dashes of all lengths, the minus, and their small and full-width forms.
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
        // Dots in the middle of the line, bullets, full-width brackets, dots and slashes.
        || matches!(c, '\u{B7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{30FB}' | '\u{FF08}' | '\u{FF09}' | '\u{FF0E}' | '\u{FF0F}')
        // The blank of Braille and the Hangul filler are seen as blanks.
        || matches!(c, '\u{2800}' | '\u{3164}');
    separates || is_invisible(c)
}

/// Whether a character is a format character or a control: marks of direction, joiners, zero-width blanks, soft hyphens,
/// byte-order marks, variation selectors and tags.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{8E2}'
            | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// A digit or a plus of another script or width, as ASCII has it.
fn plain(c: char) -> char {
    /// The zeros of the scripts whose digits phones and people type.
    const ZEROS: [char; 9] = [
        '\u{660}',
        '\u{6F0}',
        '\u{966}',
        '\u{9E6}',
        '\u{E50}',
        '\u{1B50}',
        '\u{A9D0}',
        '\u{FF10}',
        '\u{1D7CE}',
    ];
    if matches!(c, '\u{FF0B}' | '\u{FE62}' | '\u{207A}') {
        return '+';
    }
    let digit = ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    });
    match c {
        '\u{FF1A}' => ':',
        _ => digit.unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(Phone::normalise(typed).as_ref().map(Phone::as_str), expected, "{typed:?}");
    }

    #[test]
    fn r12_one_number_has_many_spellings() {
        for same in [
            "+628215023424",
            "628215023424",
            "08215023424",
            "0821-5023-424",
            "+62 821 5023 424",
            "00628215023424",
            "00 62 821 5023 424",
            "+62 0821 5023 424",
            "+62 (0)821 5023 424",
            "(+62) 821-5023-424",
            "62 0821 5023 424",
            "0062 0821 5023 424",
            "+0821 5023 424",
            "+0062 821 5023 424",
            "+62\u{a0}821\u{a0}5023\u{a0}424",
            "+62\u{202f}821\u{2007}5023\u{3000}424",
            "\u{200e}+62 821 5023 424\u{200f}",
            "\u{202a}+62 821-5023-424\u{202c}",
            "\u{2066}08215023424\u{2069}",
            "\u{feff}0821\u{200b}5023\u{200d}424",
            "0821\u{ad}5023\u{2060}424",
            "０８２１５０２３４２４",
            "＋６２　８２１－５０２３－４２４",
            "٠٨٢١٥٠٢٣٤٢٤",
            "۰۸۲۱۵۰۲۳۴۲۴",
            "0821.5023.424",
            "0821–5023—424",
            "0821‑5023−424",
            "[0821] {5023} 424",
            "0821/5023/424",
            "0821·5023·424",
            "\t0821 5023 424\r\n",
            "tel:+62-821-5023-424",
            "TEL:08215023424",
        ] {
            check(same, Some("+628215023424"));
        }
    }

    #[test]
    fn r12_numbers_of_other_countries_keep_what_is_theirs() {
        check("+380441234567", Some("+380441234567"));
        check("00380441234567", Some("+380441234567"));
        // The zero belongs to the number in Italy.
        check("+39 06 698", Some("+3906698"));
        check("+1 (212) 555-0100", Some("+12125550100"));
        check("021 555 0100", Some("+62215550100"));
    }

    #[test]
    fn r12_what_is_no_number_is_none() {
        for none in [
            "",
            " ",
            "+",
            "12",
            "+62",
            "+62 0",
            "00",
            "000000",
            "+62 82a",
            "0821x",
            "++628215023424",
            "6+28215023424",
            "0821,5023",
            "08215023424;ext=1",
            "mailto:08215023424",
            "1234567890123456",
            "½8215023424",
            "\u{200b}",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn r12_a_number_that_is_written_is_read_as_the_same() {
        for typed in ["0062 0821 5023 424", "+3906698", "021 555 0100", "918877661234"] {
            let once = Phone::normalise(typed).unwrap();
            assert_eq!(Phone::normalise(once.as_str()), Some(once.clone()), "{typed}");
        }
    }
}
