//! The page of discrepancies against the tests it names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many rows each part of the contract's list has.
const ROWS: [(char, u8); 8] =
    [('A', 30), ('B', 21), ('C', 11), ('D', 21), ('E', 7), ('F', 28), ('G', 4), ('H', 16)];
/// What stands in place of a test where there is nothing to test.
const NO_TEST: [&str; 2] = ["not served", "nothing on the wire"];

const PAGE: &str = include_str!("../../../../../docs/discrepancies.md");

/// The rows of the page: the row's name, and its last cell.
fn rows() -> Vec<(String, String)> {
    let cells = PAGE.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let (name, rest) = row.split_once(" | ")?;
        let is_row = name.len() > 1 && name[1..].bytes().all(|byte| byte.is_ascii_digit());
        is_row.then(|| (name.to_owned(), rest.rsplit(" | ").next().unwrap().to_owned()))
    });
    cells.collect()
}

/// The names of all tests under `crates` and `e2e`.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut names = BTreeSet::new();
    let mut rooms: Vec<PathBuf> = vec![root.join("crates"), root.join("e2e")];
    while let Some(room) = rooms.pop() {
        for entry in std::fs::read_dir(&room).unwrap() {
            let path = entry.unwrap().path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            match kind {
                _ if path.is_dir() && !path.ends_with("node_modules") => rooms.push(path),
                Some("rs") => names.extend(functions(&std::fs::read_to_string(&path).unwrap())),
                Some("mjs") => names.extend(sentences(&std::fs::read_to_string(&path).unwrap())),
                _ => {}
            }
        }
    }
    names
}

/// The functions of a source that are tests: the first after each attribute that says so.
fn functions(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let attributes = ["#[test]", "#[tokio::test]", "#[tokio::test("];
    for after in attributes.iter().flat_map(|attribute| source.split(attribute).skip(1)) {
        let name = after.split_once("fn ").map(|(_, rest)| rest.split('(').next().unwrap_or_default());
        names.extend(name.map(str::to_owned));
    }
    names
}

/// The titles of a suite in JavaScript.
fn sentences(source: &str) -> Vec<String> {
    let titles = source.split("test(\"").skip(1).chain(source.split("browse(\"").skip(1));
    titles.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_row_of_the_contracts_list_is_on_the_page() {
    let expected: Vec<String> =
        ROWS.iter().flat_map(|(part, count)| (1..=*count).map(move |nth| format!("{part}{nth}"))).collect();
    let listed: Vec<String> = rows().into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_test_that_a_row_names_is_there() {
    let tests = tests();
    for (name, proof) in rows() {
        if NO_TEST.iter().any(|reason| proof.starts_with(reason)) {
            continue;
        }
        let mut named = proof.split('`').skip(1).step_by(2).peekable();
        assert!(named.peek().is_some(), "{name} names no test");
        for test in named {
            assert!(tests.contains(test), "{name} names {test}, which is no test");
        }
    }
}

/// A test that begins with rows is named by them.
#[test]
fn every_test_of_rows_is_named_by_its_rows() {
    let rows = rows();
    let sources = [
        include_str!("../discrepancies.rs"),
        include_str!("authorizations.rs"),
        include_str!("calls.rs"),
        include_str!("links.rs"),
        include_str!("values.rs"),
    ];
    for test in sources.iter().flat_map(|source| functions(source)) {
        let is_row = |word: &&str| {
            let (part, nth) = word.split_at(1);
            part.chars().all(char::is_alphabetic)
                && !nth.is_empty()
                && nth.bytes().all(|b| b.is_ascii_digit())
        };
        let of: Vec<String> = test.split('_').take_while(is_row).map(str::to_uppercase).collect();
        assert!(!of.is_empty(), "{test} does not begin with a row");
        for row in of {
            let names_it =
                rows.iter().any(|(name, proof)| *name == row && proof.contains(&format!("`{test}`")));
            assert!(names_it, "row {row} does not name {test}");
        }
    }
}
