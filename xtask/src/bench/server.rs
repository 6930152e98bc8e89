//! A PostgreSQL server for one measurement, and what else writes to it.

use std::process::Command;

use lunas_cluster::{Cluster, run};

use super::place::Bench;
use crate::shell::{self, Cargo};

/// Callers of the measurements that end with a number of payments, not with a time.
const CALLERS: &str = "64";
/// That number of payments.
pub(super) const PAYMENTS: u64 = 60_000;

/// Makes an empty database and gives its address.
pub(super) fn database(cluster: &Cluster, name: &str) -> Result<String, String> {
    let create = format!("create database {name}");
    run(program(cluster, "psql").arg(cluster.address()).args(["-qc", &create]))?;
    Ok(cluster.address().replace("/postgres?", &format!("/{name}?")))
}

/// Makes the files of the server's log, so that what is measured does not wait for that: a server that has run for a
/// while uses them again. They are filled once, and the checkpoint gives them free.
pub(super) fn run_in(cluster: &Cluster) -> Result<(), String> {
    let fill = "select count(pg_logical_emit_message(false, 'bench', repeat('x', 1000000))) \
        from generate_series(1, 2500)";
    run(program(cluster, "psql").arg(cluster.address()).args(["-qc", fill, "-c", "checkpoint"]))?;
    Ok(())
}

/// Payments per second that the store opens by itself; it holds as many as are said to be there already.
pub(super) fn commit_rate(bench: &Bench, address: &str, there: u64) -> Result<u64, String> {
    let text = committed(bench, PAYMENTS, address, there)?;
    let rate = text.split_once("callers: ").and_then(|(_, rest)| rest.split_once("/s"));
    number(rate.map(|(rate, _)| rate), &text)
}

/// Puts that many payments into the store at an address.
pub(super) fn fill(bench: &Bench, payments: u64, address: &str) -> Result<(), String> {
    committed(bench, payments, address, 0).map(drop)
}

/// What the store's own example says of that many payments.
fn committed(bench: &Bench, payments: u64, address: &str, there: u64) -> Result<String, String> {
    Cargo::new("build --release --package lunas-store --example commit_rate").run(&bench.root)?;
    let example = shell::target_directory(&bench.root).join("release").join("examples").join("commit_rate");
    run(Command::new(example).args([CALLERS, &payments.to_string(), address, &there.to_string()]))
}

/// The same with sqlx, a transaction of single statements each.
pub(super) fn sqlx_rate(bench: &Bench, address: &str) -> Result<u64, String> {
    let peer = bench.root.join("benches").join("peers").join("sqlx");
    let target = shell::target_directory(&bench.root).join("bench-sqlx");
    let mut build = Command::new(shell::cargo());
    build.args(["build", "--release", "--locked"]).current_dir(&peer).env("CARGO_TARGET_DIR", &target);
    shell::run(&mut build, "cargo build --release --locked in benches/peers/sqlx")?;
    let program = target.join("release").join("lunas-bench-sqlx");
    let text = run(Command::new(program).args([address, CALLERS, &PAYMENTS.to_string()]))?;
    number(text.split_whitespace().next(), &text)
}

/// Transactions per second of PostgreSQL's own benchmark.
pub(super) fn pgbench(cluster: &Cluster, address: &str) -> Result<u64, String> {
    run(program(cluster, "pgbench").args(["-i", "-q", "-s", "10", address]))?;
    let text = run(program(cluster, "pgbench").args(["-c", "16", "-j", "2", "-T", "6", address]))?;
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    number(rate.and_then(|rate| rate.split('.').next()), &text)
}

fn program(cluster: &Cluster, name: &str) -> Command {
    Command::new(cluster.programs().join(name))
}

fn number(figure: Option<&str>, text: &str) -> Result<u64, String> {
    figure.and_then(|figure| figure.parse().ok()).ok_or_else(|| format!("no rate is in: {text}"))
}
