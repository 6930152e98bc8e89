//! `cargo xtask`: every check of the project, one word each, and `test`, which runs them all.
//!
//! The order is that of cost: what answers in a second comes first, so that a slip is told before anything is
//! compiled. Nothing here knows how the product works, and nothing is skipped when a program is missing: tests that
//! need PostgreSQL get a cluster of their own for the run.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the developer what happened is this program's job"
)]

mod bench;
mod clean_root;
mod deb;
mod distributed;
mod e2e;
mod needs;
mod package;
mod proxies;
mod shell;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lunas_cluster::{CHOICE, Cluster, VARIABLE};
use needs::Need;
use shell::Cargo;

/// One check: the word that runs it, what it proves, what it needs on the machine, and how it is done.
struct Step {
    name: &'static str,
    about: &'static str,
    needs: &'static [&'static Need],
    run: fn(&Path) -> Result<(), String>,
}

/// Every check, in the order in which `cargo xtask test` runs them.
const STEPS: &[Step] = &[
    Step { name: "fmt", about: "sources are as rustfmt writes them", needs: &[&needs::RUSTFMT], run: fmt },
    Step {
        name: "tidy",
        about: "layers, file and function sizes, licences, manifests",
        needs: &[],
        run: tidy,
    },
    Step {
        name: "clippy",
        about: "no lint speaks up, tests and benches included",
        needs: &[&needs::CLIPPY],
        run: clippy,
    },
    Step { name: "doc", about: "the documentation builds and its links resolve", needs: &[], run: doc },
    Step {
        name: "unit",
        about: "every Rust test, documentation examples included",
        needs: &[&needs::POSTGRESQL, &needs::OPENSSL, &needs::OPENMETRICS],
        run: unit,
    },
    Step {
        name: "package",
        about: "what is published is whole, and a merchant's crate needs no more",
        needs: &[],
        run: package::run,
    },
    Step {
        name: "deb",
        about: "the Debian package: what is in it, its service, and the program from where it lies",
        needs: &[&needs::DPKG, &needs::SYSTEMD],
        run: deb::run,
    },
    Step {
        name: "proxies",
        about: "nginx and Caddy read the examples that are given for them",
        needs: &[&needs::NGINX, &needs::CADDY, &needs::OPENSSL],
        run: proxies::run,
    },
    Step {
        name: "nodes",
        about: "three gateways on one PostgreSQL, killed and stopped under load",
        needs: &[&needs::POSTGRESQL],
        run: nodes,
    },
    Step {
        name: "failover",
        about: "three gateways on a PostgreSQL whose primary dies",
        needs: &[&needs::POSTGRESQL, &needs::ETCD, &needs::PATRONI],
        run: failover,
    },
    Step {
        name: "postgres",
        about: "the gateway's tests once more, on PostgreSQL",
        needs: &[&needs::POSTGRESQL, &needs::OPENSSL, &needs::OPENMETRICS],
        run: postgres,
    },
    Step {
        name: "e2e",
        about: "real SDKs, HTTP clients and a browser against a running gateway",
        needs: &[
            &needs::NODE,
            &needs::NPM,
            &needs::CHROMIUM,
            &needs::PHP,
            &needs::CURL,
            &needs::REQUESTS,
            &needs::OPENSSL,
        ],
        run: e2e::run,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let root = repository();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => run_all(STEPS, &root),
        ["help" | "--help" | "-h"] => {
            println!("{}", usage());
            Ok(())
        }
        ["bench", ref parts @ ..] => bench::run(&root, parts),
        ["clean-root"] => clean_root::run(&root, "test"),
        ["clean-root", word] => clean_root::run(&root, word),
        ["deb", "release"] => deb::release(&root),
        ["distributed", ref words @ ..] => distributed::run(&root, words),
        ["with-postgres", ref rest @ ..] if !rest.is_empty() => with_postgres(&rest.join(" "), &root),
        [name] => match STEPS.iter().find(|step| step.name == name) {
            Some(step) => provide(std::slice::from_ref(step)).and_then(|()| run_one(step, &root)),
            None => Err(format!("`{name}` is not a check\n\n{}", usage())),
        },
        _ => Err(format!("one word says what to do\n\n{}", usage())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root, which is where this crate's directory lies.
fn repository() -> PathBuf {
    let crate_dir = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_dir.parent().expect("xtask is a directory of the repository").to_path_buf()
}

/// Looks for everything that the steps need, then runs them in turn and stops at the first that fails.
fn run_all(steps: &[Step], root: &Path) -> Result<(), String> {
    provide(steps)?;
    let (outcome, took) = timed(|| steps.iter().try_for_each(|step| run_one(step, root)));
    outcome?;
    println!("{}", line("ok", "everything", took));
    Ok(())
}

/// Makes sure that the machine has what these steps need.
fn provide(steps: &[Step]) -> Result<(), String> {
    let wanted: Vec<(&Need, &str)> =
        steps.iter().flat_map(|step| step.needs.iter().map(|need| (*need, step.name))).collect();
    needs::provide(&wanted)
}

/// Runs one step and prints its line; the error names the command that repeats it.
fn run_one(step: &Step, root: &Path) -> Result<(), String> {
    let (outcome, took) = timed(|| (step.run)(root));
    println!("{}", line(if outcome.is_ok() { "ok" } else { "FAILED" }, step.name, took));
    outcome.map_err(|what| format!("\n{}: {what}\nTo repeat it: cargo xtask {}", step.name, step.name))
}

fn line(verdict: &str, name: &str, took: Duration) -> String {
    format!("{verdict:<7} {name:<10} {:>7.1} s", took.as_secs_f64())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "a step's time is told to a person and decides nothing")]
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask <word>\n\n  test     every check below, in this order\n");
    for step in STEPS {
        text.push_str(&format!("  {:<8} {}\n", step.name, step.about));
    }
    text.push_str(
        "\n  with-postgres <words>   runs cargo with these words while a PostgreSQL for tests runs\n",
    );
    text.push_str(
        "\n  distributed --url <address>   runs the tests of a store on a cluster of Citus that is distributed already\n",
    );
    text.push_str("\n  deb release   makes the Debian package that is given away, and says where it is\n");
    text.push_str(
        "\n  clean-root [word]       runs the checks on a Debian that has only Git, Rust and a C compiler; takes root\n",
    );
    text.push_str(
        "\n  bench    figures of this machine; they decide nothing. One after the other, or by name:\n",
    );
    text.push_str(&bench::usage());
    text
}

fn fmt(root: &Path) -> Result<(), String> {
    Cargo::new("fmt --all --check")
        .run(root)
        .map_err(|e| format!("{e}\n`cargo fmt --all` rewrites the sources."))
}

fn tidy(root: &Path) -> Result<(), String> {
    let findings = tidy::check(root)?;
    if findings.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = findings.iter().map(|finding| format!("  {finding}")).collect();
    Err(format!(
        "{} findings\n{}\nThe rules are the tables in xtask/src/tidy.rs.",
        list.len(),
        list.join("\n")
    ))
}

// The three steps below share what they compile: clippy and rustdoc read the same dependency metadata, and no step
// sets RUSTFLAGS, which would compile everything once more.

fn clippy(root: &Path) -> Result<(), String> {
    Cargo::new("clippy --workspace --all-targets -- -D warnings").run(root)?;
    // A test that no other run of the tests begins is no part of `--all-targets` either.
    Cargo::new("clippy -p lunas-cli --test cluster -- -D warnings").run(root)
}

fn doc(root: &Path) -> Result<(), String> {
    Cargo::new("doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings").run(root)
}

fn unit(root: &Path) -> Result<(), String> {
    with_postgres("test --workspace", root)
}

/// The gateway once more, on the other engine, and a gateway that is killed again and again. The store's own tests run on both engines each time.
fn postgres(root: &Path) -> Result<(), String> {
    let cluster = Cluster::start()?;
    let run =
        |words: &str| Cargo::new(words).env(VARIABLE, &cluster.address()).env(CHOICE, "postgres").run(root);
    run("test -p lunas-gateway --test it")?;
    run("test -p lunas-cli --test process kill::")
}

fn nodes(root: &Path) -> Result<(), String> {
    with_postgres("test -p lunas-cli --test cluster nodes", root)
}

fn failover(root: &Path) -> Result<(), String> {
    Cargo::new("test -p lunas-cli --test cluster failover").run(root)
}

/// Runs cargo while a throw-away PostgreSQL runs.
fn with_postgres(words: &str, root: &Path) -> Result<(), String> {
    let cluster = Cluster::start()?;
    Cargo::new(words).env(VARIABLE, &cluster.address()).run(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_ends_the_run_and_says_how_to_repeat_it() {
        fn good(_: &Path) -> Result<(), String> {
            Ok(())
        }
        fn bad(_: &Path) -> Result<(), String> {
            Err("it broke".to_owned())
        }
        fn never(_: &Path) -> Result<(), String> {
            panic!("a step ran after a failure")
        }
        let step = |name, run| Step { name, about: "", needs: &[], run };
        let steps = [step("one", good), step("two", bad), step("three", never)];
        let message = run_all(&steps, Path::new(".")).expect_err("the second step fails");
        assert!(message.contains("two: it broke"), "{message}");
        assert!(message.contains("cargo xtask two"), "{message}");
    }

    #[test]
    fn every_check_is_a_word_of_its_own() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(
            names,
            [
                "fmt", "tidy", "clippy", "doc", "unit", "package", "deb", "proxies", "nodes", "failover",
                "postgres", "e2e"
            ]
        );
        assert!(names.iter().all(|name| usage().contains(name)));
    }

    /// The justfile holds names only, so each check's name must be there and lead here.
    #[test]
    fn the_justfile_names_every_check() {
        let justfile =
            std::fs::read_to_string(repository().join("justfile")).expect("the justfile is in the root");
        for step in STEPS {
            let recipe = format!("\n{0}:\n    cargo xtask {0}\n", step.name);
            assert!(justfile.contains(&recipe), "justfile has no recipe {recipe:?}");
        }
    }
}
