//! Ten times what a limit serves, and strangers beside whoever keeps to it: what that costs those who are served.

use std::path::PathBuf;

use serde_json::Value;

use super::gateway::Gateway;
use super::place::Bench;
use super::{Line, ms, thousandths};

/// Calls of one client per second that are served.
const LIMIT: u64 = 1_000;
/// What a flood brings per second.
const FLOOD: &str = "10000";
/// A load that keeps to the limit.
const CALM: &str = "900";
/// Seconds of each turn that count.
const SECONDS: &str = "6";
/// Turns of each kind.
const TURNS: usize = 3;

/// One kind of turn: what the report calls it, the merchant's payments per second, and who else calls.
struct Kind {
    name: &'static str,
    rate: &'static str,
    others: &'static [&'static str],
}

const KINDS: [Kind; 5] = [
    Kind { name: "within the limit", rate: CALM, others: &[] },
    Kind { name: "ten times the limit", rate: FLOOD, others: &[] },
    Kind { name: "beside a stranger", rate: CALM, others: &["--stranger", FLOOD] },
    Kind { name: "beside strangers at ever new addresses", rate: CALM, others: &["--strangers", FLOOD] },
    Kind { name: "beside claims of ever new clients", rate: CALM, others: &["--claims", FLOOD] },
];

/// What the turns of one kind said.
#[derive(Default)]
struct Said {
    reports: Vec<Value>,
    memory_kib: Vec<u64>,
    processor_ticks: Vec<u64>,
}

/// All kinds in turns, so that each meets what the machine does meanwhile.
pub(super) fn measure(bench: &Bench) -> Result<Vec<Line>, String> {
    let gateway = serve(bench)?;
    let idle = gateway.memory_kib()?;
    let mut said: [Said; KINDS.len()] = Default::default();
    for _ in 0..TURNS {
        for (kind, said) in KINDS.iter().zip(&mut said) {
            let arguments = ["flood", "--seconds", SECONDS, "--rate", kind.rate];
            let arguments = [&arguments[..], kind.others].concat();
            let before = gateway.processor_ticks()?;
            let report = gateway.bench(&arguments).map_err(|error| format!("{}: {error}", kind.name))?;
            said.reports.push(report);
            said.processor_ticks.push(gateway.processor_ticks()? - before);
            said.memory_kib.push(gateway.memory_kib()?);
        }
    }
    let mut lines = vec![Line::new("memory, idle", mib(idle), "")];
    let calm = said[0].p99("merchant");
    for (place, (kind, said)) in KINDS.iter().zip(&said).enumerate() {
        lines.extend(said.lines(kind));
        if place > 0 {
            let ratio = thousandths(said.p99("merchant"), calm);
            lines.push(Line::new(format!("{}: served, p99 ÷ p99 within the limit", kind.name), ratio, ""));
        }
    }
    Ok(lines)
}

impl Said {
    /// Whoever called, as far as anybody answered.
    fn lines(&self, kind: &Kind) -> Vec<Line> {
        let names = self.reports.first().and_then(|report| report["lines"].as_array());
        let names = names.into_iter().flatten().filter_map(|line| line["name"].as_str());
        let lines = names.map(|name| {
            let rate = self.median(name, |line| line["requestsPerSecond"].as_u64());
            let p50 = self.median(name, |line| line["latencyUs"]["p50"].as_u64());
            let figure = format!("{rate}/s, p50 and p99 {} and {}", ms(p50), ms(self.p99(name)));
            Line::new(format!("{}: {name}", kind.name), figure, "")
        });
        let processor = format!("{} ms", median(self.processor_ticks.clone()) * 10);
        let what = format!("{}: the gateway's processor time of a turn", kind.name);
        let processor = Line::new(what, processor, "");
        let memory: Vec<String> = self.memory_kib.iter().map(|kib| mib(*kib)).collect();
        let memory = Line::new(format!("{}: memory after each turn", kind.name), memory.join(", "), "");
        lines.chain([processor, memory]).collect()
    }

    fn p99(&self, name: &str) -> u64 {
        self.median(name, |line| line["latencyUs"]["p99"].as_u64())
    }

    fn median(&self, name: &str, figure: impl Fn(&Value) -> Option<u64>) -> u64 {
        let lines = self.reports.iter().filter_map(|report| report["lines"].as_array()).flatten();
        median(lines.filter(|line| line["name"] == name).filter_map(figure).collect())
    }
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

/// A gateway for real money with a merchant. A sandbox, which has no limits, lends both their keys.
fn serve(bench: &Bench) -> Result<Gateway, String> {
    let sandbox = bench.gateway("flood-keys")?;
    let data = bench.scratch.join("flood");
    let config = configure(bench, &data).map_err(|error| format!("{}: {error}", data.display()))?;
    sandbox.lunas_runs(&["migrate", "--config"], &config)?;
    let mut merchant = sandbox.merchant("G900000001", "--config", &config)?;
    let gateway = Gateway::serve(&bench.binary, &data, &config)?;
    merchant["baseUrl"] = format!("http://{}", gateway.address).into();
    std::fs::write(data.join("sandbox.json"), merchant.to_string()).map_err(|error| error.to_string())?;
    Ok(gateway)
}

/// Writes the configuration and gives its path.
fn configure(bench: &Bench, data: &std::path::Path) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(data)?;
    let key = data.join("master.key");
    std::fs::copy(bench.scratch.join("flood-keys").join("master.key"), &key)?;
    let text = format!(
        r#"[server]
listen = "127.0.0.1:0"
public_url = "https://pay.example"
trusted_proxies = ["127.0.0.1"]
[store]
url = "sqlite://{store}"
[security]
master_key_file = "{key}"
[limits]
address = {{ calls = {address}, seconds = 1 }}
client = {{ calls = {LIMIT}, seconds = 1 }}
named_phone = {{ calls = 0 }}
"#,
        store = data.join("lunas.db").display(),
        key = key.display(),
        address = 2 * LIMIT,
    );
    let config = data.join("lunas.toml");
    std::fs::write(&config, text)?;
    Ok(config)
}

fn mib(kib: u64) -> String {
    format!("{} MiB", kib / 1024)
}
