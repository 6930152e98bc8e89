//! The tests of a store on a cluster of Citus. Nothing here makes one: it is given, by the address of a database whose
//! tables `lunas migrate --distribute` has distributed, and left as it was.

use std::path::Path;

use lunas_cluster::{CHOICE, DISTRIBUTED, Distributed, VARIABLE};

use crate::shell::Cargo;

/// What is run, in its order. Each test has a database on every node, so there are few at a time.
const RUNS: [&str; 5] = [
    "test -p lunas-store --lib -- --ignored distributed",
    "test -p lunas-store --test contract_postgres -- --test-threads=4",
    "test -p lunas-cli --test process scenarios:: -- --test-threads=4",
    "test -p lunas-cli --test cluster nodes",
    "test -p lunas-gateway --test it -- --test-threads=4",
];

/// Runs all of it.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), String> {
    let ["--url", url] = words else {
        return Err(
            "it wants a cluster: cargo xtask distributed --url postgres://user@coordinator:5432/database"
                .to_owned(),
        );
    };
    let copy = Distributed::copy_of(url)?;
    RUNS.iter().try_for_each(|words| {
        let cargo = Cargo::new(words).env(VARIABLE, copy.address()).env(DISTRIBUTED, &copy.told());
        cargo.env(CHOICE, "postgres").run(root)
    })
}
