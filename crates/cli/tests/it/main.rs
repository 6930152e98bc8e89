//! The binary as scripts use it: arguments in, exit code, stdout and stderr out.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod configuration;
mod operator;
mod shells;
mod signatures;
mod stores;
mod usage;
mod written;

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What one run came to.
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The binary in an environment that says nothing about it.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lunas"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LUNAS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary in an environment that says nothing about it.
fn lunas(arguments: &[&str]) -> Run {
    ran(&mut command(arguments))
}

/// Runs it to its end.
fn ran(command: &mut Command) -> Run {
    let output = command.output().unwrap();
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

    /// Where a file of that name is or would be.
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The installation of an operator: a configuration file, a master key and a store.
struct Workspace {
    files: Files,
    config: String,
    store: String,
}

impl Workspace {
    fn new() -> Self {
        let files = Files::new();
        let (store, key) = (format!("sqlite://{}", files.path("lunas.db")), files.path("master.key"));
        let text = format!("[store]\nurl = \"{store}\"\n[security]\nmaster_key_file = \"{key}\"\n");
        let config = files.write("lunas.toml", &text);
        let workspace = Self { config, store, files };
        assert_eq!(lunas(&["key", "master", &key]).code, Some(0));
        assert_eq!(workspace.run(&["migrate"]).code, Some(0));
        workspace
    }

    /// A command in this workspace.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.args(["--config", &self.config]);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        ran(&mut self.command(arguments))
    }

    /// What it prints, and it must succeed.
    fn out(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    }
}

/// A public key that nobody has the private half of any more.
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvnvaDNRHUKUg34zn6DEi
McUN37qrOsWwE9IKUYacU3NkgPebVcSRE2GFgz1xZWTCEQkPgf111DBcsos21Dsg
3DsAiwZBZ+nft+p2oJYCfse3cOaWBUGTnhqtR03H5FjqrsogDXkpT8NlIKekZ+pU
Thy4umrklNhjNglruVN1jZUomQTT+KOTVuksmXcEyWQdc3Vyub/1W04CWRG5yTue
Ei3cja7ubRoFGjsgK/DeQSQPMk+I/GjxK6OpO5cbEaphoFy7e6HKv+JNsl8/4NZ3
w1s6b/9iv4Ae1Ya9lq7Jk0lKuxHpp8t5g4MWoytGACuLzgayNd1pa0WTZC9Mh9Je
TQIDAQAB
-----END PUBLIC KEY-----
";
