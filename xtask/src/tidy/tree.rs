//! Reading the repository's text files. Build output, installed packages and the sandbox's own files are left out.

use std::io;
use std::path::Path;

/// A text file of the repository.
pub(super) struct SourceFile {
    /// Relative to the root, with `/` between the parts.
    pub(super) path: String,
    pub(super) text: String,
}

/// What nobody writes by hand, wherever it is. In a linked work tree `.git` is a file.
const SKIPPED: &[&str] = &[".git", ".lunas", "node_modules", "target", "proptest-regressions"];

/// Every text file under `root`, in the order of their paths. Files that are not UTF-8 are pictures and the like.
pub(super) fn read(root: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    descend(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn descend(directory: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            descend(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && !name.ends_with(".snap.new") {
            match String::from_utf8(std::fs::read(entry.path())?) {
                Ok(text) if !text.contains('\0') => files.push(SourceFile { path, text }),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_holds_sources_and_no_build_output() {
        let files = super::read(&crate::repository()).expect("the repository can be read");
        let has = |path: &str| files.iter().any(|file| file.path == path);
        assert!(has("xtask/src/tidy/tree.rs") && has(".ci/run") && has("Cargo.toml"));
        assert!(!files.iter().any(|file| file.path.starts_with("target/") || file.path.starts_with(".git/")));
    }
}
