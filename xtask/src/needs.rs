//! What the checks need on the machine besides Rust: looked for before the first check runs, installed where that is
//! allowed, and otherwise named in one list with the command that brings it.
//!
//! A run takes a quarter of an hour, and nobody should learn at its end what was missing at its start.

use std::process::{Command, Stdio};

use lunas_cluster::Cluster;

use crate::shell;

/// The oldest Node that every package in `e2e/package-lock.json` runs on; Debian 12 has this one.
const NODE_MAJOR_MIN: u32 = 18;
/// The names under which Chromium is installed; the first is Debian's.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
/// Where a Python may be that sees Debian's packages, which one that stands earlier in the search path may not.
const PYTHONS: &[&str] = &["python3", "/usr/bin/python3"];

/// Something outside the repository that a check cannot do without.
#[derive(Debug)]
pub(crate) struct Need {
    /// What a person knows it by.
    name: &'static str,
    /// Debian's packages that bring it.
    packages: &'static [&'static str],
    /// How to get it where no package does.
    otherwise: &'static str,
    is_met: fn() -> bool,
}

/// Writes and compares the format of sources.
pub(crate) static RUSTFMT: Need = Need {
    name: "rustfmt",
    packages: &[],
    otherwise: "rustup component add rustfmt",
    is_met: || cargo_has("fmt"),
};
/// The lints.
pub(crate) static CLIPPY: Need = Need {
    name: "clippy",
    packages: &[],
    otherwise: "rustup component add clippy",
    is_met: || cargo_has("clippy"),
};
/// Servers of it are started for a run; the machine's own is never touched.
pub(crate) static POSTGRESQL: Need = Need {
    name: "PostgreSQL 15 or newer",
    packages: &["postgresql"],
    otherwise: "",
    is_met: Cluster::is_installed,
};
/// Makes the certificates of tests.
pub(crate) static OPENSSL: Need = Need {
    name: "OpenSSL's program",
    packages: &["openssl"],
    otherwise: "",
    is_met: || runs("openssl", "version"),
};
/// Reads figures as strictly as Prometheus does.
pub(crate) static OPENMETRICS: Need = Need {
    name: "Python with prometheus_client",
    packages: &["python3-prometheus-client"],
    otherwise: "",
    is_met: || PYTHONS.iter().any(|name| has_module(name, "prometheus_client")),
};
/// Patroni's memory.
pub(crate) static ETCD: Need =
    Need { name: "etcd", packages: &["etcd-server"], otherwise: "", is_met: || runs("etcd", "--version") };
/// Makes a standby the primary; the second package is the part of it that speaks with etcd, which it only recommends.
pub(crate) static PATRONI: Need = Need {
    name: "Patroni",
    packages: &["patroni", "python3-etcd"],
    otherwise: "",
    is_met: || runs("patroni", "--version"),
};
/// Packs and unpacks.
pub(crate) static DPKG: Need =
    Need { name: "dpkg", packages: &["dpkg"], otherwise: "", is_met: || runs("dpkg-deb", "--version") };
/// Reads the service; nothing is started by it.
pub(crate) static SYSTEMD: Need = Need {
    name: "systemd's systemd-analyze",
    packages: &["systemd"],
    otherwise: "",
    is_met: || runs("systemd-analyze", "--version"),
};
/// Reads its example.
pub(crate) static NGINX: Need =
    Need { name: "nginx", packages: &["nginx-light"], otherwise: "", is_met: || nginx().is_some() };
/// Reads its example.
pub(crate) static CADDY: Need =
    Need { name: "Caddy", packages: &["caddy"], otherwise: "", is_met: || runs("caddy", "version") };
/// Runs the end-to-end tests and the official SDK.
pub(crate) static NODE: Need = Need {
    name: "Node 18 or newer",
    packages: &["nodejs"],
    otherwise: "",
    is_met: || shell::answer("node", "--version").as_deref().is_some_and(node_serves),
};
/// Installs what the end-to-end tests use.
pub(crate) static NPM: Need =
    Need { name: "npm", packages: &["npm"], otherwise: "", is_met: || runs("npm", "--version") };
/// The customer's browser.
pub(crate) static CHROMIUM: Need = Need {
    name: "Chromium",
    packages: &["chromium"],
    otherwise: "A browser in another place is named by LUNAS_CHROMIUM.",
    is_met: || browser().is_some(),
};
/// What most merchants' servers are written in.
pub(crate) static PHP: Need = Need {
    name: "PHP with curl",
    packages: &["php-cli", "php-curl"],
    otherwise: "",
    is_met: || shell::answer("php", "-m").is_some_and(|modules| modules.lines().any(|name| name == "curl")),
};
/// What people try a call with.
pub(crate) static CURL: Need =
    Need { name: "curl", packages: &["curl"], otherwise: "", is_met: || runs("curl", "--version") };
/// Another merchant's server.
pub(crate) static REQUESTS: Need = Need {
    name: "Python with requests",
    packages: &["python3-requests"],
    otherwise: "A Python in another place is named by LUNAS_PYTHON.",
    is_met: || python().is_some(),
};

/// Makes sure that everything is there that `wanted` names, each with the check that wants it.
pub(crate) fn provide(wanted: &[(&'static Need, &'static str)]) -> Result<(), String> {
    let packages: Vec<&str> = unmet(wanted).iter().flat_map(|(need, _)| need.packages).copied().collect();
    if packages.is_empty() && unmet(wanted).is_empty() {
        return Ok(());
    }
    if !packages.is_empty() {
        shell::install(&packages)?;
    }
    let missing = unmet(wanted);
    if missing.is_empty() { Ok(()) } else { Err(missing_text(&missing)) }
}

/// The nginx that answers; Debian has it where only root looks for programs.
pub(crate) fn nginx() -> Option<&'static str> {
    ["nginx", "/usr/sbin/nginx"].into_iter().find(|name| runs(name, "-v"))
}

/// The first browser that answers.
pub(crate) fn browser() -> Option<String> {
    first_of("LUNAS_CHROMIUM", BROWSERS, |name| runs(name, "--version"))
}

/// The first Python that has `requests`.
pub(crate) fn python() -> Option<String> {
    first_of("LUNAS_PYTHON", PYTHONS, |name| has_module(name, "requests"))
}

fn has_module(python: &str, module: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", &format!("import {module}")]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The program that a variable names, or the first of the usual ones, if it serves.
fn first_of(variable: &str, usual: &[&str], serves: impl Fn(&str) -> bool) -> Option<String> {
    let chosen = std::env::var(variable).ok();
    let mut names = chosen.as_deref().into_iter().chain(usual.iter().copied());
    names.find(|name| serves(name)).map(str::to_owned)
}

/// What is not there, each once, with every check that wants it.
fn unmet(wanted: &[(&'static Need, &'static str)]) -> Vec<(&'static Need, Vec<&'static str>)> {
    let mut missing: Vec<(&'static Need, Vec<&'static str>)> = Vec::new();
    for (need, step) in wanted {
        match missing.iter_mut().find(|(known, _)| known.name == need.name) {
            Some((_, steps)) => steps.push(step),
            None if (need.is_met)() => {}
            None => missing.push((need, vec![step])),
        }
    }
    missing
}

/// What to tell a person whose machine lacks something.
fn missing_text(missing: &[(&'static Need, Vec<&'static str>)]) -> String {
    let mut text = String::from("this machine lacks what the checks need:\n");
    for (need, steps) in missing {
        text.push_str(&format!("  {} (for {})", need.name, steps.join(", ")));
        if !need.otherwise.is_empty() {
            text.push_str(&format!(": {}", need.otherwise));
        }
        text.push('\n');
    }
    let packages: Vec<&str> = missing.iter().flat_map(|(need, _)| need.packages).copied().collect();
    if !packages.is_empty() {
        let list = packages.join(" ");
        text.push_str(&format!("On Debian: sudo apt-get install --no-install-recommends {list}\n"));
        text.push_str("As root there, the checks install it themselves.\n");
    }
    text.push_str("One check alone (`cargo xtask <word>`) asks only for what it needs itself.");
    text
}

fn runs(program: &str, argument: &str) -> bool {
    shell::answer(program, argument).is_some()
}

fn cargo_has(command: &str) -> bool {
    let mut asked = Command::new(shell::cargo());
    asked.args([command, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// Whether what `node --version` says, such as `v20.1.0`, is new enough.
fn node_serves(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE_MAJOR_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    static PRESENT: Need = Need { name: "something", packages: &["some"], otherwise: "", is_met: || true };
    static ABSENT: Need =
        Need { name: "a thing", packages: &["thing", "thing-more"], otherwise: "", is_met: || false };
    static FOREIGN: Need =
        Need { name: "a tool", packages: &[], otherwise: "rustup component add tool", is_met: || false };

    #[test]
    fn what_is_missing_is_named_once_with_who_wants_it_and_how_to_get_it() {
        let check = |wanted: &[(&'static Need, &'static str)], expected: &[&str]| {
            let missing = unmet(wanted);
            if expected.is_empty() {
                assert!(missing.is_empty(), "{missing:?}");
            }
            let text = missing_text(&missing);
            for words in expected {
                assert!(text.contains(words), "{words} is not in:\n{text}");
            }
        };
        check(&[], &[]);
        check(&[(&PRESENT, "unit")], &[]);
        check(
            &[(&ABSENT, "unit"), (&PRESENT, "unit"), (&ABSENT, "e2e")],
            &["a thing (for unit, e2e)", "apt-get install --no-install-recommends thing thing-more\n"],
        );
        check(&[(&FOREIGN, "fmt")], &["a tool (for fmt): rustup component add tool"]);
    }

    #[test]
    fn nodes_older_than_the_tests_are_named() {
        let check = |version: &str, expected: bool| assert_eq!(node_serves(version), expected, "{version}");
        check("v20.20.2", true);
        check("v18.0.0", true);
        check("v16.20.2", false);
        check("nonsense", false);
    }

    /// A package that is raised past Debian's Node would fail at the end of a run on a fresh machine only.
    #[test]
    fn every_package_of_the_end_to_end_tests_runs_on_the_oldest_node_that_is_accepted() {
        let lock = std::fs::read_to_string(crate::repository().join("e2e/package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        assert!(packages.len() > 5, "the lock file's packages were not found");
        for (name, package) in packages {
            if let Some(range) = package["engines"]["node"].as_str() {
                assert!(admits(range, NODE_MAJOR_MIN), "{name} wants Node {range}");
            }
        }
    }

    /// Whether a range of versions admits the newest Node of this major number. Only what lower bounds say is read.
    fn admits(range: &str, major: u32) -> bool {
        range.split("||").any(|part| {
            let digits: String = part
                .trim_start_matches(|c: char| !c.is_ascii_digit())
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let bound: u32 = digits.parse().unwrap_or(0);
            if part.trim_start().starts_with('^') { bound == major } else { bound <= major }
        })
    }

    #[test]
    fn ranges_of_versions_are_read() {
        let check = |range: &str, expected: bool| assert_eq!(admits(range, 18), expected, "{range}");
        check(">=18", true);
        check(">= 0.4", true);
        check(">=20", false);
        check("^20.0.0 || >=22", false);
        check("^18.0.0 || >=20", true);
        check("*", true);
    }
}
