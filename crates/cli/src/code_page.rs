//! The page of response codes, compiled in: when Lunas sends a code, and what to do about it.
//!
//! The page is written for people. Its tables are what is read here: rows that begin with a code in backticks, of a
//! service or, with `xx` in the middle, of every service.

use lunas_snap::code::ResponseCode;

const PAGE: &str = include_str!("../../../docs/response-codes.md");

/// One row of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Seven places: a code, or one with `xx` for the service.
    pub(crate) code: String,
    /// When it is sent.
    pub(crate) when: String,
    /// What to do about it; empty where there is nothing to do.
    pub(crate) remedy: String,
}

/// What the page has on a code: its own row if there is one, else that of every service.
pub(crate) fn find(code: &ResponseCode) -> Option<Entry> {
    let (http, case) = (&code.as_str()[..3], code.case_digits());
    let of_every_service = format!("{http}xx{case}");
    let named = |code: &str| entries().find(|entry| entry.code == code);
    named(code.as_str()).or_else(|| named(&of_every_service))
}

fn entries() -> impl Iterator<Item = Entry> {
    PAGE.lines().filter_map(entry)
}

fn entry(line: &str) -> Option<Entry> {
    let row = line.strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let code = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
    if code.len() != 7 || !code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x') {
        return None;
    }
    // The table of every service has the words of the code between it and the rest.
    let (when, remedy) = match *cells.as_slice() {
        [_, _, when, remedy] | [_, when, remedy] => (when, remedy),
        [_, when] => (when, ""),
        _ => return None,
    };
    let remedy = if remedy == "–" { String::new() } else { plain(remedy) };
    Some(Entry { code: code.to_owned(), when: plain(when), remedy })
}

/// Markdown without its marks: links by their words, code without backticks.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text.replace(['`', '['], "")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use lunas_snap::code::Case;
    use lunas_snap::service::Service;

    use super::*;

    /// What the gateway's sources name, and what every message can come to.
    fn cases_in_use() -> BTreeSet<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut sources = String::new();
        let mut rooms = vec![crates.join("gateway/src"), crates.join("snap/src/field.rs")];
        while let Some(room) = rooms.pop() {
            if room.is_dir() {
                rooms.extend(std::fs::read_dir(&room).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                sources.push_str(&std::fs::read_to_string(&room).unwrap());
            }
        }
        let is_named = |case: &&Case| {
            let name = format!("Case::{case:?}");
            let mut uses = sources.match_indices(&name).map(|(at, _)| &sources[at + name.len()..]);
            uses.any(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let used = Case::ALL.iter().filter(is_named).chain([&Case::Successful]);
        used.map(|case| format!("{case:?}")).collect()
    }

    #[test]
    fn every_case_that_is_sent_is_on_the_page_and_no_other() {
        let mut told = BTreeSet::new();
        for entry in entries() {
            let code = ResponseCode::parse(&entry.code.replace("xx", "00")).unwrap();
            let case = code.case().unwrap_or_else(|| panic!("{} is no case", entry.code));
            let of_every_service = entry.code.contains('x') || case == Case::InvalidRouting;
            let service = Service::of_code(code.service());
            assert!(of_every_service || service.is_some(), "{} is of no service", entry.code);
            assert!(!entry.when.is_empty(), "{} says nothing", entry.code);
            told.insert(format!("{case:?}"));
        }
        assert_eq!(told, cases_in_use());
    }

    #[test]
    fn a_row_is_read_without_its_marks() {
        let check = |line: &str, expected: Option<(&str, &str, &str)>| {
            let expected = expected.map(|(code, when, remedy)| Entry {
                code: code.to_owned(),
                when: when.to_owned(),
                remedy: remedy.to_owned(),
            });
            assert_eq!(entry(line), expected, "{line}");
        };
        check(
            "| `2005400` | open | go to `webRedirectUrl` |",
            Some(("2005400", "open", "go to webRedirectUrl")),
        );
        check(
            "| `401xx00` | Words | wrong [a](x) and [b](y#z) | – |",
            Some(("401xx00", "wrong a and b", "")),
        );
        check("| `2005600` | taken |", Some(("2005600", "taken", "")));
        check("| code | when | what to do |", None);
        check("| `100` | not a code | – |", None);
        check("`2005400` in a sentence", None);
    }

    #[test]
    fn a_code_without_a_row_of_its_own_has_that_of_every_service() {
        let check = |code: &str, row: Option<&str>| {
            let found = find(&ResponseCode::parse(code).unwrap());
            assert_eq!(found.map(|entry| entry.code).as_deref(), row, "{code}");
        };
        check("4035715", Some("4035715"));
        check("5005401", Some("500xx01"));
        check("4035707", None);
    }
}
