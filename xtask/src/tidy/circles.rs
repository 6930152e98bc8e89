//! Files of a crate that import each other in a circle. Two that do so are a thing in two parts; with three, nobody
//! can be read without all of the others.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::imports::Imports;
use super::tree::SourceFile;

/// Crates with files in circles of more than two.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for src in sources(files) {
        let imports = Imports::read(files, &src);
        let circles = imports.circles();
        let tied: BTreeSet<&str> = circles.iter().flatten().copied().collect();
        if let Some(shortest) = circles.iter().min_by_key(|circle| circle.len()) {
            let shortest = shortest.join(" -> ");
            let what = format!("{} files import each other in circles, as {shortest}", tied.len());
            findings.push(Finding::whole(&src, what));
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
    fn circles_are_told() {
        let check = |texts: [&str; 3], expected: &[&str]| {
            let mut files = vec![file("c/Cargo.toml", "")];
            let names = ["a", "b", "c"].iter().zip(texts);
            files.extend(names.map(|(name, text)| file(&format!("c/src/{name}.rs"), text)));
            let findings: Vec<String> = super::check(&files).iter().map(Finding::to_string).collect();
            assert_eq!(findings.len(), expected.len(), "{findings:?}");
            for (finding, expected) in findings.iter().zip(expected) {
                assert!(finding.contains(expected), "{finding} {expected}");
            }
        };
        check(
            ["use crate::b::B;", "use crate::c::C;", "use crate::a::A;"],
            &["3 files import each other in circles, as c/src/a.rs -> c/src/b.rs -> c/src/c.rs"],
        );
        check(["use crate::b::B;", "use crate::a::A;", "use crate::a::A;"], &[]);
        check(["", "", ""], &[]);
    }
}
