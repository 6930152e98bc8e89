//! The binary as scripts use it: arguments in, exit code, stdout and stderr out.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod signatures;
mod usage;

use std::path::PathBuf;
use std::process::Command;

/// What one run came to.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the binary in an empty environment, as far as its own settings go.
fn lunas(arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_lunas"))
        .args(arguments)
        .env_remove("LUNAS_CLIENT_SECRET")
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file for one test, gone with the directory.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}
