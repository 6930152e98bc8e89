//! The sheets beside the three published documents: Markdown that people read, whose tables are data for the tests.

use std::collections::BTreeMap;

/// The rows of a section, each with its cells as they stand, without the heads of its tables.
pub(super) fn sections(page: &str) -> BTreeMap<&str, Vec<Vec<&str>>> {
    let mut sections: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    let mut section = None;
    let mut is_body = false;
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = Some(title);
        }
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            is_body = false;
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if cells.iter().all(|cell| cell.chars().all(|c| c == '-') && !cell.is_empty()) {
            is_body = true;
        } else if is_body {
            let section = section.expect("a table stands in a section");
            sections.entry(section).or_default().push(cells);
        }
    }
    sections
}

/// A member of an answer.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    /// Where it stands; lists are passed through without an index.
    pub(super) path: &'a str,
    /// The type it is sent as.
    pub(super) kind: &'a str,
    /// Whether it has to be wherever the object around it is.
    pub(super) is_mandatory: bool,
    /// The most characters.
    pub(super) length: Option<usize>,
    /// Whether it is sent at all.
    pub(super) is_sent: bool,
}

impl<'a> Member<'a> {
    /// Reads a row, and refuses one that does not say what it has to.
    pub(super) fn read(cells: &[&'a str]) -> Self {
        let [path, kind, obligation, length, from, ours] = *cells else { panic!("{cells:?}") };
        assert!(matches!(kind, "String" | "Number" | "Object" | "Array" | "Any"), "{path}: {kind}");
        assert!(matches!(obligation, "M" | "O" | "C" | ""), "{path}: {obligation}");
        assert!(matches!(from, "T" | "S" | "TS" | "–"), "{path}: {from}");
        assert!(from != "–" || !ours.is_empty(), "{path}: nobody says why it is sent");
        let mut member = Self {
            path,
            kind,
            is_mandatory: obligation == "M",
            length: (!length.is_empty()).then(|| length.parse().unwrap()),
            is_sent: true,
        };
        match ours.split_once(": ").map(|(deviation, _)| deviation.split(' ').collect::<Vec<_>>()).as_deref()
        {
            Some(["never"]) => member.is_sent = false,
            Some(["as", kind]) => {
                member.kind =
                    ["String", "Number", "Object", "Array"].into_iter().find(|k| k == kind).unwrap();
            }
            Some(["up", "to", length]) => member.length = Some(length.parse().unwrap()),
            Some(other) => panic!("{path}: {other:?} is no deviation"),
            None => assert!(from == "–" || ours.is_empty(), "{path}: {ours} is no deviation"),
        }
        member
    }
}
