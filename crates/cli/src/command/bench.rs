//! `lunas bench`: how many signed, distinct payments a gateway takes per second, and how long each one waits: what it
//! takes to size a machine. What compares gateways with others is `cargo xtask bench`'s.

use clap::{Args, Subcommand};
use lunas_bench::{Amount, Merchant, Report, Stock};

use crate::sandbox::SandboxArgs;
use crate::verdict::{Error, Verdict, say};
use crate::{output, shutdown};

/// How many payments are signed ahead, per second of the measurement. What is needed beyond is signed on the way.
const PREPARED_PER_SECOND: u64 = 60_000;

/// Measure a gateway under load
#[derive(Subcommand, Debug)]
pub(crate) enum Bench {
    Create(Create),
}

/// Create distinct payments as fast as the gateway takes them, while it sends their notifications as ever
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bench create --connections 64 --seconds 10")]
pub(crate) struct Create {
    #[command(flatten)]
    sandbox: SandboxArgs,
    #[command(flatten)]
    amount: Amount,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Bench {
    /// Measures and prints. Requests that were not answered with success make the verdict negative.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let Self::Create(create) = self;
        let shutdown =
            shutdown::signal().map_err(|source| Error::because("signals cannot be heard", source))?;
        tokio::select! {
            verdict = create.run() => verdict,
            () = shutdown => Err(Error::failed("the measurement was interrupted")),
        }
    }
}

impl Create {
    async fn run(self) -> Result<Verdict, Error> {
        let report = self.measure().await?;
        if self.json {
            output::print_json(&report.json())?;
        } else {
            output::print_raw(&report.text())?;
        }
        if let Some(complaint) = report.complaint() {
            say(&complaint);
        }
        Ok(Verdict::from(report.is_good()))
    }

    async fn measure(&self) -> Result<Report, Error> {
        let because = |source| Error::because("nothing was measured", source);
        let merchant = Merchant::read(&self.sandbox.text()?, self.sandbox.base_url()).map_err(because)?;
        let token = merchant.token().await.map_err(because)?;
        let ahead = self.amount.requests(PREPARED_PER_SECOND);
        let stock = Stock::payments(&merchant, &token, &merchant.address, ahead).map_err(because)?;
        let answers = self.amount.load(vec![merchant.address]).run(vec![stock]).await.map_err(because)?;
        Ok(Report::of("create", &self.amount, "payments created", answers.all_served()))
    }
}
