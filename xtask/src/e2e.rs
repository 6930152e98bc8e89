//! The end-to-end step: builds the binary, installs the pinned packages, and runs every `e2e/*.test.mjs`.

use std::path::Path;
use std::process::Command;

use crate::needs;
use crate::shell::{self, Cargo};

/// Runs them all with the browser and the Python that were found.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let browser = needs::browser().ok_or("Chromium is gone since it was looked for")?;
    let python = needs::python().ok_or("Python's requests is gone since it was looked for")?;
    Cargo::new("build --package lunas-cli").run(root)?;
    let e2e = root.join("e2e");
    shell::run(Command::new("npm").arg("ci").current_dir(&e2e), "npm ci")?;
    let mut node = Command::new("node");
    node.arg("--test")
        .current_dir(&e2e)
        .env("LUNAS_CHROMIUM", browser)
        .env("LUNAS_PYTHON", python)
        .env("LUNAS_BIN", shell::target_directory(root).join("debug").join("lunas"));
    shell::run(&mut node, "node --test")
}
