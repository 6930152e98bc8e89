//! Running other programs: their output goes straight to the terminal, and a failure names the command.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A call of the cargo that runs this program.
pub(crate) struct Cargo {
    words: String,
    env: Vec<(&'static str, String)>,
}

impl Cargo {
    /// A call with these arguments, separated by blanks.
    pub(crate) fn new(words: &str) -> Self {
        Self { words: words.to_owned(), env: Vec::new() }
    }

    /// Sets a variable for this call alone.
    pub(crate) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    /// Runs the call in `root`. The error is the command as a person would type it.
    pub(crate) fn run(&self, root: &Path) -> Result<(), String> {
        let mut command = Command::new(cargo());
        command
            .args(self.words.split_whitespace())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(root);
        let set: String = self.env.iter().map(|(name, value)| format!("{name}=\"{value}\" ")).collect();
        run(&mut command, &format!("{set}cargo {}", self.words))
    }
}

/// Where cargo puts what it builds; a directory set from outside is honoured.
pub(crate) fn target_directory(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |directory| root.join(directory))
}

/// The cargo that started this program, so that both are of one toolchain.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs `command` to its end; `typed` is how the error spells it.
pub(crate) fn run(command: &mut Command, typed: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{typed}` ended with {status}")),
        Err(error) => Err(format!("`{typed}` did not start: {error}")),
    }
}

/// What a program prints on its standard output, when it exists and succeeds.
pub(crate) fn answer(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether the search path has a program of this name.
pub(crate) fn is_in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// Installs Debian packages when this is root on a system with apt-get; otherwise leaves it to the person.
pub(crate) fn install(packages: &[&str]) -> Result<(), String> {
    let root = answer("id", "-u").as_deref() == Some("0");
    if !root || answer("apt-get", "--version").is_none() {
        return Ok(());
    }
    println!("installing {}", packages.join(" "));
    let apt = |words: &str, packages: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(words.split_whitespace()).args(packages).env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command, &format!("apt-get {words} {}", packages.join(" ")))
    };
    apt("update -qq", &[])?;
    apt("install -qq --yes --no-install-recommends", packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_how_it_ended() {
        let check = |program: &str, expected: &str| {
            let error = run(&mut Command::new(program), "typed words").expect_err("the program fails");
            assert!(error.contains("`typed words`") && error.contains(expected), "{error}");
        };
        check("false", "exit status: 1");
        check("no-such-program-anywhere", "did not start");
        assert_eq!(answer("no-such-program-anywhere", "--version"), None);
        assert_eq!(answer("echo", "hello").as_deref(), Some("hello"));
        assert!(is_in_path("sh") && !is_in_path("no-such-program-anywhere"));
    }
}
