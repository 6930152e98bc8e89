//! The paths that a source text names, written out in full: `use` trees are flattened, `self` and `super` resolved.

use super::rust;

/// A path and the line it is on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Counted from one.
    pub(super) line: usize,
    /// Starts with `crate` or with the name of another crate, as far as the text tells.
    pub(super) parts: Vec<String>,
    /// What the module calls it from here on, if it is a `use`.
    pub(super) name: Option<String>,
    /// Whether others may take it from here by that name.
    pub(super) is_handed_on: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Join,
    Other(char),
}

/// Every path of product code in `source`, which is the module at `module` (no parts for the crate's root).
pub(super) fn named(source: &str, module: &[String]) -> Vec<Named> {
    let tokens = tokens(&rust::product_code(source));
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].1 {
            Token::Word(word) if word == "use" => {
                let (first, is_handed_on) = (found.len(), is_public(&tokens[..at]));
                at = use_tree(&tokens, at + 1, &mut Vec::new(), &mut found);
                found[first..].iter_mut().for_each(|path| path.is_handed_on = is_handed_on);
            }
            Token::Word(_) => {
                let line = tokens[at].0;
                let mut parts = Vec::new();
                at = words(&tokens, at, &mut parts);
                // A single word is a local name as often as not.
                if parts.len() > 1 {
                    found.push(Named { line, parts, name: None, is_handed_on: false });
                }
            }
            Token::Join | Token::Other(_) => at += 1,
        }
    }
    for path in &mut found {
        path.parts = absolute(std::mem::take(&mut path.parts), module);
    }
    found
}

/// The module that a file below a crate's `src/` holds: `flow/pay.rs` is `flow::pay`.
pub(super) fn module_of(path_in_src: &str) -> Vec<String> {
    let stem = path_in_src.strip_suffix(".rs").unwrap_or(path_in_src);
    let root = matches!(stem, "lib" | "main");
    if root { Vec::new() } else { stem.split('/').map(str::to_owned).collect() }
}

fn tokens(code: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let taken = if word > 0 {
            tokens.push((line, Token::Word(rest[..word].to_owned())));
            word
        } else if rest.starts_with("::") {
            tokens.push((line, Token::Join));
            2
        } else {
            match c {
                '\n' => line += 1,
                _ if c.is_whitespace() => {}
                _ => tokens.push((line, Token::Other(c))),
            }
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    tokens
}

/// Whether what stands here ends in `pub` or `pub(…)`.
fn is_public(before: &[(usize, Token)]) -> bool {
    let words = before.iter().rev().map(|(_, token)| token);
    let mut words = words.skip_while(|token| **token == Token::Other(')')).skip_while(|token| {
        matches!(token, Token::Word(word) if matches!(word.as_str(), "crate" | "super" | "self"))
            || **token == Token::Other('(')
    });
    matches!(words.next(), Some(Token::Word(word)) if word == "pub")
}

/// Reads `a::b::c` from `at`; returns where it stopped, which is behind a trailing `::` if there is one.
fn words(tokens: &[(usize, Token)], mut at: usize, parts: &mut Vec<String>) -> usize {
    while let Some((_, Token::Word(word))) = tokens.get(at) {
        parts.push(word.clone());
        at += 1;
        if !matches!(tokens.get(at), Some((_, Token::Join))) {
            return at;
        }
        at += 1;
    }
    at
}

/// Reads one branch of a `use` tree whose stem is `stem`; returns where it stopped.
fn use_tree(tokens: &[(usize, Token)], at: usize, stem: &mut Vec<String>, found: &mut Vec<Named>) -> usize {
    let depth = stem.len();
    let line = tokens.get(at).map_or(0, |(line, _)| *line);
    // A leading `::` says that the first word is a crate, which is how it is read anyway.
    let at = if matches!(tokens.get(at), Some((_, Token::Join))) { at + 1 } else { at };
    let mut at = words(tokens, at, stem);
    if matches!(tokens.get(at), Some((_, Token::Other('{')))) {
        at += 1;
        while !matches!(tokens.get(at), None | Some((_, Token::Other('}')))) {
            let before = at;
            at = use_tree(tokens, at, stem, found);
            if matches!(tokens.get(at), Some((_, Token::Other(',')))) || at == before {
                at += 1;
            }
        }
        at += 1;
    } else {
        let alias = match (tokens.get(at), tokens.get(at + 1)) {
            (Some((_, Token::Word(word))), Some((_, Token::Word(alias)))) if word == "as" => Some(alias),
            _ => stem.last().filter(|last| *last != "self").or(stem.iter().rev().nth(1)),
        };
        found.push(Named { line, parts: stem.clone(), name: alias.cloned(), is_handed_on: false });
        // What is left of the branch is `as name` or `*`.
        while !matches!(tokens.get(at), None | Some((_, Token::Other(',' | '}' | ';')))) {
            at += 1;
        }
    }
    stem.truncate(depth);
    at
}

fn absolute(parts: Vec<String>, module: &[String]) -> Vec<String> {
    let supers = parts.iter().take_while(|part| *part == "super").count();
    let own = parts.first().is_some_and(|part| part == "self");
    if supers == 0 && !own {
        return parts;
    }
    let kept = module.len().saturating_sub(supers);
    let rest = parts.into_iter().skip(supers + usize::from(own));
    std::iter::once("crate".to_owned()).chain(module[..kept].iter().cloned()).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_out_in_full() {
        let check = |source: &str, expected: &[(usize, &str)]| {
            let module = ["flow".to_owned(), "pay".to_owned()];
            let seen: Vec<(usize, String)> =
                named(source, &module).into_iter().map(|path| (path.line, path.parts.join("::"))).collect();
            let expected: Vec<(usize, String)> =
                expected.iter().map(|(line, path)| (*line, (*path).to_owned())).collect();
            assert_eq!(seen, expected, "{source:?}");
        };
        check("use std::fs;", &[(1, "std::fs")]);
        check("use tokio;", &[(1, "tokio")]);
        check(
            "use crate::{\n    http::{self, page::*},\n    wire as w,\n};\nfn f() {}",
            &[(2, "crate::http::self"), (2, "crate::http::page"), (3, "crate::wire")],
        );
        check("pub(crate) use super::refund::Refund as R;", &[(1, "crate::flow::refund::Refund")]);
        check("use super::super::http;", &[(1, "crate::http")]);
        check("use self::inner::X;", &[(1, "crate::flow::pay::inner::X")]);
        check(
            "let x = crate::http::page(tokio::spawn::<u8>(y));",
            &[(1, "crate::http::page"), (1, "tokio::spawn")],
        );
        check("let rand = x.http; // crate::http::a\n\"crate::http::b\"", &[]);
        check("#[cfg(test)]\nmod tests { use std::fs; }", &[]);
        check("use ::time::Date;", &[(1, "time::Date")]);
    }

    #[test]
    fn a_use_gives_what_it_names_a_name() {
        let check = |source: &str, expected: &[&str]| {
            let seen = named(source, &[]);
            let names: Vec<&str> = seen.iter().filter_map(|path| path.name.as_deref()).collect();
            assert_eq!(names, expected, "{source:?}");
        };
        check("use a::{b, c::{self, d as e}}; f::g();", &["b", "c", "e"]);
        check("pub use crate::a as b;", &["b"]);
        let handed_on = |source: &str| named(source, &[]).iter().all(|path| path.is_handed_on);
        assert!(handed_on("pub use a::b;") && handed_on("pub(crate) use a::{b, c};"));
        assert!(!handed_on("use a::b;") && !handed_on("pub fn f() {} use a::b;"));
    }

    #[test]
    fn files_are_modules() {
        let check = |path: &str, expected: &str| assert_eq!(module_of(path).join("::"), expected);
        check("lib.rs", "");
        check("flow.rs", "flow");
        check("flow/pay.rs", "flow::pay");
    }
}
