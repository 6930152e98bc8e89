//! `cargo xtask clean-root`: every check, on a Debian that has nothing but Git, Rust and a C compiler.
//!
//! Debian's base system is put into a directory of its own, the last commit is cloned into it, and `cargo xtask test`
//! runs there behind `chroot`, so that whatever this machine happens to have cannot help. Only the Rust toolchain is
//! shared, read-only. It takes root, `debootstrap`, about 10 GB below the target directory and half an hour, which is
//! why it is no part of `test`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell;

/// The Debian that the project promises to build on.
const SUITE: &str = "bookworm";
/// Where it comes from, unless `LUNAS_DEBIAN_MIRROR` says otherwise.
const MIRROR: &str = "http://deb.debian.org/debian";
/// What the README asks for, and the certificates without which nothing can be fetched.
const PACKAGES: &str = "--include=git,gcc,libc6-dev,ca-certificates";
/// Runs in a mount namespace of its own, so that nothing stays mounted however it ends. `$1` is the root, `$2` the
/// toolchain, `$3` the word to run.
const ENTER: &str = r#"
set -e
mount --bind "$2" "$1/opt/rust"
mount -o remount,bind,ro "$1/opt/rust"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/tmp"
exec chroot "$1" /usr/bin/env -i HOME=/root LANG=C.UTF-8 CI=true \
    PATH=/opt/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c 'cd /srv/lunas && exec cargo xtask "$0"' "$3"
"#;

/// Makes the root anew and runs `word` in it.
pub(crate) fn run(root: &Path, word: &str) -> Result<(), String> {
    for program in ["debootstrap", "unshare"] {
        if !shell::is_in_path(program) {
            return Err(format!("`{program}` is needed (on Debian: apt-get install debootstrap util-linux)"));
        }
    }
    if shell::answer("id", "-u").as_deref() != Some("0") {
        return Err("a root of its own takes root: sudo cargo xtask clean-root".to_owned());
    }
    let toolchain = shell::answer("rustc", "--print=sysroot").ok_or("`rustc --print=sysroot` failed")?;
    let system = shell::target_directory(root).join("clean-root");
    println!("making {} from {SUITE}", system.display());
    make(&system)?;
    clone(root, &system)?;
    let mut enter = Command::new("unshare");
    enter.args(["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER]);
    enter.arg("clean-root").arg(&system).arg(toolchain).arg(word);
    shell::run(&mut enter, &format!("cargo xtask {word}, in the clean root"))
}

/// Debian's base system, without anything that an earlier run put there.
fn make(system: &Path) -> Result<(), String> {
    if system.exists() {
        // Nothing is mounted below it: each run's mounts end with its namespace.
        shell::run(Command::new("rm").args(["-rf", "--one-file-system"]).arg(system), "rm")?;
    }
    let mirror = std::env::var("LUNAS_DEBIAN_MIRROR").unwrap_or_else(|_| MIRROR.to_owned());
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", PACKAGES, SUITE]).arg(system).arg(mirror);
    shell::run(&mut debootstrap, "debootstrap")?;
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for directory in ["opt/rust", "srv"] {
        let path = system.join(directory);
        std::fs::create_dir_all(&path).map_err(|error| failed(&path, error))?;
    }
    // How this machine finds names, and whom it trusts.
    for file in ["etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt"] {
        let (from, to): (PathBuf, PathBuf) = (Path::new("/").join(file), system.join(file));
        std::fs::copy(&from, &to).map_err(|error| failed(&to, error))?;
    }
    Ok(())
}

/// The last commit, as somebody else would get it.
fn clone(root: &Path, system: &Path) -> Result<(), String> {
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--depth=1"]).arg(format!("file://{}", root.display()));
    shell::run(clone.arg(system.join("srv/lunas")), "git clone")
}
