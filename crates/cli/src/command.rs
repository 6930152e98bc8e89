//! The commands, one file each. A command holds its arguments and runs; what it needs to know it asks the libraries.

mod bank;
mod bench;
mod completions;
mod config;
mod customer;
mod dev;
mod doctor;
mod explain;
mod key;
mod ledger;
mod listen;
mod man;
mod merchant;
mod migrate;
mod migrate_store;
mod notification;
mod pay;
mod serve;
mod sign;
mod trigger;
mod verify;

use clap::Subcommand;
use lunas_gateway::config::Config;

use crate::logging;
use crate::verdict::{Error, Verdict};

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Dev(dev::Dev),
    Serve(serve::Serve),
    #[command(subcommand)]
    Sign(sign::Sign),
    #[command(subcommand)]
    Verify(verify::Verify),
    Explain(explain::Explain),
    Pay(pay::Pay),
    Trigger(trigger::Trigger),
    Listen(listen::Listen),
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    #[command(subcommand)]
    Notification(notification::Notification),
    Doctor(doctor::Doctor),
    Migrate(migrate::Migrate),
    MigrateStore(migrate_store::MigrateStore),
    #[command(subcommand)]
    Merchant(Box<merchant::MerchantCommand>),
    #[command(subcommand)]
    Bank(bank::BankCommand),
    #[command(subcommand)]
    Customer(customer::CustomerCommand),
    #[command(subcommand)]
    Key(key::KeyCommand),
    Config(config::ConfigCommand),
    Completions(completions::Completions),
    Man(man::Man),
    #[command(subcommand)]
    Bench(bench::Bench),
}

impl Command {
    /// Runs the command to its end. `description` makes the description of the whole command line.
    pub(crate) async fn run(self, description: fn() -> clap::Command) -> Result<Verdict, Error> {
        match self {
            Self::Dev(dev) => {
                let _rest = logging::start(&Config::defaults().log)?;
                served("the sandbox stopped", dev.run().await)
            }
            Self::Serve(serve) => served("the gateway stopped", serve.run().await),
            Self::Sign(sign) => sign.run(),
            Self::Verify(verify) => verify.run(),
            Self::Explain(explain) => explain.run(),
            Self::Pay(pay) => pay.run().await,
            Self::Trigger(trigger) => trigger.run().await,
            Self::Listen(listen) => listen.run().await,
            Self::Ledger(ledger) => ledger.run().await,
            Self::Notification(notification) => notification.run().await,
            Self::Doctor(doctor) => doctor.run().await,
            Self::Migrate(migrate) => migrate.run().await,
            Self::MigrateStore(migrate) => migrate.run().await,
            Self::Merchant(merchant) => merchant.run().await,
            Self::Bank(bank) => bank.run().await,
            Self::Customer(customer) => customer.run().await,
            Self::Key(key) => key.run().await,
            Self::Config(config) => config.run(),
            Self::Completions(completions) => completions.run(description()),
            Self::Man(man) => man.run(description()),
            Self::Bench(bench) => bench.run().await,
        }
    }
}

fn served(
    what: &str,
    result: Result<(), Box<dyn std::error::Error + Send + Sync>>,
) -> Result<Verdict, Error> {
    result.map(|()| Verdict::Positive).map_err(|source| match source.downcast::<Error>() {
        // What this program says itself needs no frame, and keeps its exit code.
        Ok(own) => *own,
        Err(source) => Error::because(what, source),
    })
}
