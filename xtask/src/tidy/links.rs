//! Links of the Markdown documents that point into the repository: the file is there, and so is the heading.
//!
//! Addresses on the web are not called: a check that needs somebody else's server fails on somebody else's bad day.

use super::finding::Finding;
use super::tree::SourceFile;

/// A link's target and the line it is on.
struct Link<'a> {
    line: usize,
    target: &'a str,
}

/// Links of `file` that lead nowhere. `exists` knows every path of the repository, pictures included.
pub(super) fn check(file: &SourceFile, files: &[SourceFile], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for Link { line, target } in links(&file.text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, heading) =
            target.split_once('#').map_or((target, None), |(path, name)| (path, Some(name)));
        let path = if path.is_empty() { Some(file.path.clone()) } else { resolved(&file.path, path) };
        let Some(path) = path.filter(|path| exists(path)) else {
            findings.push(Finding::at(&file.path, line, format!("links to {target}, which is not there")));
            continue;
        };
        let document = files.iter().find(|file| file.path == path);
        let known = |name: &str| document.is_some_and(|file| headings(&file.text).any(|known| known == name));
        if let Some(name) = heading.filter(|name| !known(name)) {
            findings.push(Finding::at(&file.path, line, format!("{path} has no heading for #{name}")));
        }
    }
    findings
}

/// Lines outside fenced code, counted from one.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        (!is_code && !is_fence).then_some((at + 1, line))
    })
}

fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once("](") {
            let Some((target, behind)) = behind.split_once(')') else { break };
            found.push(Link { line, target });
            rest = behind;
        }
    }
    found
}

/// A target written in `document`, from the root; none if it leads out of the repository.
fn resolved(document: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The names that a heading is linked by, as the common hosts make them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    #[test]
    fn links_lead_to_files_and_headings() {
        let files = [
            file("README.md", "# Top\n"),
            file("docs/a.md", "# A\n## When you get a 401\n```\n# no heading\n```\n## 7. Mini apps\n"),
        ];
        let exists =
            |path: &str| path == "docs/p.png" || path == "docs" || files.iter().any(|file| file.path == path);
        let check = |path: &str, text: &str, expected: &[usize]| {
            let lines: Vec<usize> =
                check(&file(path, text), &files, exists).into_iter().filter_map(|found| found.line).collect();
            assert_eq!(lines, expected, "{path} {text:?}");
        };
        check("README.md", "[a](docs/a.md) and [b](docs/b.md)", &[1]);
        check("README.md", "![p](docs/p.png)\n[d](docs)\n[d](docs/)\n![q](docs/q.png)", &[4]);
        check("docs/b.md", "[a](a.md), [top](../README.md), [out](../../x.md)", &[1]);
        check("README.md", "[w](https://example.com/x) [m](mailto:a@b.example)", &[]);
        check("docs/b.md", "[h](a.md#when-you-get-a-401) [m](a.md#7-mini-apps) [n](a.md#no-heading)", &[1]);
        check("docs/a.md", "[own](#a)\n[none](#b)", &[2]);
        check("README.md", "```\n[code](nowhere.md)\n```\n", &[]);
        check("src/a.rs", "//! [a](nowhere.md)", &[]);
    }
}
