//! `lunas-bench`: measures a sandbox gateway beside others, and what no operator needs to size a machine.
//!
//! Load comes from this machine, so it takes its share of it. Absolute figures therefore say little about another
//! machine; `--baseline` and `--against` measure others in turns with the gateway and print the ratios.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures and words are this program's output")]

mod baseline;
mod drain;
mod flood;
mod hold;
mod receiver;
mod road;
mod target;
mod turns;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser};
use lunas_bench::{Amount, Error, Merchant, Report, WARM_UP};

use crate::flood::Flood;
use crate::hold::Hold;
use crate::road::Road;
use crate::turns::{Demand, Turns};

/// Measure a gateway under load
#[derive(Parser, Debug)]
#[command(name = "lunas-bench", version)]
enum Bench {
    /// Create distinct payments as fast as the gateway takes them
    Create(Create),
    /// Ask for the status of payments
    Status(Turns),
    /// Ask for access tokens, each request with an RSA signature to verify
    Token(Turns),
    /// Take payments from end to end: created, paid, told to the merchant and asked about
    Pay(Pay),
    /// Fill the outbox with the notifications of new payments, then deliver them as fast as they can be signed and sent
    Notify(Turns),
    /// Create payments beside strangers, where both may be too many
    Flood(Flood),
    /// Serve the bare handler
    #[command(hide = true)]
    Baseline,
}

/// What every measurement is told.
#[derive(Args, Debug)]
struct Common {
    /// The file that `lunas dev` writes, or one of its form
    #[arg(long, value_name = "FILE")]
    sandbox: PathBuf,
    #[command(flatten)]
    amount: Amount,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
struct Create {
    #[command(flatten)]
    turns: Turns,
    /// Sandbox files of further merchants of the gateway, whose payments take turns with the first one's
    #[arg(long, value_name = "FILE")]
    more: Vec<PathBuf>,
}

#[derive(Args, Debug)]
struct Pay {
    #[command(flatten)]
    turns: Turns,
    /// A customer who pays; give it again for each, who then take turns (default: the sandbox's first)
    #[arg(long)]
    phone: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Bench::parse().run().await {
        Ok(is_good) => ExitCode::from(u8::from(!is_good)),
        Err(error) => {
            let mut sentence = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                sentence.push_str(&format!(": {error}"));
                cause = error.source();
            }
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

impl Bench {
    /// Measures and prints. The answer is whether all that should be answered was.
    async fn run(self) -> Result<bool, Error> {
        match self {
            Self::Create(create) => create.run().await,
            Self::Status(turns) => turns.queries().await,
            Self::Token(turns) => turns.run("token", Demand::Tokens(turns.common.merchant()?)).await,
            Self::Pay(pay) => pay.run().await,
            Self::Notify(turns) => turns.notifications().await,
            Self::Flood(flood) => flood.run().await,
            Self::Baseline => baseline::serve().await.map(|()| true),
        }
    }
}

impl Common {
    fn merchant(&self) -> Result<Merchant, Error> {
        merchant(&self.sandbox)
    }

    /// Prints the figures.
    fn finish(&self, report: &Report) -> bool {
        if self.json {
            println!("{}", report.json());
        } else {
            print!("{}", report.text());
        }
        if let Some(complaint) = report.complaint() {
            eprintln!("{complaint}");
        }
        report.is_good()
    }
}

impl Create {
    async fn run(self) -> Result<bool, Error> {
        let first = self.turns.common.merchant()?;
        let more = self.more.iter().map(|path| merchant(path));
        let merchants = std::iter::once(self.turns.common.merchant()).chain(more);
        let merchants = merchants.collect::<Result<Vec<_>, _>>()?;
        // Only the first merchant's notifications are held; the others' files name merchants that are told nothing.
        let hold = Hold::start(&first).await?;
        let outcome = self.turns.run("create", Demand::Payments(merchants)).await;
        hold.release(&first).await?;
        outcome
    }
}

impl Pay {
    async fn run(self) -> Result<bool, Error> {
        let merchant = self.turns.common.merchant()?;
        let amount = &self.turns.common.amount;
        let road = Road {
            addresses: self.turns.addresses(&merchant),
            connections: amount.connections,
            rate: amount.rate,
            warm_up: WARM_UP,
            measured: Duration::from_secs(amount.seconds),
            phones: self.phone.clone(),
        };
        let walked = road.walk(merchant).await?;
        let mut report = Report::of("pay", amount, "payment, whole", walked.payments);
        report.lines.push(("paid to told".to_owned(), walked.notifications));
        Ok(self.turns.common.finish(&report))
    }
}

/// A merchant's file.
fn merchant(path: &Path) -> Result<Merchant, Error> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| Error::because(format!("{} cannot be read", path.display()), source))?;
    Merchant::read(&text, None)
}
