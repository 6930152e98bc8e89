//! `lunas bench`: how many signed, distinct requests a gateway serves per second, and how long each one waits.
//!
//! Load comes from this machine, so it takes its share of it. Absolute figures therefore say little about another
//! machine; `--baseline` and `--against` measure others in turns with the gateway and print the ratios.

mod baseline;
mod drain;
mod hold;
mod load;
mod pace;
mod receiver;
mod road;
mod stock;
mod tally;
mod wire;

pub(crate) use baseline::Baseline;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use lunas_client::CallOptions;
use lunas_vocab::Secret;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, SandboxArgs};
use crate::verdict::{Error, Verdict, say};
use crate::{output, shutdown};
use baseline::BaselineProcess;
use hold::Hold;
use load::Load;
use road::Road;
use stock::Stock;
use tally::{Tally, thousandths};

/// Turns that the gateway and others take, one after the other.
const TURNS: usize = 2;
/// Time at the start of each turn that does not count.
const WARM_UP: Duration = Duration::from_secs(1);
/// How many payments are signed before a gateway's turn, per second of it. What is needed beyond is signed on the way.
const PREPARED_PER_SECOND: u64 = 60_000;
/// The same for the bare handler, which is quicker.
const PREPARED_PER_SECOND_BASELINE: u64 = 110_000;
/// Payments that queries ask about.
const KNOWN_PAYMENTS: usize = 1_000;

/// Measure a gateway under load
#[derive(Subcommand, Debug)]
pub(crate) enum Bench {
    Create(Create),
    Status(Status),
    Token(Token),
    Pay(Pay),
    Notify(Notify),
}

/// Create distinct payments as fast as the gateway takes them
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench create --connections 64 --seconds 10 --baseline")]
pub(crate) struct Create {
    #[command(flatten)]
    common: Common,
    /// Sandbox files of further merchants of the gateway, whose payments take turns with the first one's
    #[arg(long, value_name = "FILE")]
    more: Vec<PathBuf>,
    /// Let notifications go out meanwhile; otherwise they wait in the outbox until the end
    #[arg(long)]
    deliver: bool,
}

/// Ask for the status of payments
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench status --connections 64 --seconds 10 --baseline")]
pub(crate) struct Status {
    #[command(flatten)]
    common: Common,
}

/// Ask for access tokens, each request with an RSA signature to verify
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench token --connections 64 --seconds 10")]
pub(crate) struct Token {
    #[command(flatten)]
    common: Common,
}

/// Take payments from end to end: created, paid, told to the merchant and asked about
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench pay --connections 64 --seconds 10 --phone +628215023424")]
pub(crate) struct Pay {
    #[command(flatten)]
    common: Common,
    /// A customer who pays; give it again for each, who then take turns (default: the sandbox's first)
    #[arg(long)]
    phone: Vec<String>,
}

/// Fill the outbox with the notifications of new payments, then deliver them as fast as they can be signed and sent
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench notify --seconds 10")]
pub(crate) struct Notify {
    #[command(flatten)]
    common: Common,
}

/// What every measurement can be told
#[derive(Args, Debug)]
struct Common {
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Connections, each with one request under way
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    connections: u16,
    /// Seconds of each turn that count
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Requests per second, at their times whether others were answered or not (default: as many as are answered)
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,
    /// Measure a bare handler as well, which verifies the same signatures and keeps nothing
    #[arg(long)]
    baseline: bool,
    /// Measure another server as well, which is sent the same requests; give it again for each
    #[arg(long, value_name = "NAME=URL", value_parser = against)]
    against: Vec<(String, reqwest::Url)>,
    /// Base URLs of further gateways on the same store; connections take turns between all of them
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    nodes: Vec<reqwest::Url>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Keep the figures as JSON in this file as well
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Somebody who is measured.
struct Target {
    name: String,
    /// Hosts and ports, at least one.
    addresses: Vec<String>,
    prepared_per_second: u64,
}

/// What is asked of a target.
enum Demand {
    Payments(Vec<Sandbox>),
    Queries(Sandbox, Vec<String>),
    Tokens(Sandbox),
}

impl Bench {
    /// Measures and prints. Requests that were not answered with success make the verdict negative.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let shutdown =
            shutdown::signal().map_err(|source| Error::because("signals cannot be heard", source))?;
        let interrupted = async {
            shutdown.await;
            Err(Error::failed("the measurement was interrupted"))
        };
        match self {
            Self::Create(create) => create.run(interrupted).await,
            Self::Status(Status { common }) => tokio::select! {
                verdict = common.queries() => verdict,
                interrupted = interrupted => interrupted,
            },
            Self::Token(Token { common }) => tokio::select! {
                verdict = common.tokens() => verdict,
                interrupted = interrupted => interrupted,
            },
            Self::Pay(pay) => tokio::select! {
                verdict = pay.run() => verdict,
                interrupted = interrupted => interrupted,
            },
            Self::Notify(Notify { common }) => tokio::select! {
                verdict = common.notifications() => verdict,
                interrupted = interrupted => interrupted,
            },
        }
    }
}

impl Create {
    async fn run(self, interrupted: impl Future<Output = Result<Verdict, Error>>) -> Result<Verdict, Error> {
        let sandbox = self.common.sandbox.read()?;
        let more = self.more.iter().map(|path| self.common.sandbox.read_file(path));
        let more = more.collect::<Result<Vec<_>, _>>()?;
        // Only the first merchant's notifications are held; the others' files name merchants that are told nothing.
        let hold = if self.deliver { None } else { Some(Hold::start(&sandbox).await?) };
        let merchants = std::iter::once(self.common.sandbox.read()?).chain(more).collect();
        let verdict = tokio::select! {
            verdict = self.common.measure("create", Demand::Payments(merchants)) => verdict,
            interrupted = interrupted => interrupted,
        };
        if let Some(hold) = hold {
            hold.release(&sandbox).await?;
        }
        verdict
    }
}

impl Pay {
    async fn run(self) -> Result<Verdict, Error> {
        let sandbox = self.common.sandbox.read()?;
        let road = Road {
            addresses: self.common.addresses(&sandbox)?,
            connections: self.common.connections,
            rate: self.common.rate,
            warm_up: WARM_UP,
            measured: Duration::from_secs(self.common.seconds),
            phones: self.phone.clone(),
        };
        let walked = road.walk(sandbox).await?;
        let lines = vec![
            ("payment, whole".to_owned(), walked.payments),
            ("paid to told".to_owned(), walked.notifications),
        ];
        self.common.finish("pay", &lines, false)
    }
}

impl Common {
    async fn queries(&self) -> Result<Verdict, Error> {
        let sandbox = self.sandbox.read()?;
        let client = sandbox.client()?;
        let mut known = Vec::with_capacity(KNOWN_PAYMENTS);
        for number in 0..KNOWN_PAYMENTS {
            let order = format!("known-{number:06}");
            let request = stock::request(&sandbox, &order, 1)?;
            let created = client.pay(&request, CallOptions::default()).await;
            let created =
                created.map_err(|source| Error::because("a payment could not be created", source))?;
            known.push(created.reference_no.to_string());
        }
        self.measure("status", Demand::Queries(sandbox, known)).await
    }

    /// Payments are taken while nobody is told, for twice the time: they come in faster than they can be told.
    async fn notifications(&self) -> Result<Verdict, Error> {
        let sandbox = self.sandbox.read()?;
        let hold = Hold::start(&sandbox).await?;
        let target = Target {
            name: "gateway".to_owned(),
            addresses: self.addresses(&sandbox)?,
            prepared_per_second: PREPARED_PER_SECOND,
        };
        let measured = Duration::from_secs(self.seconds);
        let stocks = self.stocks(&Demand::Payments(vec![self.sandbox.read()?]), &target).await?;
        say("filling the outbox");
        let load = self.load(&target, WARM_UP, measured * 2);
        let filled = load.run(stocks).await;
        hold.release(&sandbox).await?;
        filled?;
        say("delivering");
        let told = drain::drain(&sandbox, WARM_UP, measured).await?;
        self.finish("notify", &[("notifications".to_owned(), told)], false)
    }

    fn load(&self, target: &Target, warm_up: Duration, measured: Duration) -> Load {
        Load {
            addresses: target.addresses.clone(),
            connections: self.connections,
            rate: self.rate,
            warm_up,
            measured,
        }
    }

    /// Where the gateway is, on all of its nodes.
    fn addresses(&self, sandbox: &Sandbox) -> Result<Vec<String>, Error> {
        let first = base_url(sandbox)?;
        Ok(std::iter::once(&first).chain(&self.nodes).map(authority).collect())
    }

    async fn tokens(&self) -> Result<Verdict, Error> {
        let sandbox = self.sandbox.read()?;
        self.measure("token", Demand::Tokens(sandbox)).await
    }

    /// Everybody in turns: prepare, warm up, measure.
    async fn measure(&self, name: &str, demand: Demand) -> Result<Verdict, Error> {
        let sandbox = match &demand {
            Demand::Payments(merchants) => {
                merchants.first().ok_or_else(|| Error::failed("there is no merchant"))?
            }
            Demand::Queries(sandbox, _) | Demand::Tokens(sandbox) => sandbox,
        };
        let bare = if self.baseline { Some(BaselineProcess::start(&sandbox.client_secret)?) } else { None };
        let targets = self.targets(sandbox, bare.as_ref())?;
        let turns = if targets.len() > 1 { TURNS } else { 1 };
        let mut lines: Vec<(String, Tally)> =
            targets.iter().map(|target| (target.name.clone(), Tally::new(0))).collect();
        for turn in 1..=turns {
            for (target, (_, tally)) in targets.iter().zip(&mut lines) {
                say(&format!("{}, turn {turn} of {turns}", target.name));
                let stocks = self.stocks(&demand, target).await?;
                let load = self.load(target, WARM_UP, Duration::from_secs(self.seconds));
                tally.add(load.run(stocks).await?);
            }
        }
        self.finish(name, &lines, targets.len() > 1)
    }

    fn targets(&self, sandbox: &Sandbox, bare: Option<&BaselineProcess>) -> Result<Vec<Target>, Error> {
        let target = |name: &str, addresses, prepared_per_second| Target {
            name: name.to_owned(),
            addresses,
            prepared_per_second,
        };
        let mut targets = vec![target("gateway", self.addresses(sandbox)?, PREPARED_PER_SECOND)];
        if let Some(bare) = bare {
            let address = authority(&url(&bare.url)?);
            targets.push(target("bare handler", vec![address], PREPARED_PER_SECOND_BASELINE));
        }
        let others = self.against.iter();
        targets.extend(others.map(|(name, url)| target(name, vec![authority(url)], PREPARED_PER_SECOND)));
        Ok(targets)
    }

    async fn stocks(&self, demand: &Demand, target: &Target) -> Result<Vec<Stock>, Error> {
        let host = &target.addresses[0];
        match demand {
            Demand::Tokens(sandbox) => Ok(vec![Stock::tokens(sandbox, host)?]),
            Demand::Queries(sandbox, known) => {
                let token = token(sandbox).await?;
                Ok(vec![Stock::queries(sandbox, &token, host, known.clone())?])
            }
            Demand::Payments(merchants) => {
                let needed = WARM_UP.as_secs().saturating_add(self.seconds);
                let per_second =
                    self.rate.unwrap_or(target.prepared_per_second).min(target.prepared_per_second);
                let count = needed.saturating_mul(per_second) / u64::try_from(merchants.len()).unwrap_or(1);
                let mut stocks = Vec::with_capacity(merchants.len());
                for merchant in merchants {
                    let token = token(merchant).await?;
                    stocks.push(Stock::payments(merchant, &token, host, count)?);
                }
                Ok(stocks)
            }
        }
    }

    /// Prints the figures and keeps them where they were asked for.
    fn finish(&self, name: &str, lines: &[(String, Tally)], is_compared: bool) -> Result<Verdict, Error> {
        let report = self.described(name, lines, is_compared);
        if let Some(path) = &self.report {
            let text = format!("{report:#}\n");
            std::fs::write(path, text).map_err(|source| {
                Error::because(format!("{} could not be written", path.display()), source)
            })?;
        }
        if self.json {
            output::print_json(&report)?;
        } else {
            tally::print(lines, is_compared)?;
        }
        let failures: u64 = lines.iter().map(|(_, tally)| tally.failures).sum();
        if let Some(sample) = lines.iter().find_map(|(_, tally)| tally.sample.as_ref()) {
            say(&format!("{failures} requests failed; the first one: {sample}"));
        }
        Ok(Verdict::from(failures == 0 && lines.iter().all(|(_, tally)| tally.successes() > 0)))
    }

    fn described(&self, name: &str, lines: &[(String, Tally)], is_compared: bool) -> Value {
        let first = lines.first().map_or(0, |(_, tally)| tally.rate());
        let described = lines.iter().enumerate().map(|(place, (name, tally))| {
            let mut line = tally.json();
            line["name"] = name.as_str().into();
            if is_compared && place > 0 {
                line["ratio"] = thousandths(first, tally.rate()).into();
            }
            line
        });
        json!({
            "measurement": name,
            "version": env!("CARGO_PKG_VERSION"),
            "processors": std::thread::available_parallelism().map_or(0, usize::from),
            "connections": self.connections,
            "seconds": self.seconds,
            "requestsPerSecondOffered": self.rate,
            "lines": described.collect::<Vec<_>>(),
        })
    }
}

async fn token(sandbox: &Sandbox) -> Result<Secret<String>, Error> {
    let token = sandbox.client()?.access_token().await;
    token.map_err(|source| Error::because("the gateway gave no token", source))
}

fn base_url(sandbox: &Sandbox) -> Result<reqwest::Url, Error> {
    url(&sandbox.base_url)
}

fn url(text: &str) -> Result<reqwest::Url, Error> {
    reqwest::Url::parse(text).map_err(|source| Error::because("the base URL is none", source))
}

/// Reads `NAME=URL`.
fn against(text: &str) -> Result<(String, reqwest::Url), String> {
    let (name, url) = text.split_once('=').ok_or("it is NAME=URL, such as mine=http://127.0.0.1:3000")?;
    let url = reqwest::Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
    Ok((name.to_owned(), url))
}

/// Host and port, as a connection and a `Host` header want them.
fn authority(url: &reqwest::Url) -> String {
    let host = url.host_str().unwrap_or("127.0.0.1");
    format!("{host}:{}", url.port_or_known_default().unwrap_or(80))
}
