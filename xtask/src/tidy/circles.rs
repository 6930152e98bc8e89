//! Files of a crate that import each other in a circle. Two that do so are a thing in two parts; with three, nobody
//! can be read without all of the others.

use std::collections::BTreeSet;

use super::imports::Imports;
use super::tree::SourceFile;
use super::{Circles, Finding};

/// Crates with more files in circles than the list says, and rows of it that nothing needs.
pub(super) fn check(files: &[SourceFile], left: &[Circles]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for src in sources(files) {
        let imports = Imports::read(files, &src);
        let mut circles = imports.circles();
        let tied: BTreeSet<&str> = circles.iter().flatten().copied().collect();
        let row = left.iter().find(|row| row.src == src);
        if tied.len() > row.map_or(0, |row| row.files) {
            circles.sort_by_key(Vec::len);
            let shortest = circles.first().map_or(String::new(), |circle| circle.join(" -> "));
            let listed = row.map_or(String::new(), |row| format!(", listed with {}", row.files));
            let what = format!("{} files import each other in circles{listed}, as {shortest}", tied.len());
            findings.push(Finding::whole(&src, what));
        }
        if tied.is_empty() && row.is_some() {
            findings.push(Finding::whole(&src, "has no circles any more: its row in CIRCLES can go"));
        }
    }
    findings
}

/// Where the sources of each crate are.
fn sources(files: &[SourceFile]) -> BTreeSet<String> {
    let of = |file: &SourceFile| file.path.strip_suffix("/Cargo.toml").map(|path| format!("{path}/src"));
    files.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    #[test]
    fn circles_are_told_until_the_list_says_so() {
        let check = |texts: [&str; 3], left: &[Circles], expected: &[&str]| {
            let mut files = vec![file("c/Cargo.toml", "")];
            let names = ["a", "b", "c"].iter().zip(texts);
            files.extend(names.map(|(name, text)| file(&format!("c/src/{name}.rs"), text)));
            let findings: Vec<String> = super::check(&files, left).iter().map(Finding::to_string).collect();
            assert_eq!(findings.len(), expected.len(), "{findings:?}");
            for (finding, expected) in findings.iter().zip(expected) {
                assert!(finding.contains(expected), "{finding} {expected}");
            }
        };
        let circle = ["use crate::b::B;", "use crate::c::C;", "use crate::a::A;"];
        let row = |files| [Circles { src: "c/src", files }];
        check(
            circle,
            &[],
            &["3 files import each other in circles, as c/src/a.rs -> c/src/b.rs -> c/src/c.rs"],
        );
        check(circle, &row(3), &[]);
        check(circle, &row(2), &["listed with 2"]);
        check(["", "", ""], &row(2), &["has no circles any more"]);
        check(["", "", ""], &[], &[]);
    }
}
