//! What every crate's manifest must say: what the crate is for, and that the workspace's lints apply.

use super::finding::Finding;
use super::tree::SourceFile;

/// What a crate's `Cargo.toml` lacks. The workspace's own manifest, which has no package, is not a crate's.
pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    if !(file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml")) {
        return Vec::new();
    }
    let manifest: toml::Table = match file.text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::whole(&file.path, format!("is not TOML: {}", error.message()))],
    };
    let mut findings = Vec::new();
    let Some(package) = manifest.get("package") else { return findings };
    let described =
        package.get("description").and_then(toml::Value::as_str).is_some_and(|text| !text.is_empty());
    if !described {
        findings.push(Finding::whole(&file.path, "the package has no description"));
    }
    // A crate that is a workspace of its own has no workspace lints to take over.
    let alone = manifest.contains_key("workspace");
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if !alone && lints != Some(true) {
        findings.push(Finding::whole(&file.path, "lacks `[lints] workspace = true`"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;

    #[test]
    fn a_crate_says_what_it_is_for_and_takes_the_lints() {
        let check = |path: &str, text: &str, expected: usize| {
            assert_eq!(super::check(&file(path, text)).len(), expected, "{text}");
        };
        check("a/Cargo.toml", "[package]\ndescription = \"A crate.\"\n[lints]\nworkspace = true\n", 0);
        check("a/Cargo.toml", "[package]\ndescription = \"\"\n[lints]\nworkspace = true\n", 1);
        check("a/Cargo.toml", "[package]\ndescription = \"A crate.\"\n", 1);
        check("a/Cargo.toml", "[package]\n[lints]\nworkspace = false\n", 2);
        check("fuzz/Cargo.toml", "[package]\ndescription = \"Fuzzers.\"\n[workspace]\n", 0);
        check("Cargo.toml", "[workspace]\nmembers = []\n", 0);
        check("a/Cargo.toml", "[package\n", 1);
        check("a/other.toml", "[package\n", 0);
    }
}
