//! The crates that are published, as the registry would get them, and a merchant's crate outside the workspace that is
//! built of nothing else.
//!
//! Cargo makes the packages. They are unpacked into a temporary directory, and the crate in [`OUTSIDE`] is copied beside
//! them, where no file of the workspace is above it: what a package lacks is missing then. Its tests start a gateway.
//! What it builds lies with the workspace's own, and what both need alike is compiled once.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::shell::{self, Cargo};
use crate::tidy::{self, layers};

/// The merchant's crate.
const OUTSIDE: &str = "crates/testkit/tests/outside";
/// How much a build tells a debugger, as the workspace has it: whoever says otherwise means both.
const DEBUG: (&str, &str) = ("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");

/// Makes the packages, and runs the tests of the merchant's crate on them.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let published = published(&tidy::metadata(root)?);
    // A lock file is an application's. Making one would ask the registry for crates that it does not have yet.
    let mut words = "package --no-verify --allow-dirty --exclude-lockfile --quiet".to_owned();
    published.iter().for_each(|(name, _)| words.push_str(&format!(" -p {name}")));
    Cargo::new(&words).run(root)?;
    let place = Place::new()?;
    let packages = shell::target_directory(root).join("package");
    let mut patches = String::from("\n[patch.crates-io]\n");
    for (name, version) in &published {
        let package = packages.join(format!("{name}-{version}.crate"));
        let mut unpacked = Command::new("tar");
        unpacked.arg("-xzf").arg(&package).arg("-C").arg(&place.0);
        shell::run(&mut unpacked, &format!("tar -xzf {}", package.display()))?;
        patches.push_str(&format!("{name} = {{ path = \"../{name}-{version}\" }}\n"));
    }
    let shop = place.0.join("shop");
    copy(&root.join(OUTSIDE), &shop)?;
    let manifest = shop.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).map_err(|error| failed(&manifest, &error))?;
    std::fs::write(&manifest, text + &patches).map_err(|error| failed(&manifest, &error))?;
    // The versions that the workspace was tested with.
    let lock = root.join("Cargo.lock");
    std::fs::copy(&lock, shop.join("Cargo.lock")).map_err(|error| failed(&lock, &error))?;
    let mut test = Command::new(shell::cargo());
    test.args(["test", "--quiet"]).current_dir(&shop);
    test.env("CARGO_TARGET_DIR", shell::target_directory(root));
    if std::env::var_os(DEBUG.0).is_none() {
        test.env(DEBUG.0, DEBUG.1);
    }
    shell::run(&mut test, &format!("cargo test in a copy of {OUTSIDE}"))
}

/// Name and version of every crate that is not kept from the registry.
fn published(metadata: &Value) -> Vec<(String, String)> {
    let is_published = |package: &&Value| package["publish"].is_null();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let members = layers::members(metadata).into_iter().filter(is_published);
    members.map(|package| (text(&package["name"]), text(&package["version"]))).collect()
}

/// A directory outside the workspace, which goes away with this.
struct Place(PathBuf);

impl Place {
    fn new() -> Result<Self, String> {
        let place = Self(std::env::temp_dir().join(format!("lunas-package-{}", std::process::id())));
        std::fs::create_dir_all(&place.0).map_err(|error| failed(&place.0, &error))?;
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // It is about leaving nothing behind, and nobody is there to be told.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Copies a directory with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to).map_err(|error| failed(to, &error))?;
    for entry in std::fs::read_dir(from).map_err(|error| failed(from, &error))? {
        let path = entry.map_err(|error| failed(from, &error))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map_err(|error| failed(&path, &error))?;
        }
    }
    Ok(())
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_from_the_registry_is_not_packaged() {
        let package = |name: &str, publish: Value| json!({"id": name, "name": name, "version": "1.0.0", "publish": publish});
        let packages =
            [package("sdk", Value::Null), package("chores", json!([])), package("serde", Value::Null)];
        let metadata = json!({"workspace_members": ["sdk", "chores"], "packages": packages});
        assert_eq!(published(&metadata), [("sdk".to_owned(), "1.0.0".to_owned())]);
    }
}
