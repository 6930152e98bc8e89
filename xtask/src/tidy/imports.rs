//! Which file of a crate imports which: a path is followed to the file that defines what it names, through whatever
//! hands the name on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::paths::{self, Named};
use super::rust;
use super::tree::SourceFile;

/// The product files of one crate, and what they import from each other.
pub(super) struct Imports<'f> {
    /// Each file's imports, with the line that names each first.
    pub(super) of: BTreeMap<&'f str, BTreeMap<&'f str, usize>>,
}

type Module = Vec<String>;

/// How names are followed to files.
struct Crate<'f> {
    files: HashMap<Module, &'f str>,
    /// What a module calls by a name that it took from elsewhere.
    names: HashMap<(Module, String), Vec<String>>,
}

/// A name that is handed on more often than this is followed no further: it goes round in a circle.
const STEPS_MAX: usize = 16;

impl<'f> Imports<'f> {
    /// Those of the crate whose sources are `within`, as in `crates/store/src`.
    pub(super) fn read(files: &'f [SourceFile], within: &str) -> Self {
        let mut modules = Vec::new();
        for file in files {
            let in_src = file.path.strip_prefix(within).and_then(|rest| rest.strip_prefix('/'));
            if let Some(in_src) =
                in_src.filter(|path| path.ends_with(".rs") && !rust::is_test_file(&file.path))
            {
                let module = paths::module_of(in_src);
                modules.push((file.path.as_str(), paths::named(&file.text, &module), module));
            }
        }
        let mut names = Crate { files: HashMap::new(), names: HashMap::new() };
        for (path, _, module) in &modules {
            names.files.insert(module.clone(), path);
        }
        for (_, paths, module) in &modules {
            for path in paths {
                if let (Some(name), Some(parts)) = (&path.name, names.absolute(path, module)) {
                    names.names.insert((module.clone(), name.clone()), parts);
                }
            }
        }
        let mut of = BTreeMap::new();
        for (file, paths, module) in &modules {
            let mut imports = BTreeMap::new();
            for path in paths {
                let parts = names.absolute(path, module);
                // A module that hands on what lies in it is its face, and needs none of it.
                let parts = parts.filter(|parts| !(path.is_handed_on && parts.starts_with(module)));
                let target = parts.and_then(|parts| names.file(parts));
                if let Some(target) = target.filter(|target| target != file) {
                    imports.entry(target).or_insert(path.line);
                }
            }
            of.insert(*file, imports);
        }
        Self { of }
    }

    /// Every import that lies in a circle of more than two files, with a shortest circle through it. Two files that
    /// import each other are a thing in two parts.
    pub(super) fn circles(&self) -> Vec<Vec<&'f str>> {
        let mut circles = Vec::new();
        for (from, imports) in &self.of {
            for to in imports.keys() {
                circles.extend(self.way(to, from).map(|way| [vec![*from], way].concat()));
            }
        }
        circles
    }

    /// The shortest way from one file to another that is more than a step.
    fn way(&self, from: &'f str, to: &'f str) -> Option<Vec<&'f str>> {
        let mut came: BTreeMap<&str, &str> = BTreeMap::new();
        let mut seen = BTreeSet::from([from]);
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(file) = queue.pop_front() {
            for next in self.of.get(file)?.keys() {
                if *next == to && file != from {
                    let mut way = vec![file];
                    while let Some(before) = came.get(way[way.len() - 1]) {
                        way.push(before);
                    }
                    way.reverse();
                    return Some(way);
                }
                if *next != to && seen.insert(next) {
                    came.insert(next, file);
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

impl<'f> Crate<'f> {
    /// The path from the crate's root; none if it leads to another crate.
    fn absolute(&self, path: &Named, module: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.parts.split_first()?;
        if first == "crate" {
            return Some(rest.to_vec());
        }
        // A module names its children without `self`.
        let child: Module = module.iter().chain([first]).cloned().collect();
        self.files.contains_key(&child).then(|| child.iter().chain(rest).cloned().collect())
    }

    fn file(&self, mut parts: Vec<String>) -> Option<&'f str> {
        for _ in 0..STEPS_MAX {
            let modules = (0..=parts.len()).rev();
            let depth = modules.into_iter().find(|depth| self.files.contains_key(&parts[..*depth]))?;
            let module = parts[..depth].to_vec();
            let taken = parts.get(depth).and_then(|name| self.names.get(&(module.clone(), name.clone())));
            match taken.filter(|taken| !parts.starts_with(taken)) {
                None => return self.files.get(&module).copied(),
                Some(taken) => parts = taken.iter().chain(&parts[depth + 1..]).cloned().collect(),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    fn read(files: &[(&str, &str)]) -> Vec<SourceFile> {
        files.iter().map(|(path, text)| file(&format!("c/src/{path}"), text)).collect()
    }

    #[test]
    fn names_are_followed_to_the_files_that_define_them() {
        let check = |files: &[(&str, &str)], expected: &[(&str, &[&str])]| {
            let files = read(files);
            let imports = Imports::read(&files, "c/src");
            for (of, expected) in expected {
                let seen: Vec<&str> = imports.of[format!("c/src/{of}").as_str()].keys().copied().collect();
                let expected: Vec<String> = expected.iter().map(|path| format!("c/src/{path}")).collect();
                assert_eq!(seen, expected, "{of}");
            }
        };
        check(
            &[
                ("lib.rs", "mod a; mod b;\npub use a::x::{One, Two as Second};"),
                ("a.rs", "pub mod x; use crate::b;"),
                ("a/x.rs", "pub struct One; use std::fs; use crate::nowhere::B;"),
                ("b.rs", "use crate::{One, Second}; fn f() { crate::a::g(); a::h(); }"),
                ("b/tests.rs", "use crate::a;"),
            ],
            &[("lib.rs", &[]), ("a.rs", &["b.rs"]), ("a/x.rs", &["lib.rs"]), ("b.rs", &["a.rs", "a/x.rs"])],
        );
        check(
            &[
                ("lib.rs", "use crate::a::B;"),
                ("a.rs", "pub use super::b::B;"),
                ("b.rs", "pub use crate::a::B;"),
            ],
            &[("lib.rs", &[])],
        );
    }

    #[test]
    fn a_circle_has_more_than_two_files() {
        let check = |edges: &[(&str, &str)], expected: &[&[&str]]| {
            let sources: Vec<(String, String)> = ["a", "b", "c", "d"]
                .iter()
                .map(|name| {
                    let of = edges.iter().filter(|(from, _)| from == name);
                    (
                        format!("{name}.rs"),
                        of.map(|(from, to)| format!("use crate::{to}::For{from};\n")).collect(),
                    )
                })
                .collect();
            let sources: Vec<(&str, &str)> =
                sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let files = read(&sources);
            let expected: Vec<Vec<String>> = expected
                .iter()
                .map(|circle| circle.iter().map(|name| format!("c/src/{name}.rs")).collect())
                .collect();
            assert_eq!(Imports::read(&files, "c/src").circles(), expected, "{edges:?}");
        };
        check(&[("a", "b"), ("b", "c"), ("a", "c")], &[]);
        check(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")], &[]);
        check(&[("a", "b"), ("b", "c"), ("c", "a")], &[&["a", "b", "c"], &["b", "c", "a"], &["c", "a", "b"]]);
        check(
            &[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "b"), ("d", "a")],
            &[
                &["a", "b", "c", "d"],
                &["b", "c", "d"],
                &["c", "d", "b"],
                &["d", "a", "b", "c"],
                &["d", "b", "c"],
            ],
        );
    }
}
