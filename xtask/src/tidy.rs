//! The rules of the house that a compiler does not know, as tables and as pure functions over the sources.
//!
//! The tables come first because they are what changes: a new crate, a new wall, a file with a good reason to be
//! long. Each check is a file under `tidy/` that takes its table and returns findings; none of them prints.

mod circles;
mod dependencies;
mod files;
mod finding;
mod functions;
mod imports;
pub(crate) mod layers;
mod links;
mod manifests;
mod named;
mod paths;
mod rooms;
mod row;
mod rust;
mod spdx;
mod tree;
mod walls;

use std::path::Path;
use std::process::Command;

use crate::shell;
pub(crate) use finding::Finding;
use row::{Layer, Long, Plan, Room, Wall};
use tree::SourceFile;

const LAYERS: &[Layer] = &[
    Layer { package: "lunas-vocab", may_use: &[], tests_may_use: &[] },
    Layer { package: "lunas-snap", may_use: &["lunas-vocab"], tests_may_use: &[] },
    Layer { package: "lunas-client", may_use: &["lunas-vocab", "lunas-snap"], tests_may_use: &[] },
    Layer { package: "lunas-domain", may_use: &["lunas-vocab"], tests_may_use: &[] },
    Layer {
        package: "lunas-store",
        may_use: &["lunas-vocab", "lunas-domain"],
        tests_may_use: &["lunas-cluster"],
    },
    Layer {
        package: "lunas-gateway",
        may_use: &["lunas-vocab", "lunas-snap", "lunas-domain", "lunas-store"],
        tests_may_use: &["lunas-client", "lunas-cluster", "lunas-sandbox", "lunas-testkit"],
    },
    Layer {
        package: "lunas-sandbox",
        may_use: &[
            "lunas-vocab",
            "lunas-snap",
            "lunas-client",
            "lunas-domain",
            "lunas-store",
            "lunas-gateway",
        ],
        tests_may_use: &[],
    },
    Layer {
        package: "lunas-bench",
        may_use: &["lunas-vocab", "lunas-snap", "lunas-client", "lunas-gateway"],
        tests_may_use: &["lunas-testkit"],
    },
    Layer {
        package: "lunas-cli",
        may_use: &[
            "lunas-bench",
            "lunas-vocab",
            "lunas-snap",
            "lunas-client",
            "lunas-domain",
            "lunas-store",
            "lunas-gateway",
            "lunas-sandbox",
        ],
        tests_may_use: &["lunas-cluster", "lunas-testkit"],
    },
    Layer {
        package: "lunas-testkit",
        may_use: &[
            "lunas-sandbox",
            "lunas-gateway",
            "lunas-store",
            "lunas-client",
            "lunas-vocab",
            "lunas-snap",
        ],
        tests_may_use: &[],
    },
    Layer { package: "lunas-cluster", may_use: &[], tests_may_use: &[] },
    Layer { package: "xtask", may_use: &["lunas-cluster"], tests_may_use: &[] },
];

const ROOMS: &[Plan] = &[
    Plan {
        src: "crates/gateway/src",
        rooms: &[
            Room {
                name: "production",
                may_use: &["server", "app", "purpose", "config", "tls", "keys", "env"],
            },
            Room {
                name: "server",
                may_use: &["site", "metrics", "worker", "http", "app", "descriptors", "tls", "env", "span"],
            },
            Room { name: "site", may_use: &["api", "pages", "probes", "http", "app", "limits", "span"] },
            Room { name: "api", may_use: &["http", "wire", "flow", "app", "limits", "env", "span"] },
            Room { name: "pages", may_use: &["http", "qr", "flow", "app", "brand", "env", "span"] },
            Room { name: "probes", may_use: &["http", "app", "env", "span"] },
            Room {
                name: "worker",
                may_use: &["wire", "flow", "app", "controls", "descriptors", "outbound", "env", "span"],
            },
            Room { name: "metrics", may_use: &["http", "app", "env", "span"] },
            Room { name: "http", may_use: &["app", "limits"] },
            Room { name: "wire", may_use: &["qr", "flow"] },
            Room { name: "qr", may_use: &["flow", "app"] },
            Room { name: "flow", may_use: &["event", "app", "controls", "outbound", "tally", "env", "span"] },
            Room { name: "event", may_use: &["app", "span"] },
            Room { name: "admin", may_use: &["app", "purpose", "config", "keys", "outbound", "env"] },
            Room {
                name: "app",
                may_use: &[
                    "limits", "controls", "purpose", "config", "keys", "outbound", "brand", "tally", "env",
                    "span",
                ],
            },
            Room { name: "limits", may_use: &["config", "env"] },
            Room { name: "controls", may_use: &["env"] },
            Room { name: "purpose", may_use: &[] },
            Room { name: "tls", may_use: &["config"] },
            Room { name: "descriptors", may_use: &["config"] },
            Room { name: "config", may_use: &["outbound", "brand"] },
            Room { name: "keys", may_use: &["env"] },
            Room { name: "outbound", may_use: &["env"] },
            Room { name: "brand", may_use: &[] },
            Room { name: "tally", may_use: &[] },
            Room { name: "span", may_use: &[] },
            Room { name: "env", may_use: &[] },
        ],
    },
    Plan {
        src: "crates/sandbox/src",
        rooms: &[
            Room { name: "prepare", may_use: &["running", "mini_apps", "faults", "credentials", "seed"] },
            Room {
                name: "extension",
                may_use: &[
                    "container",
                    "demo",
                    "controls",
                    "local",
                    "start",
                    "running",
                    "mini_apps",
                    "asset",
                ],
            },
            Room { name: "container", may_use: &["running", "mini_apps", "asset"] },
            Room { name: "demo", may_use: &["running", "credentials", "asset"] },
            Room { name: "controls", may_use: &["running", "seed", "customers"] },
            Room { name: "local", may_use: &[] },
            Room { name: "start", may_use: &[] },
            Room { name: "running", may_use: &["mini_apps", "faults", "credentials"] },
            Room { name: "mini_apps", may_use: &[] },
            Room { name: "faults", may_use: &[] },
            Room { name: "credentials", may_use: &["seed"] },
            Room { name: "seed", may_use: &["customers"] },
            Room { name: "customers", may_use: &[] },
            Room { name: "asset", may_use: &[] },
        ],
    },
    Plan {
        src: "crates/store/src",
        rooms: &[
            Room {
                name: "copy",
                may_use: &[
                    "read",
                    "store",
                    "render",
                    "changes",
                    "step",
                    "statement",
                    "row",
                    "table",
                    "value",
                    "error",
                ],
            },
            Room {
                name: "read",
                may_use: &[
                    "store", "db", "document", "row", "table", "scope", "bucket", "value", "record", "error",
                ],
            },
            Room { name: "replica_snapshot", may_use: &["store"] },
            Room {
                name: "store",
                may_use: &[
                    "db", "render", "changes", "step", "row", "value", "tasks", "figures", "error", "finding",
                ],
            },
            Room {
                name: "db",
                may_use: &[
                    "render",
                    "step",
                    "statement",
                    "row",
                    "table",
                    "bucket",
                    "migration",
                    "guard",
                    "value",
                    "tasks",
                    "figures",
                    "error",
                    "finding",
                ],
            },
            Room {
                name: "render",
                may_use: &["changes", "document", "step", "statement", "table", "value", "record", "error"],
            },
            Room { name: "changes", may_use: &["document", "record"] },
            Room { name: "document", may_use: &["row", "table", "value", "error"] },
            Room { name: "step", may_use: &["statement", "table", "value"] },
            Room { name: "statement", may_use: &["table", "bucket", "error"] },
            Room { name: "row", may_use: &["table", "value", "error"] },
            Room { name: "table", may_use: &["bucket", "value"] },
            Room { name: "bucket", may_use: &["value"] },
            Room { name: "scope", may_use: &["value"] },
            Room { name: "migration", may_use: &["error"] },
            Room { name: "guard", may_use: &["error"] },
            Room { name: "value", may_use: &[] },
            Room { name: "tasks", may_use: &[] },
            Room { name: "figures", may_use: &["error"] },
            Room { name: "record", may_use: &[] },
            Room { name: "error", may_use: &[] },
            Room { name: "finding", may_use: &[] },
        ],
    },
    Plan {
        src: "crates/cli/src",
        rooms: &[
            Room { name: "usage", may_use: &["output", "verdict"] },
            Room {
                name: "command",
                may_use: &[
                    "registration",
                    "admin_session",
                    "sandbox",
                    "oddity",
                    "code_page",
                    "account",
                    "input",
                    "output",
                    "store",
                    "logging",
                    "shutdown",
                    "verdict",
                ],
            },
            Room { name: "registration", may_use: &["output", "verdict"] },
            Room { name: "admin_session", may_use: &["store", "verdict"] },
            Room { name: "sandbox", may_use: &["input", "store", "verdict"] },
            Room { name: "oddity", may_use: &["verdict"] },
            Room { name: "input", may_use: &["verdict"] },
            Room { name: "output", may_use: &["verdict"] },
            Room { name: "store", may_use: &["verdict"] },
            Room { name: "logging", may_use: &["verdict"] },
            Room { name: "code_page", may_use: &[] },
            Room { name: "account", may_use: &[] },
            Room { name: "shutdown", may_use: &[] },
            Room { name: "verdict", may_use: &[] },
        ],
    },
];

const SANS_IO: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "tokio",
    "rand",
    "**::SystemTime",
    "**::Instant",
];
const SANS_IO_WHY: &str = "sans-IO: bytes, values and `now` come in, values go out";

const WALLS: &[Wall] = &[
    Wall { within: "crates/vocab/src", forbidden: SANS_IO, why: SANS_IO_WHY },
    Wall { within: "crates/snap/src", forbidden: SANS_IO, why: SANS_IO_WHY },
    Wall { within: "crates/domain/src", forbidden: SANS_IO, why: SANS_IO_WHY },
    Wall {
        within: "crates/gateway/src/flow",
        forbidden: &["lunas_snap", "axum", "http", "hyper"],
        why: "a flow does not know how a request was spelled",
    },
    Wall {
        within: "crates/gateway/src/wire",
        forbidden: &["lunas_store", "axum", "http", "hyper"],
        why: "spelling a message needs neither a database nor HTTP",
    },
    Wall {
        within: "crates/gateway/src/env",
        forbidden: &["lunas_store", "lunas_snap"],
        why: "clock and entropy are below everything",
    },
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "data"];

/// The longest source file, in lines.
const FILE_LINES_MAX: usize = 800;
/// The longest function, in lines from its `fn` to its brace.
const FUNCTION_LINES_MAX: usize = 70;

const LONG_FILES: &[Long] = &[];
const LONG_FUNCTIONS: &[Long] = &[];

/// Documents whose tables say what is in which source file.
const PAGES: &[&str] = &["docs/payment-in-ten-hops.md", "docs/glossary.md"];

/// Places on one developer's machine, which mean nothing to anybody else. In two halves, so that this file passes.
const MACHINE_PATHS: &[(&str, &str)] = &[("/wo", "rk/"), ("/ro", "ot/"), ("/tmp/bash", "_jobs")];

/// Runs every rule over the repository in `root`. The error is about not being able to look.
pub(crate) fn check(root: &Path) -> Result<Vec<Finding>, String> {
    let files = tree::read(root).map_err(|e| format!("the sources cannot be read: {e}"))?;
    let metadata = metadata(root)?;
    let policy = dependencies::Policy::parse(text_of(&files, "deny.toml")?)?;
    let machine_paths: Vec<String> =
        MACHINE_PATHS.iter().map(|(head, tail)| format!("{head}{tail}")).collect();
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(files::shape(file, &machine_paths));
        findings.extend(files::name(file, EMPTY_NAMES));
        findings.extend(links::check(file, &files, |path| root.join(path).exists()));
        findings.extend(manifests::check(file));
        findings.extend(walls::check(file, WALLS));
    }
    findings.extend(files::lengths(&files, FILE_LINES_MAX, LONG_FILES));
    findings.extend(functions::lengths(&files, FUNCTION_LINES_MAX, LONG_FUNCTIONS));
    findings.extend(named::check(&files, PAGES));
    findings.extend(layers::check(&metadata, LAYERS));
    findings.extend(rooms::check(&files, ROOMS));
    findings.extend(circles::check(&files));
    findings.extend(policy.check(&metadata));
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(findings)
}

fn text_of<'a>(files: &'a [SourceFile], path: &str) -> Result<&'a str, String> {
    files
        .iter()
        .find(|file| file.path == path)
        .map(|file| file.text.as_str())
        .ok_or(format!("{path} is missing"))
}

/// What cargo knows about the workspace and everything it depends on.
pub(crate) fn metadata(root: &Path) -> Result<serde_json::Value, String> {
    let words = ["metadata", "--format-version", "1"];
    let output = Command::new(shell::cargo())
        .args(words)
        .current_dir(root)
        .output()
        .map_err(|e| format!("`cargo metadata` did not start: {e}"))?;
    if !output.status.success() {
        return Err(format!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("`cargo metadata` printed no JSON: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let findings = check(&crate::repository()).expect("the repository can be read");
        let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(list.is_empty(), "\n{}", list.join("\n"));
    }

    #[test]
    fn exceptions_carry_reasons() {
        for long in LONG_FILES.iter().chain(LONG_FUNCTIONS) {
            assert!(!long.reason.is_empty(), "{} {} has no reason", long.path, long.function);
        }
    }
}
