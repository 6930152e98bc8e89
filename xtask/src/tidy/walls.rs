//! Walls inside crates: which paths the code of a module may not name.

use super::finding::Finding;
use super::paths::{self, Named};
use super::row::Wall;
use super::rust;
use super::tree::SourceFile;

/// Every breach of a wall in one file. A wall around a module that does not exist yet holds nothing up.
pub(super) fn check(file: &SourceFile, walls: &[Wall]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some((_, in_src)) = file.path.split_once("/src/") else { return findings };
    if !file.path.ends_with(".rs") || rust::is_test_file(&file.path) {
        return findings;
    }
    for wall in walls.iter().filter(|wall| covers(wall.within, &file.path)) {
        for path in paths::named(&file.text, &paths::module_of(in_src)) {
            if let Some(forbidden) = wall.forbidden.iter().find(|forbidden| names(&path, forbidden)) {
                let what = format!("{} may not name `{forbidden}`: {}", wall.within, wall.why);
                findings.push(Finding::at(&file.path, path.line, what));
            }
        }
    }
    findings.dedup();
    findings
}

/// Whether the file is the module `within`, or lies in it.
fn covers(within: &str, path: &str) -> bool {
    path.strip_prefix(within).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn names(path: &Named, forbidden: &str) -> bool {
    match forbidden.strip_prefix("**::") {
        Some(word) => path.parts.iter().any(|part| part == word),
        None => {
            forbidden.split("::").enumerate().all(|(at, part)| path.parts.get(at).is_some_and(|p| p == part))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    #[test]
    fn a_wall_is_told_wherever_it_is_breached() {
        let walls = [
            Wall { within: "g/src/http", forbidden: &["crate::worker"], why: "roads" },
            Wall { within: "v/src", forbidden: &["std::fs", "rand", "**::Instant"], why: "sans-IO" },
        ];
        let check = |path: &str, text: &str, expected: &[usize]| {
            let lines: Vec<usize> =
                super::check(&file(path, text), &walls).iter().filter_map(|f| f.line).collect();
            assert_eq!(lines, expected, "{path} {text:?}");
        };
        check("g/src/http.rs", "use crate::flow;\nuse crate::worker;", &[2]);
        check("g/src/http/page.rs", "use super::super::worker::Tick;", &[1]);
        check("g/src/http/page.rs", "use super::worker::Tick;", &[]);
        check("g/src/http/page.rs", "use crate::{flow, worker};", &[1]);
        check("g/src/httpd.rs", "use crate::worker;", &[]);
        check("g/src/lib.rs", "use crate::worker;", &[]);
        check(
            "v/src/lib.rs",
            "let x = std::fs::read(y);\nuse std::time::Instant;\nuse rand::Rng;",
            &[1, 2, 3],
        );
        check("v/src/lib.rs", "use aws_lc_rs::rand::SystemRandom; let rand = 1;", &[]);
        check("v/src/a/tests.rs", "use std::fs;", &[]);
        check("v/build.rs", "use std::fs;", &[]);
    }
}
