//! Rules about a file as such: how it opens and ends, what it is called, how long it is, what it must not mention.

use super::finding::Finding;
use super::row::Long;
use super::tree::SourceFile;

/// Opening words of Rust files, white space at ends, machine paths.
pub(super) fn shape(file: &SourceFile, machine_paths: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.path.ends_with(".rs") && !file.text.starts_with("//! ") {
        findings.push(Finding::at(&file.path, 1, "opens with `//!`: its job, and what it leaves out"));
    }
    for (at, line) in file.text.lines().enumerate() {
        for place in machine_paths.iter().filter(|place| line.contains(place.as_str())) {
            findings.push(Finding::at(&file.path, at + 1, format!("names a place on one machine: {place}")));
        }
    }
    // Snapshots belong to the tool that writes them, to the last byte.
    if !file.path.ends_with(".snap") {
        findings.extend(white_space(file));
    }
    findings
}

fn white_space(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in file.text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            findings.push(Finding::at(&file.path, at + 1, "white space at the end of the line"));
        }
    }
    if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
        findings.push(Finding::whole(&file.path, "ends with exactly one newline"));
    }
    findings
}

/// Names that hide what is inside, and `mod.rs`.
pub(super) fn name(file: &SourceFile, empty_names: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parts: Vec<&str> = file.path.split('/').collect();
    let Some((last, directories)) = parts.split_last() else { return findings };
    if *last == "mod.rs" {
        findings.push(Finding::whole(&file.path, "`foo.rs` beside `foo/`, not `foo/mod.rs`"));
    }
    let stem = last.split('.').next().unwrap_or(last);
    let source = last.ends_with(".rs") || last.ends_with(".mjs");
    let in_src = directories.iter().skip_while(|part| **part != "src").copied();
    for part in in_src.chain(source.then_some(stem)).filter(|part| empty_names.contains(part)) {
        findings.push(Finding::whole(&file.path, format!("`{part}` says nothing about what is inside")));
    }
    findings
}

/// Rust files over the limit, and rows of `allowed` that no longer fit what they are about.
pub(super) fn lengths(files: &[SourceFile], lines_max: usize, allowed: &[Long]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let lines = file.text.lines().count();
        let row = allowed.iter().find(|row| row.path == file.path);
        findings.extend(over(lines, lines_max, row).map(|what| Finding::whole(&file.path, what)));
    }
    for row in allowed {
        let lines = files.iter().find(|file| file.path == row.path).map(|file| file.text.lines().count());
        findings.extend(ratchet(row, lines, lines_max));
    }
    findings
}

/// What to say about something of `lines` lines, when that is more than its row or else the rule allows.
pub(super) fn over(lines: usize, lines_max: usize, row: Option<&Long>) -> Option<String> {
    match row {
        Some(row) if lines > row.lines => {
            Some(format!("{lines} lines, listed with {} ({})", row.lines, row.reason))
        }
        None if lines > lines_max => Some(format!("{lines} lines, at most {lines_max}: split it")),
        _ => None,
    }
}

/// An exception that is larger than needed must shrink, or it would let the thing grow again.
pub(super) fn ratchet(row: &Long, lines: Option<usize>, lines_max: usize) -> Option<Finding> {
    let what = match lines {
        None => "is listed as long in xtask/src/tidy.rs but is gone: drop its row".to_owned(),
        Some(lines) if lines <= lines_max => {
            "is no longer long: drop its row in xtask/src/tidy.rs".to_owned()
        }
        Some(lines) if lines < row.lines => {
            format!("has shrunk: its row in xtask/src/tidy.rs says {lines} now")
        }
        Some(_) => return None,
    };
    Some(Finding::whole(
        row.path,
        if row.function.is_empty() { what } else { format!("`{}` {what}", row.function) },
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    fn lines_of(findings: &[Finding]) -> Vec<Option<usize>> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_file_opens_and_ends_as_agreed() {
        let check = |path: &str, text: &str, expected: &[Option<usize>]| {
            assert_eq!(
                lines_of(&shape(&file(path, text), &["/srv/me/".to_owned()])),
                expected,
                "{path} {text:?}"
            );
        };
        check("a.rs", "//! A job.\nfn main() {}\n", &[]);
        check("a.rs", "fn main() {}\n", &[Some(1)]);
        check("a.rs", "//!\n", &[Some(1)]);
        check("a.md", "no opening words needed\n", &[]);
        check("a.md", "a \nb\t\nc\r\n", &[Some(1), Some(2), Some(3)]);
        check("a.md", "no end", &[None]);
        check("a.md", "two ends\n\n", &[None]);
        check("a.md", "", &[]);
        check("a.md", "fine\nsee /srv/me/notes\n", &[Some(2)]);
        check("a.snap", "a \n\n", &[]);
        check("a.snap", "/srv/me/notes", &[Some(1)]);
    }

    #[test]
    fn names_say_what_is_inside() {
        let check = |path: &str, expected: usize| {
            assert_eq!(name(&file(path, ""), &["util", "data"]).len(), expected, "{path}");
        };
        check("crates/snap/src/minify.rs", 0);
        check("crates/snap/src/database.rs", 0);
        check("crates/snap/src/util.rs", 1);
        check("crates/snap/src/util/text.rs", 1);
        check("crates/snap/src/data/mod.rs", 2);
        check("e2e/util.mjs", 1);
        check("docs/data/table.csv", 0);
    }

    #[test]
    fn long_files_need_a_row_and_rows_only_shrink() {
        let long = |lines| Long { path: "a.rs", function: "", lines, reason: "one table" };
        let check = |lines: usize, allowed: &[Long], expected: usize| {
            let files = [file("a.rs", &"x\n".repeat(lines)), file("a.md", &"x\n".repeat(50))];
            assert_eq!(lengths(&files, 10, allowed).len(), expected, "{lines}");
        };
        check(10, &[], 0);
        check(11, &[], 1);
        check(12, &[long(12)], 0);
        check(13, &[long(12)], 1);
        check(11, &[long(12)], 1);
        check(10, &[long(12)], 1);
        assert_eq!(lengths(&[], 10, &[long(12)]).len(), 1);
    }
}
