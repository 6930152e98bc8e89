//! Whether a package is what Debian and an operator expect of it: what is in it, whose it is, what dpkg will run, and that
//! the program, its example and its service work from where they lie. It is unpacked, and installed nowhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Package, SCRIPTS, failed};
use crate::shell;

/// What an operator looks for.
const EXPECTED: &[&str] = &[
    "etc/lunas/lunas.toml",
    "usr/bin/lunas",
    "usr/lib/systemd/system/lunas.service",
    "usr/share/bash-completion/completions/lunas",
    "usr/share/doc/lunas/LICENSE-APACHE",
    "usr/share/doc/lunas/LICENSE-MIT",
    "usr/share/doc/lunas/README.md",
    "usr/share/doc/lunas/copyright",
    "usr/share/doc/lunas/docs/operations.md",
    "usr/share/fish/vendor_completions.d/lunas.fish",
    "usr/share/man/man1/lunas-serve.1.gz",
    "usr/share/man/man1/lunas.1.gz",
    "usr/share/zsh/vendor-completions/_lunas",
];
/// Words of a script that takes away what is an operator's.
const FORBIDDEN: &[&str] = &["rm ", "unlink", "deluser", "userdel", "/var/lib/lunas/", "dropdb"];
/// The modes that a file or a directory may have.
const MODES: &[&str] = &["-rwxr-xr-x", "-rw-r--r--", "-rw-r-----", "drwxr-xr-x"];
/// What `systemd-analyze security` may say of the service, in tenths; 100 is a service without any wall.
const EXPOSURE_MAX: &str = "14";

/// Looks at everything.
pub(super) fn run(package: &Package, file: &Path) -> Result<(), String> {
    let listed = output(Command::new("dpkg-deb").arg("--contents").arg(file))?;
    let mut findings = contents(&listed, &package.conf_files());
    let tree = package.place.join("unpacked");
    shell::run(Command::new("dpkg-deb").arg("-R").arg(file).arg(&tree), "dpkg-deb -R")?;
    findings.extend(scripts(&tree)?);
    findings.extend(libraries(&tree, super::text(&package.about["depends"]))?);
    if !findings.is_empty() {
        return Err(format!("{}\n  {}", file.display(), findings.join("\n  ")));
    }
    let sums = "md5sum --quiet -c DEBIAN/md5sums";
    shell::run(Command::new("sh").args(["-c", sums]).current_dir(&tree), sums)?;
    let version = output(Command::new(tree.join("usr/bin/lunas")).arg("--version"))?;
    if version.trim() != format!("lunas {}", package.version) {
        return Err(format!("the program says it is {version}"));
    }
    example(&tree)?;
    service(&tree)
}

/// What is wrong with the list of what is in the package.
fn contents(listed: &str, conf_files: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for line in listed.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mode, owner, .., name] = words[..] else { continue };
        let name = name.trim_start_matches("./");
        if owner != "root/root" || !MODES.contains(&mode) {
            findings.push(format!("{name} is {owner}'s with mode {mode}"));
        }
        if name.starts_with("etc/")
            && !name.ends_with('/')
            && !conf_files.contains(&format!("/{name}").as_str())
        {
            findings.push(format!("{name} would be overwritten by an upgrade: it is not in conf-files"));
        }
        names.push(name);
    }
    let missing = EXPECTED.iter().filter(|expected| !names.contains(expected));
    findings.extend(missing.map(|expected| format!("{expected} is missing")));
    findings
}

/// What is wrong with what dpkg runs.
fn scripts(tree: &Path) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for name in SCRIPTS {
        let path = tree.join("DEBIAN").join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
        if !text.starts_with("#!/bin/sh\n") || !text.contains("\nset -e\n") {
            findings.push(format!("{name} does not stop at a failure"));
        }
        let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let words = code.flat_map(|line| FORBIDDEN.iter().filter(move |word| line.contains(**word)));
        findings.extend(words.map(|word| format!("{name} says {word:?}: what is an operator's stays")));
        shell::run(Command::new("sh").arg("-n").arg(&path), &format!("sh -n {name}"))?;
    }
    Ok(findings)
}

/// Whether the system's library that the program was built for is among what the package depends on.
fn libraries(tree: &Path, depends: &str) -> Result<Option<String>, String> {
    const MARK: &[u8] = b"GLIBC_2.";
    let program = tree.join("usr/bin/lunas");
    let bytes = std::fs::read(&program).map_err(|error| failed(&program, &error))?;
    let number = |rest: &[u8]| {
        let digits: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).collect();
        String::from_utf8(digits).ok()?.parse::<u32>().ok()
    };
    let found = bytes.windows(MARK.len() + 2).filter(|window| window.starts_with(MARK));
    let newest = found.filter_map(|window| number(&window[MARK.len()..])).max().unwrap_or(0);
    let wanted = depends.split("libc6 (>= 2.").nth(1).and_then(|rest| number(rest.as_bytes())).unwrap_or(0);
    let finding = format!("the program takes libc6 2.{newest}, and the package depends on 2.{wanted}");
    Ok((newest > wanted).then_some(finding))
}

/// Whether the example that is shipped could be served, but for what it leaves to the operator.
fn example(tree: &Path) -> Result<(), String> {
    let mut check = Command::new(tree.join("usr/bin/lunas"));
    check.args(["config", "check"]).arg(tree.join("etc/lunas/lunas.toml")).env_remove("LUNAS_STORE");
    output(&mut check).map(|_| ())
}

/// Whether systemd understands the service, and how much it walls off.
fn service(tree: &Path) -> Result<(), String> {
    let unit = tree.join("usr/lib/systemd/system/lunas.service");
    let text = std::fs::read_to_string(&unit).map_err(|error| failed(&unit, &error))?;
    let program = tree.join("usr/bin/lunas").display().to_string();
    for line in text.lines().filter(|line| line.starts_with("Exec") && line.contains("/usr/bin/lunas")) {
        // What it runs is a command line of this program, and nothing but its file is missing here.
        let words: Vec<&str> =
            line.split_whitespace().skip(1).filter(|word| word.starts_with(char::is_alphabetic)).collect();
        output(Command::new(&program).args(words).arg("--help"))?;
    }
    // systemd looks for the program where the package would put it.
    let known = tree.join("lunas.service");
    let text = text.replace("/usr/bin/lunas", &program).replace("man:lunas-serve(1) ", "");
    std::fs::write(&known, text).map_err(|error| failed(&known, &error))?;
    let analyze = |words: &[&str], unit: &PathBuf| {
        let mut command = Command::new("systemd-analyze");
        output(command.args(words).arg(unit)).map_err(|error| {
            error.chars().rev().take(600).collect::<Vec<_>>().into_iter().rev().collect::<String>()
        })
    };
    analyze(&["verify", "--man=no", "--recursive-errors=no"], &known)?;
    analyze(&["security", "--no-pager", "--offline=true", &format!("--threshold={EXPOSURE_MAX}")], &unit)
        .map(|_| ())
}

/// What a program prints, when it succeeds; else everything that it said.
fn output(command: &mut Command) -> Result<String, String> {
    let typed = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{typed} did not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("{typed} ended with {}\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_belong_in_a_package_is_named() {
        let check = |line: &str, expected: &str| {
            let findings = contents(line, &["/etc/lunas/lunas.toml"]).join("\n");
            assert!(findings.contains(expected), "{findings}");
        };
        let date = "1 2026-01-01 00:00";
        check(
            &format!("-rwsr-xr-x root/root {date} ./usr/bin/lunas"),
            "usr/bin/lunas is root/root's with mode -rwsr",
        );
        check(&format!("-rw-r--r-- me/me {date} ./usr/bin/lunas"), "usr/bin/lunas is me/me's");
        check(&format!("-rw-r--r-- root/root {date} ./etc/lunas/x"), "etc/lunas/x would be overwritten");
        check("", "usr/bin/lunas is missing");
        let fine = format!("-rw-r----- root/root {date} ./etc/lunas/lunas.toml");
        assert_eq!(contents(&fine, &["/etc/lunas/lunas.toml"]).len(), EXPECTED.len() - 1);
    }
}
