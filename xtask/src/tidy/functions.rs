//! The length of functions, from the `fn` to the brace that ends the body. Tests may be as long as their tables.

use super::files::{over, ratchet};
use super::finding::Finding;
use super::row::Long;
use super::rust;
use super::tree::SourceFile;

/// A function as it stands in a file.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    /// Counted from one.
    line: usize,
    lines: usize,
}

/// Functions over the limit, and rows of `allowed` that no longer fit.
pub(super) fn lengths(files: &[SourceFile], lines_max: usize, allowed: &[Long]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut longest: Vec<Option<usize>> = allowed.iter().map(|_| None).collect();
    for file in files.iter().filter(|file| file.path.ends_with(".rs") && !rust::is_test_file(&file.path)) {
        for function in functions(&file.text) {
            let row = allowed.iter().position(|row| row.path == file.path && row.function == function.name);
            if let Some(row) = row {
                longest[row] = longest[row].max(Some(function.lines));
            }
            let what = over(function.lines, lines_max, row.map(|row| &allowed[row]));
            let at =
                |what: String| Finding::at(&file.path, function.line, format!("`{}`: {what}", function.name));
            findings.extend(what.map(at));
        }
    }
    findings.extend(allowed.iter().zip(longest).filter_map(|(row, lines)| ratchet(row, lines, lines_max)));
    findings
}

/// Every function with a body, in the order of the text.
fn functions(source: &str) -> Vec<Function> {
    let code = rust::product_code(source);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = code[from..].find("fn ").map(|at| from + at) {
        from = at + 3;
        let starts_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name: String = code[from..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // A name follows the word, or it is the type of a function pointer.
        if !starts_word || name.is_empty() {
            continue;
        }
        let end = rust::item_end(&code, from);
        if code[..end].ends_with('}') {
            let line = code[..at].matches('\n').count() + 1;
            found.push(Function { name, line, lines: code[at..end].matches('\n').count() + 1 });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    const SOURCE: &str = "\
//! fn in_a_comment() {
fn one() -> Result<(), fn(u8) -> u8> { \"}\"; }
trait Speak {
    fn declared(&self);
    fn given(
        &self,
    ) -> [u8; 2]
    where
        Self: Sized,
    {
        if true {
            loop {}
        }
        [0; 2]
    }
}
const fn last() {
    let text = \"fn in_a_text() {\";
}
#[cfg(test)]
mod tests {
    fn of_a_test() {
    }
}
";

    #[test]
    fn functions_are_measured_from_word_to_brace() {
        let seen: Vec<(String, usize, usize)> =
            functions(SOURCE).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        let expected = [("one", 2, 1), ("given", 5, 11), ("last", 17, 3)];
        assert_eq!(seen, expected.map(|(name, line, lines)| (name.to_owned(), line, lines)));
    }

    #[test]
    fn long_functions_need_a_row_and_rows_only_shrink() {
        let long = |function, lines| Long { path: "a.rs", function, lines, reason: "a flat match" };
        let check = |path: &str, lines_max: usize, allowed: &[Long], expected: usize| {
            let findings = lengths(&[file(path, SOURCE)], lines_max, allowed);
            assert_eq!(findings.len(), expected, "{findings:?}");
        };
        check("a.rs", 11, &[], 0);
        check("a.rs", 10, &[], 1);
        check("a.rs", 10, &[long("given", 11)], 0);
        check("a.rs", 9, &[long("given", 10)], 1);
        check("a.rs", 10, &[long("given", 12)], 1);
        check("a.rs", 11, &[long("given", 11)], 1);
        check("a.rs", 11, &[long("gone", 99)], 1);
        check("a/tests.rs", 1, &[], 0);
    }
}
