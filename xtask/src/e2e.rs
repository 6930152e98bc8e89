//! The end-to-end step: what it needs on the machine, then the Node test runner in `e2e/`.
//!
//! As root on a Debian-like system missing programs are installed; elsewhere the step fails and says what to install.

use std::path::Path;
use std::process::Command;

use crate::shell::{self, Cargo};

/// The oldest Node whose test runner and `fetch` the tests rely on.
const NODE_MAJOR_MIN: u32 = 18;
/// The names under which Chromium is installed; the first is Debian's.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Builds the binary, installs the pinned packages and runs every `e2e/*.test.mjs`.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let browser = prepare()?;
    Cargo::new("build --package lunas-cli").run(root)?;
    let e2e = root.join("e2e");
    shell::run(Command::new("npm").arg("ci").current_dir(&e2e), "npm ci")?;
    let mut node = Command::new("node");
    node.arg("--test")
        .current_dir(&e2e)
        .env("LUNAS_CHROMIUM", browser)
        .env("LUNAS_BIN", shell::target_directory(root).join("debug").join("lunas"));
    shell::run(&mut node, "node --test")
}

/// Makes sure that Node, npm and a browser are there, and returns the browser's name.
fn prepare() -> Result<String, String> {
    let missing = missing(&Found::on_this_machine());
    if !missing.is_empty() {
        shell::install(&missing)?;
    }
    let found = Found::on_this_machine();
    missing_error(&found).map_or(Ok(()), Err)?;
    Ok(found.browser.expect("a machine without a browser misses something"))
}

/// The programs the tests need, as they are on some machine.
struct Found {
    /// What `node --version` says.
    node: Option<String>,
    /// What `npm --version` says.
    npm: Option<String>,
    /// The first browser that answers.
    browser: Option<String>,
}

impl Found {
    fn on_this_machine() -> Self {
        let chosen = std::env::var("LUNAS_CHROMIUM").ok();
        let mut names = chosen.iter().map(String::as_str).chain(BROWSERS.iter().copied());
        Self {
            node: shell::answer("node", "--version"),
            npm: shell::answer("npm", "--version"),
            browser: names.find(|name| shell::answer(name, "--version").is_some()).map(str::to_owned),
        }
    }
}

/// Debian's names of the packages that would fill the gaps.
fn missing(found: &Found) -> Vec<&'static str> {
    let node_serves = found.node.as_deref().and_then(node_major).is_some_and(|major| major >= NODE_MAJOR_MIN);
    [("nodejs", node_serves), ("npm", found.npm.is_some()), ("chromium", found.browser.is_some())]
        .into_iter()
        .filter_map(|(package, present)| (!present).then_some(package))
        .collect()
}

/// What to tell a person whose machine lacks something.
fn missing_error(found: &Found) -> Option<String> {
    let packages = missing(found);
    (!packages.is_empty()).then(|| {
        let old = found.node.as_deref().map_or(String::new(), |version| format!(" (found Node {version})"));
        format!(
            "the end-to-end tests need Node {NODE_MAJOR_MIN} or newer, npm and Chromium{old}.\n\
             Missing: {list}. On Debian: apt-get install {list}\n\
             A browser in another place is named by LUNAS_CHROMIUM.",
            list = packages.join(" ")
        )
    })
}

/// The major number of `v20.1.0`.
fn node_major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_never_passed_over() {
        let check = |node: Option<&str>, npm: Option<&str>, browser: Option<&str>, expected: &[&str]| {
            let found = Found {
                node: node.map(str::to_owned),
                npm: npm.map(str::to_owned),
                browser: browser.map(str::to_owned),
            };
            assert_eq!(missing(&found), expected);
            match missing_error(&found) {
                None => assert!(expected.is_empty()),
                Some(text) => {
                    assert!(text.contains(&format!("apt-get install {}", expected.join(" "))), "{text}")
                }
            }
        };
        check(Some("v20.20.2"), Some("10.8.2"), Some("chromium"), &[]);
        check(Some("v18.0.0"), Some("10.8.2"), Some("google-chrome"), &[]);
        check(Some("v16.20.2"), Some("8.19.4"), Some("chromium"), &["nodejs"]);
        check(None, None, None, &["nodejs", "npm", "chromium"]);
        check(Some("nonsense"), Some("10.8.2"), None, &["nodejs", "chromium"]);
    }
}
