//! `lunas bench`: how many signed, distinct payments a gateway takes per second, and how long each one waits.
//!
//! Load comes from this machine, so it takes its share of it. Absolute figures therefore say little about another
//! machine; `--baseline` measures a bare handler in turns with the gateway and prints the ratio of the two.

mod baseline;
mod hold;
mod load;
mod stock;

pub(crate) use baseline::Baseline;

use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, SandboxArgs};
use crate::verdict::{Error, Verdict, say};
use crate::{output, shutdown};
use baseline::BaselineProcess;
use hold::Hold;
use load::{Load, Tally};
use stock::Stock;

/// Turns that gateway and baseline take, one after the other.
const TURNS: usize = 2;
/// Time at the start of each turn that does not count.
const WARM_UP: Duration = Duration::from_secs(1);
/// How many requests are signed before a turn, per second of it. What is needed beyond is signed on the way.
const PREPARED_PER_SECOND: u64 = 60_000;
/// The same for the bare handler, which is quicker.
const PREPARED_PER_SECOND_BASELINE: u64 = 110_000;

/// Measure a gateway under load
#[derive(Subcommand, Debug)]
pub(crate) enum Bench {
    Create(Create),
}

/// Create distinct payments as fast as the gateway takes them
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench create --connections 64 --seconds 10 --baseline")]
pub(crate) struct Create {
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Connections, each with one request under way
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    connections: u16,
    /// Seconds of each turn that count
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    seconds: u64,
    /// Measure a bare handler as well, which verifies the same signatures and keeps nothing
    #[arg(long)]
    baseline: bool,
    /// Let notifications go out meanwhile; otherwise they wait in the outbox until the end
    #[arg(long)]
    deliver: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Bench {
    /// Measures and prints. Requests that were not answered with success make the verdict negative.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let Self::Create(create) = self;
        create.run().await
    }
}

impl Create {
    async fn run(self) -> Result<Verdict, Error> {
        let shutdown =
            shutdown::signal().map_err(|source| Error::because("signals cannot be heard", source))?;
        let sandbox = self.sandbox.read()?;
        let hold = if self.deliver { None } else { Some(Hold::start(&sandbox).await?) };
        let verdict = tokio::select! {
            verdict = self.measure(&sandbox) => verdict,
            () = shutdown => Err(Error::failed("the measurement was interrupted")),
        };
        if let Some(hold) = hold {
            hold.release(&sandbox).await?;
        }
        verdict
    }

    async fn measure(&self, sandbox: &Sandbox) -> Result<Verdict, Error> {
        let bare = if self.baseline { Some(BaselineProcess::start(&sandbox.client_secret)?) } else { None };
        let turns = if self.baseline { TURNS } else { 1 };
        let (mut gateway, mut baseline) = (Tally::new(), Tally::new());
        for turn in 1..=turns {
            say(&format!("gateway, turn {turn} of {turns}"));
            gateway.add(self.turn(sandbox, &sandbox.base_url, PREPARED_PER_SECOND).await?);
            if let Some(bare) = &bare {
                say(&format!("bare handler, turn {turn} of {turns}"));
                baseline.add(self.turn(sandbox, &bare.url, PREPARED_PER_SECOND_BASELINE).await?);
            }
        }
        let ratio = thousandths(gateway.rate(), baseline.rate());
        if self.json {
            let mut report = json!({
                "connections": self.connections,
                "seconds": self.seconds,
                "gateway": described(&gateway),
            });
            if self.baseline {
                report["baseline"] = described(&baseline);
                report["ratio"] = ratio.into();
            }
            output::print_json(&report);
        } else {
            print(&gateway, self.baseline.then_some(&baseline), &ratio);
        }
        let failures = gateway.failures + baseline.failures;
        if let Some(sample) = gateway.sample.as_ref().or(baseline.sample.as_ref()) {
            say(&format!("{failures} requests failed; the first one: {sample}"));
        }
        Ok(Verdict::from(failures == 0 && gateway.successes() > 0))
    }

    /// One turn: prepare, warm up, measure.
    async fn turn(&self, sandbox: &Sandbox, url: &str, prepared_per_second: u64) -> Result<Tally, Error> {
        let client = sandbox.client()?;
        let token = client.access_token().await;
        let token = token.map_err(|source| Error::because("the gateway gave no token", source))?;
        let measured = Duration::from_secs(self.seconds);
        let count = (WARM_UP + measured).as_secs().saturating_mul(prepared_per_second);
        let url =
            reqwest::Url::parse(url).map_err(|source| Error::because("the base URL is none", source))?;
        let mut stock = Stock::new(sandbox, &token, &authority(&url))?;
        let prepared = tokio::task::spawn_blocking(move || {
            stock.prepare(count);
            stock
        });
        let stock =
            prepared.await.map_err(|source| Error::because("the requests could not be signed", source))?;
        let load =
            Load { address: authority(&url), connections: self.connections, warm_up: WARM_UP, measured };
        load.run(Arc::new(stock)).await
    }
}

/// Host and port, as a connection and a `Host` header want them.
fn authority(url: &reqwest::Url) -> String {
    let host = url.host_str().unwrap_or("127.0.0.1");
    format!("{host}:{}", url.port_or_known_default().unwrap_or(80))
}

/// `part` ÷ `whole` with three decimals, by whole numbers.
fn thousandths(part: u64, whole: u64) -> String {
    let ratio = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:03}", ratio / 1_000, ratio % 1_000)
}

/// The percentiles that are shown.
const PERCENTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)];

fn described(tally: &Tally) -> Value {
    let mut latency: serde_json::Map<String, Value> = PERCENTILES
        .iter()
        .map(|(name, quantile)| ((*name).to_owned(), tally.latencies_us.value_at_quantile(*quantile).into()))
        .collect();
    latency.insert("max".to_owned(), tally.latencies_us.max().into());
    json!({
        "requestsPerSecond": tally.rate(),
        "requests": tally.successes(),
        "failures": tally.failures,
        "latencyUs": latency,
    })
}

fn print(gateway: &Tally, baseline: Option<&Tally>, ratio: &str) {
    let row = |name: &str, tally: &Tally| {
        let us = |quantile: f64| {
            let value = tally.latencies_us.value_at_quantile(quantile);
            format!("{:>8}", thousandths(value, 1_000))
        };
        let [p50, p90, p99, p999] = PERCENTILES.map(|(_, quantile)| us(quantile));
        [name.to_owned(), format!("{:>7}", tally.rate()), p50, p90, p99, p999]
    };
    let heading = ["", "  req/s", "  p50 ms", "  p90 ms", "  p99 ms", "p99.9 ms"].map(str::to_owned);
    let mut rows = vec![heading, row("gateway", gateway)];
    rows.extend(baseline.map(|tally| row("bare handler", tally)));
    output::print_table(&rows);
    if baseline.is_some() {
        output::print(&format!("ratio  {ratio}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_three_decimals() {
        let check = |part: u64, whole: u64, expected: &str| assert_eq!(thousandths(part, whole), expected);
        check(25_000, 80_000, "0.312");
        check(80_000, 80_000, "1.000");
        check(1, 3_000, "0.000");
        check(5, 0, "0.000");
        check(1_234, 1_000, "1.234");
    }
}
