//! `cargo xtask bench`: what the product can do on this machine, beside what a user might have instead, in one run.
//!
//! Everything shares the same processors and takes turns, so figures are compared with each other and not with those of
//! another day. No test asserts any of them. The report is printed and kept as JSON.

mod flood;
mod gateway;
mod peers;
mod place;
mod server;

use std::path::Path;

use lunas_cluster::Cluster;
use serde_json::{Value, json};

use crate::shell::{self, Cargo};
use gateway::Gateway;
use place::Bench;

/// Seconds of each turn that count.
const SECONDS: &str = "6";
/// Merchants and customers among whom load is spread.
const SPREAD: usize = 16;
/// Turns of each store that growth is measured on.
const GROWTH_TURNS: u64 = 3;
/// Turns at half of the highest load on PostgreSQL. Together they are longer than the kernel keeps pages to itself, so
/// that one of them meets its writing.
const HALF_TURNS: usize = 5;

/// One chapter of the report: its word, what it says, and how it is measured.
struct Part {
    name: &'static str,
    about: &'static str,
    /// Whether it is measured only when it is named.
    is_long: bool,
    run: fn(&Bench) -> Result<Vec<Line>, String>,
}

const PARTS: &[Part] = &[
    Part {
        name: "create",
        about: "payments created, durable, beside a bare handler and other servers",
        is_long: false,
        run: create,
    },
    Part { name: "status", about: "status queries, beside a bare handler", is_long: false, run: status },
    Part {
        name: "token",
        about: "access tokens, each with an RSA signature verified",
        is_long: false,
        run: token,
    },
    Part { name: "pay", about: "whole payments, by one customer and by many", is_long: false, run: pay },
    Part {
        name: "notify",
        about: "notifications delivered, beside RSA signing alone",
        is_long: false,
        run: notify,
    },
    Part {
        name: "spread",
        about: "payments of one merchant, beside those of many",
        is_long: false,
        run: spread,
    },
    Part {
        name: "nodes",
        about: "one gateway and three on one PostgreSQL, which does not wait for its disk",
        is_long: false,
        run: nodes,
    },
    Part {
        name: "flood",
        about: "what is served and what is refused under ten times a limit",
        is_long: false,
        run: flood::measure,
    },
    Part { name: "tail", about: "latency at half of the highest load", is_long: false, run: tail },
    Part {
        name: "postgres",
        about: "payments on PostgreSQL, beside others' ways to write there",
        is_long: false,
        run: postgres,
    },
    Part { name: "start", about: "start to ready, and memory", is_long: false, run: start },
    Part {
        name: "growth",
        about: "payments and status queries with 10,000 and 1,000,000 payments in the store",
        is_long: true,
        run: |bench| growth(bench, 1_000_000),
    },
    Part {
        name: "growth-10m",
        about: "the same with 10,000,000, which takes twenty minutes and 20 GB of disk",
        is_long: true,
        run: |bench| growth(bench, 10_000_000),
    },
];

/// One figure.
struct Line {
    what: String,
    figure: String,
    goal: &'static str,
}

impl Line {
    fn new(what: impl Into<String>, figure: impl Into<String>, goal: &'static str) -> Self {
        Self { what: what.into(), figure: figure.into(), goal }
    }
}

/// Runs the named parts, or all.
pub(crate) fn run(root: &Path, names: &[&str]) -> Result<(), String> {
    let chosen: Vec<&Part> = PARTS
        .iter()
        .filter(|part| (names.is_empty() && !part.is_long) || names.contains(&part.name))
        .collect();
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        return Err(format!("`{unknown}` is not measured\n\n{}", usage()));
    }
    Cargo::new("build --release --package lunas-cli --package lunas-bench").run(root)?;
    let target = shell::target_directory(root);
    let scratch = target.join("bench");
    let bench = Bench { root: root.to_owned(), binary: target.join("release").join("lunas"), scratch };
    bench.clear()?;
    let mut report = Vec::new();
    for part in chosen {
        println!("\n{}: {}", part.name, part.about);
        let lines = (part.run)(&bench).map_err(|error| format!("{}: {error}", part.name))?;
        let width = lines.iter().map(|line| line.what.chars().count()).max().unwrap_or(0);
        for Line { what, figure, goal } in &lines {
            let goal = if goal.is_empty() { String::new() } else { format!("   goal {goal}") };
            println!("  {what:<width$}  {figure}{goal}");
        }
        report.extend(lines.into_iter().map(
            |line| json!({"part": part.name, "what": line.what, "figure": line.figure, "goal": line.goal}),
        ));
    }
    let path = bench.scratch.join("report.json");
    let text = format!("{:#}\n", Value::Array(report));
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("\nkept in {}", path.display());
    Ok(())
}

/// The parts, for a person.
pub(crate) fn usage() -> String {
    let lines = PARTS.iter().map(|part| format!("  bench {:<10} {}\n", part.name, part.about));
    lines.collect()
}

fn create(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = bench.gateway("create")?;
    let peers = peers::start(bench, &gateway.secret()?)?;
    let mut arguments = vec!["create", "--seconds", SECONDS, "--baseline"];
    let against: Vec<String> = peers.iter().map(|peer| format!("{}={}", peer.name, peer.url)).collect();
    for against in &against {
        arguments.extend(["--against", against]);
    }
    let report = gateway.bench(&arguments)?;
    let mut lines = vec![rate(&report, 0, "payments created on SQLite")];
    let goals = [
        ("bare handler", "≥ 0.30"),
        ("express", "≥ 8"),
        ("fastapi", "≥ 9"),
        ("prism", "≥ 3"),
        ("mockoon", ""),
    ];
    for (place, line) in report["lines"].as_array().into_iter().flatten().enumerate().skip(1) {
        let name = line["name"].as_str().unwrap_or_default();
        let goal = goals.iter().find(|(known, _)| *known == name).map_or("", |(_, goal)| goal);
        lines.push(rate(&report, place, name));
        lines.push(Line::new(format!("÷ {name}"), line["ratio"].as_str().unwrap_or_default(), goal));
    }
    Ok(lines)
}

fn status(bench: &Bench) -> Result<Vec<Line>, String> {
    let report = bench.gateway("status")?.bench(&["status", "--seconds", SECONDS, "--baseline"])?;
    let ratio = report["lines"][1]["ratio"].as_str().unwrap_or_default();
    Ok(vec![
        rate(&report, 0, "status queries"),
        rate(&report, 1, "bare handler"),
        Line::new("÷ bare handler", ratio, "≥ 0.6"),
    ])
}

fn token(bench: &Bench) -> Result<Vec<Line>, String> {
    let report = bench.gateway("token")?.bench(&["token", "--seconds", SECONDS])?;
    Ok(vec![rate(&report, 0, "access tokens")])
}

fn pay(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = bench.gateway("pay")?;
    let hot = gateway.bench(&["pay", "--seconds", SECONDS])?;
    let phones = gateway.payers()?;
    let mut arguments = vec!["pay", "--seconds", SECONDS];
    for phone in &phones {
        arguments.extend(["--phone", phone]);
    }
    let spread = gateway.bench(&arguments)?;
    let half = (per_second(&spread, 0) / 2).max(1).to_string();
    arguments.extend(["--rate", &half]);
    let calm = gateway.bench(&arguments)?;
    gateway.check_ledger()?;
    Ok(vec![
        rate(&spread, 0, format!("whole payments, {} customers", phones.len())),
        rate(&hot, 0, "whole payments, one customer"),
        Line::new("one ÷ many", thousandths(per_second(&hot, 0), per_second(&spread, 0)), ""),
        Line::new("payment sent to notification received, p50 and p99 at full load", latency(&spread, 1), ""),
        Line::new(format!("the same at {half}/s"), latency(&calm, 1), "p99 ≤ 50 ms"),
    ])
}

fn notify(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = bench.gateway("notify")?;
    let report = gateway.bench(&["notify", "--seconds", SECONDS])?;
    let signed = signatures_per_second()?;
    Ok(vec![
        rate(&report, 0, "notifications delivered"),
        Line::new("RSA-2048 signatures on two processors", format!("{signed}/s"), ""),
        Line::new("delivered ÷ signed", thousandths(per_second(&report, 0), signed), "≥ 0.7"),
    ])
}

/// What the processors sign when they do nothing else, by the system's OpenSSL.
fn signatures_per_second() -> Result<u64, String> {
    let mut command = std::process::Command::new("openssl");
    command.args(["speed", "-mr", "-seconds", "3", "-multi", "2", "rsa2048"]);
    let output = command.output().map_err(|error| format!("openssl could not be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    // `+F2:number:bits:signatures per second:verifications per second`, for all processes together.
    let last = text.lines().rfind(|line| line.starts_with("+F2:"));
    let rate = last.and_then(|line| line.split(':').nth(3)?.split('.').next());
    rate.and_then(|rate| rate.parse().ok())
        .ok_or_else(|| format!("openssl speed said nothing of RSA: {text}"))
}

fn spread(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = bench.gateway("spread")?;
    let merchants = gateway.merchants(SPREAD)?;
    let mut arguments = vec!["create", "--seconds", SECONDS];
    let hot = gateway.bench(&arguments)?;
    for merchant in &merchants {
        arguments.extend(["--more", merchant]);
    }
    let spread = gateway.bench(&arguments)?;
    let again = gateway.bench(&["create", "--seconds", SECONDS])?;
    let hot = (per_second(&hot, 0) + per_second(&again, 0)) / 2;
    Ok(vec![
        Line::new("payments of one merchant", format!("{hot}/s"), ""),
        rate(&spread, 0, format!("payments of {} merchants", merchants.len() + 1)),
        Line::new("one ÷ many", thousandths(hot, per_second(&spread, 0)), "≥ 0.9"),
    ])
}

fn nodes(bench: &Bench) -> Result<Vec<Line>, String> {
    let cluster = Cluster::start()?;
    let store = cluster.address();
    let start = |name: &str| Gateway::start_on(&bench.binary, &bench.scratch.join(name), Some(&store));
    let first = start("node-1")?;
    let alone = first.bench(&["create", "--seconds", SECONDS])?;
    let mut others = Vec::new();
    for name in ["node-2", "node-3"] {
        // One store has one master key, which the first node made.
        let key = |name: &str| bench.scratch.join(name).join("master.key");
        let made = std::fs::create_dir_all(bench.scratch.join(name));
        made.and_then(|()| std::fs::copy(key("node-1"), key(name))).map_err(|error| error.to_string())?;
        others.push(start(name)?);
    }
    let urls = others.iter().map(Gateway::base_url).collect::<Result<Vec<_>, _>>()?.join(",");
    let together = first.bench(&["create", "--seconds", SECONDS, "--nodes", &urls])?;
    let (one, three) = (per_second(&alone, 0), per_second(&together, 0));
    Ok(vec![
        rate(&alone, 0, "payments created on PostgreSQL, one gateway"),
        rate(&together, 0, "three gateways"),
        Line::new("three ÷ one", thousandths(three, one), ""),
    ])
}

fn tail(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = bench.gateway("tail")?;
    let highest = per_second(&gateway.bench(&["create", "--seconds", SECONDS])?, 0);
    let half = (highest / 2).max(1).to_string();
    let create = gateway.bench(&["create", "--seconds", "20", "--rate", &half])?;
    Ok(vec![
        Line::new("highest load", format!("{highest}/s"), ""),
        Line::new(format!("p50 and p99 at {half}/s"), latency(&create, 0), "p99 ≤ 10 ms"),
        Line::new("longest", ms(create["lines"][0]["latencyUs"]["max"].as_u64().unwrap_or(0)), ""),
    ])
}

fn postgres(bench: &Bench) -> Result<Vec<Line>, String> {
    let cluster = Cluster::start_durable()?;
    server::run_in(&cluster)?;
    let database = |name: &str| server::database(&cluster, name);
    let served = database("served")?;
    let gateway = Gateway::start_on(&bench.binary, &bench.scratch.join("postgres"), Some(&served))?;
    let create = gateway.bench(&["create", "--seconds", SECONDS, "--baseline"])?;
    let half = (per_second(&create, 0) / 2).max(1).to_string();
    let mut calm = Vec::with_capacity(HALF_TURNS);
    for _ in 0..HALF_TURNS {
        let report = gateway.bench(&["create", "--seconds", SECONDS, "--rate", &half])?;
        calm.push(report["lines"][0]["latencyUs"]["p99"].as_u64().unwrap_or(0));
    }
    calm.sort_unstable();
    drop(gateway);
    let store = server::commit_rate(bench, &database("store")?, 0)?;
    let sqlx = server::sqlx_rate(bench, &database("sqlx")?)?;
    let pgbench = server::pgbench(&cluster, &database("tpcb")?)?;
    let ratio = create["lines"][1]["ratio"].as_str().unwrap_or_default();
    Ok(vec![
        rate(&create, 0, "payments created on PostgreSQL"),
        rate(&create, 1, "bare handler"),
        Line::new("÷ bare handler", ratio, "≥ 0.45"),
        Line::new(
            format!("p99 at {half}/s, median of {HALF_TURNS} turns"),
            ms(calm[HALF_TURNS / 2]),
            "≤ 5 ms",
        ),
        Line::new("p99 of the slowest turn", ms(calm[HALF_TURNS - 1]), ""),
        Line::new("pgbench, TPC-B-like, 16 clients", format!("{pgbench}/s"), ""),
        Line::new("payments ÷ pgbench", thousandths(per_second(&create, 0), pgbench), "≥ 5"),
        Line::new("the store alone", format!("{store}/s"), ""),
        Line::new("the same writes with sqlx", format!("{sqlx}/s"), ""),
        Line::new("store ÷ sqlx", thousandths(store, sqlx), "≥ 5"),
    ])
}

fn start(bench: &Bench) -> Result<Vec<Line>, String> {
    // The first start makes keys; those after it are what a restart costs.
    let first = bench.gateway("start")?;
    let idle = first.memory_kib()?;
    first.bench(&["create", "--seconds", SECONDS])?;
    let loaded = first.memory_kib()?;
    drop(first);
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(bench.gateway("start")?.started_in);
    }
    starts.sort();
    Ok(vec![
        Line::new("start to ready, median of 5", ms_of(starts[2]), "≤ 200 ms"),
        Line::new("memory, idle", format!("{} MiB", idle / 1024), ""),
        Line::new("memory, after load", format!("{} MiB", loaded / 1024), ""),
    ])
}

/// The same measurements on a small store and on a large one, in turns: a disk that was written to for a quarter of an
/// hour is slower for a while.
///
/// The gateway's payments are all of one merchant who is new there; the store's own are of all the merchants that it was
/// filled with, so that each goes to another part of it.
fn growth(bench: &Bench, large: u64) -> Result<Vec<Line>, String> {
    let sizes = [10_000, large];
    let data = |size: u64| format!("growth-{size}");
    let file = |size: u64| bench.scratch.join(data(size)).join("lunas.db");
    let address = |size: u64| format!("sqlite://{}", file(size).display());
    let mut lines = Vec::new();
    for size in sizes {
        // The first start makes the sandbox; the rest of the store is filled without a gateway.
        drop(bench.gateway(&data(size))?);
        server::fill(bench, size, &address(size))?;
        let bytes = std::fs::metadata(file(size)).map_err(|error| error.to_string())?.len() / size;
        lines.push(Line::new(
            format!("a payment's size on disk, {size} there"),
            format!("{bytes} bytes"),
            "",
        ));
    }
    let what = ["create", "status", "the store alone, 50 merchants"];
    let mut sums = [[0; 3]; 2];
    for turn in 0..GROWTH_TURNS {
        for (size, sums) in sizes.into_iter().zip(&mut sums) {
            // One at a time: a gateway that nobody calls still sends what the calls before have left to send.
            let gateway = bench.gateway(&data(size))?;
            for (service, sum) in what.into_iter().zip(sums.iter_mut()).take(2) {
                let report = gateway.bench(&[service, "--seconds", SECONDS])?;
                *sum += per_second(&report, 0);
                lines.push(rate(&report, 0, format!("{service}, {size} there")));
            }
            let memory = format!("{} MiB", gateway.memory_kib()? / 1024);
            lines.push(Line::new(format!("memory, {size} there"), memory, ""));
            drop(gateway);
            let alone = server::commit_rate(bench, &address(size), size + turn * server::PAYMENTS)?;
            sums[2] += alone;
            lines.push(Line::new(format!("{}, {size} there", what[2]), format!("{alone}/s"), ""));
        }
    }
    for (at, (what, goal)) in what.into_iter().zip(["≥ 0.8", "≥ 0.8", ""]).enumerate() {
        let ratio = thousandths(sums[1][at], sums[0][at]);
        lines.push(Line::new(format!("{what}, {large} ÷ 10000"), ratio, goal));
    }
    for size in sizes {
        std::fs::remove_dir_all(bench.scratch.join(data(size))).map_err(|error| error.to_string())?;
    }
    Ok(lines)
}

fn per_second(report: &Value, place: usize) -> u64 {
    report["lines"][place]["requestsPerSecond"].as_u64().unwrap_or(0)
}

fn rate(report: &Value, place: usize, what: impl Into<String>) -> Line {
    let figure = format!("{}/s, p50 and p99 {}", per_second(report, place), latency(report, place));
    Line::new(what, figure, "")
}

fn latency(report: &Value, place: usize) -> String {
    let us = |name: &str| ms(report["lines"][place]["latencyUs"][name].as_u64().unwrap_or(0));
    format!("{} and {}", us("p50"), us("p99"))
}

fn ms(us: u64) -> String {
    format!("{} ms", thousandths(us, 1_000))
}

fn ms_of(duration: std::time::Duration) -> String {
    format!("{} ms", duration.as_millis())
}

/// `part` ÷ `whole` with three decimals, by whole numbers.
fn thousandths(part: u64, whole: u64) -> String {
    let ratio = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:03}", ratio / 1_000, ratio % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_a_word_of_its_own_and_others_are_refused() {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        assert!(names.iter().all(|name| usage().contains(name)));
        let refused = run(Path::new("."), &["nonsense"]).expect_err("there is no such part");
        assert!(refused.contains("`nonsense` is not measured"), "{refused}");
    }

    #[test]
    fn figures_are_read_from_a_report() {
        let report =
            json!({"lines": [{"requestsPerSecond": 1234, "latencyUs": {"p50": 1500, "p99": 20250}}]});
        assert_eq!(rate(&report, 0, "x").figure, "1234/s, p50 and p99 1.500 ms and 20.250 ms");
        assert_eq!(thousandths(1234, 2000), "0.617");
    }
}
