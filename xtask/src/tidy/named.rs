//! Names that a document says are in a file: in a table of `PAGES`, a row that links a source file and names things of
//! it as code speaks of what is there.

use super::finding::Finding;
use super::rust;
use super::tree::SourceFile;

/// Words before the name of a thing that is defined.
const DEFINING: &[&str] = &["fn", "struct", "enum", "trait", "type", "mod", "const", "static"];

/// Rows of `pages` that name what their file does not define. A page that is not there, or has no such row, is a finding
/// as well.
pub(super) fn check(files: &[SourceFile], pages: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in pages {
        let Some(file) = files.iter().find(|file| file.path == *page) else {
            findings.push(Finding::whole(page, "is missing"));
            continue;
        };
        let mut rows = 0;
        for (at, line) in file.text.lines().enumerate() {
            let Some((path, source)) = source_of(&file.path, line, files) else { continue };
            rows += 1;
            let defined = defined(&source.text);
            for name in names(line).filter(|name| !defined.iter().any(|known| known == name)) {
                let what = format!("says that `{name}` is in {path}, which does not define it");
                findings.push(Finding::at(&file.path, at + 1, what));
            }
        }
        if rows == 0 {
            findings.push(Finding::whole(page, "has no row that links a source file"));
        }
    }
    findings
}

/// The source file that a table's row links, if it is such a row.
fn source_of<'a>(page: &str, line: &str, files: &'a [SourceFile]) -> Option<(&'a str, &'a SourceFile)> {
    let (_, behind) = line.strip_prefix('|')?.split_once("](")?;
    let target = behind.split_once(')')?.0;
    let up = target.split("../").count() - 1;
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    folders.truncate(folders.len().checked_sub(up)?);
    let path = folders.into_iter().chain([target.trim_start_matches("../")]).collect::<Vec<_>>().join("/");
    let file = files.iter().find(|file| file.path == path && path.ends_with(".rs"))?;
    Some((&file.path, file))
}

/// What a row names as code, without the link's own text: of `Site::answer` both, of a call no more than its name.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let outside = |at: &usize| !line[..*at].ends_with('[');
    let mut ticks = line.match_indices('`').map(|(at, _)| at);
    let spans = std::iter::from_fn(move || Some((ticks.next()?, ticks.next()?)));
    spans
        .filter(move |(from, _)| outside(from))
        .flat_map(|(from, to)| line[from + 1..to].split("::"))
        .map(|part| part.trim_end_matches("()"))
        .filter(|part| part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Everything that a source file gives a name: functions, types, constants, variants and the types it has methods for.
fn defined(source: &str) -> Vec<String> {
    let code = rust::product_code(source);
    let words: Vec<&str> =
        code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let mut names: Vec<String> = words
        .windows(2)
        .filter(|pair| DEFINING.contains(&pair[0]) || pair[0] == "impl" || pair[0] == "for")
        .map(|pair| pair[1].to_owned())
        .collect();
    let variants = code.lines().filter_map(|line| {
        let line = line.trim();
        let word: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let starts_big = word.starts_with(|c: char| c.is_uppercase());
        (starts_big && line[word.len()..].starts_with([',', '(', ' '])).then_some(word)
    });
    names.extend(variants);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree;

    #[test]
    fn a_row_names_what_its_file_defines() {
        let source = "//! Pays.\npub struct Till;\nimpl Till {\n    pub async fn pay(&self) {}\n}\nenum State {\n    Paid,\n}\n";
        let check = |row: &str, expected: &[&str]| {
            let files = [tree::file("docs/page.md", row), tree::file("crates/till/src/lib.rs", source)];
            let found: Vec<String> = check(&files, &["docs/page.md"]).into_iter().map(|f| f.what).collect();
            assert_eq!(found, expected, "{row}");
        };
        check("| 1 | [`lib.rs`](../crates/till/src/lib.rs) | `Till::pay` | `State`, `Paid` |", &[]);
        check(
            "| 1 | [`lib.rs`](../crates/till/src/lib.rs) | `Till::pay()`, a `422` and \"`a b`\" |",
            &["says that `422` is in crates/till/src/lib.rs, which does not define it"],
        );
        check(
            "| 1 | [`lib.rs`](../crates/till/src/lib.rs) | `Till::give` |",
            &["says that `give` is in crates/till/src/lib.rs, which does not define it"],
        );
        check(
            "In prose [`lib.rs`](../crates/till/src/lib.rs) has no `row`.",
            &["has no row that links a source file"],
        );
    }

    #[test]
    fn a_page_is_there() {
        let found = check(&[], &["docs/page.md"]);
        assert_eq!(found, [Finding::whole("docs/page.md", "is missing")]);
    }
}
