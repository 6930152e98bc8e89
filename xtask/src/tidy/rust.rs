//! Just enough reading of Rust to look at code alone: comments, literals and tests are blanked out, lines stay.
//!
//! It is a scanner and no parser; what it cannot tell apart (macros that build items) it leaves as it is.

/// The code of a source text: comments and the insides of literals become blanks, every newline is kept.
pub(super) fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => line_end(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => block_comment_end(&chars, at),
            '"' => string_end(&chars, at),
            'r' | 'b' | 'c' if starts_word(&chars, at) => match raw_string_end(&chars, at) {
                Some(end) => end,
                None => {
                    out.push(chars[at]);
                    at += 1;
                    continue;
                }
            },
            '\'' => char_end(&chars, at),
            plain => {
                out.push(plain);
                at += 1;
                continue;
            }
        };
        out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

/// The code of a source text without what is compiled for tests only.
pub(super) fn product_code(source: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut code = code(source);
    let mut from = 0;
    while let Some(found) = code[from..].find(MARK) {
        let start = from + found;
        let end = item_end(&code, start + MARK.len());
        let blank: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        from = start + blank.len();
        code.replace_range(start..end, &blank);
    }
    code
}

/// Whether a file exists for tests only, by its place.
pub(super) fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| matches!(part, "tests" | "benches"))
}

/// The offset after the item that starts at `from`: after its body, or after its semicolon.
pub(super) fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[from..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' if depth <= 1 => return from + at + 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return from + at + 1,
            _ => {}
        }
    }
    code.len()
}

fn starts_word(chars: &[char], at: usize) -> bool {
    at == 0 || !(chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |found| at + found)
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => {
                depth += 1;
                at += 2;
            }
            ('*', '/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// The end of `r"…"`, `r#"…"#`, `br#"…"#`, `b"…"` and `c"…"`, when that is what starts here.
fn raw_string_end(chars: &[char], start: usize) -> Option<usize> {
    let letters = chars[start..].iter().take(2).take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let raw = chars[start..start + letters].contains(&'r');
    let hashes = chars[start + letters..].iter().take_while(|c| **c == '#').count();
    let quote = start + letters + hashes;
    if chars.get(quote) != Some(&'"') || (!raw && hashes > 0) {
        return None;
    }
    if !raw {
        return Some(string_end(chars, quote));
    }
    let mut at = quote + 1;
    while at < chars.len() {
        if chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return Some(at + 1 + hashes);
        }
        at += 1;
    }
    Some(chars.len())
}

/// The end of a character literal; a lifetime ends where it starts, so that it stays readable.
fn char_end(chars: &[char], start: usize) -> usize {
    match (chars.get(start + 1), chars.get(start + 2)) {
        (Some('\\'), _) => {
            let from = start + 3;
            chars
                .get(from..)
                .and_then(|rest| rest.iter().position(|c| *c == '\''))
                .map_or(chars.len(), |f| from + f + 1)
        }
        (Some(_), Some('\'')) => start + 3,
        _ => start + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left() {
        let check = |source: &str, expected: &str| {
            let seen = code(source);
            assert_eq!(seen.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{source:?}");
            assert_eq!(seen.matches('\n').count(), source.matches('\n').count());
        };
        check("a // b { \nc", "a c");
        check("a /* b /* c */ d */ e", "a e");
        check(r#"a "b \" c" d"#, "a d");
        check(r###"a r#"b " c"# d"###, "a d");
        check(r##"a br"b\" d b"x\"y" e"##, "a d e");
        check(r"a '{' b '\'' c '\u{7d}' d", "a b c d");
        check("fn f<'a>(x: &'a str) {}", "fn f< a>(x: & a str) {}");
        check("let r = number; b", "let r = number; b");
        check("a \"two\nlines\" b", "a b");
        check("for_r\"x\"", "for_r");
    }

    #[test]
    fn tests_are_not_product_code() {
        let check = |source: &str, expected: &str| {
            let seen = product_code(source);
            assert_eq!(seen.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{source:?}");
        };
        check("a;\n#[cfg(test)]\nmod tests { fn x() { y } }\nb;", "a; b;");
        check("#[cfg(test)]\nmod tests;\nb;", "b;");
        check("#[cfg(test)] fn f(a: [u8; 4]) -> u8 { g() } b;", "b;");
        check("#[cfg(test)] use a::{b, c}; d;", "; d;");
        check("#[cfg(unix)] mod a;", "#[cfg(unix)] mod a;");
    }

    #[test]
    fn test_files_are_told_by_their_place() {
        let check = |path: &str, expected: bool| assert_eq!(is_test_file(path), expected, "{path}");
        check("crates/store/src/payment/tests.rs", true);
        check("crates/gateway/tests/it/main.rs", true);
        check("crates/cli/benches/create.rs", true);
        check("crates/testkit/src/lib.rs", false);
        check("crates/snap/src/contests.rs", false);
    }
}
