//! `lunas ledger`: the proof that the books hold, a balance, a statement. Reads only.

use clap::{Args, Subcommand};
use lunas_domain::ledger::Account;
use lunas_domain::payment::Product;
use lunas_store::{LedgerReport, Scope, Store};
use lunas_vocab::Timestamp;
use serde_json::json;

use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict};
use crate::{account, output};

/// Look into the ledger of a store
#[derive(Subcommand, Debug)]
pub(crate) enum Ledger {
    Check(Check),
    Balance(Balance),
    Statement(Statement),
}

/// Prove from every row that the ledger holds together
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas ledger check --data-dir .lunas")]
pub(crate) struct Check {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Print what an account holds
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas ledger balance merchant:G000000001")]
pub(crate) struct Balance {
    /// cash, wallet:ID, savings:ID, pay-later:ID, merchant:ID, bank:ID or hold:REFERENCE, which is what an authorization holds
    #[arg(value_parser = account::parse)]
    account: Account,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Print the postings of an account, the newest first
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas ledger statement cash --limit 20")]
pub(crate) struct Statement {
    /// cash, wallet:ID, savings:ID, pay-later:ID, merchant:ID, bank:ID or hold:REFERENCE, which is what an authorization holds
    #[arg(value_parser = account::parse)]
    account: Account,
    /// How many postings
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Ledger {
    /// Reads and prints.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Check(check) => check.run().await,
            Self::Balance(balance) => balance.run().await,
            Self::Statement(statement) => statement.run().await,
        }
    }
}

fn unreadable(source: lunas_store::Unavailable) -> Error {
    Error::because("the ledger cannot be read", source)
}

/// Refuses an account that nobody has: a mistyped id holds nothing, which would look like an answer. One that nothing was
/// booked on yet is good.
async fn owned(store: &Store, account: &Account) -> Result<(), Error> {
    let (owner, is_known) = match account {
        Account::Wallet(id) | Account::Savings(id) | Account::PayLater(id) => {
            ("customer", store.customer_find(id).await.map_err(unreadable)?.is_some())
        }
        Account::Merchant(id) => ("merchant", store.merchant_find(id).await.map_err(unreadable)?.is_some()),
        Account::Bank(id) => ("bank", store.bank_find(id).await.map_err(unreadable)?.is_some()),
        Account::Hold(reference_no) => {
            let found = store.payment_find(Scope::System, reference_no).await.map_err(unreadable)?;
            ("authorization", found.is_some_and(|payment| payment.product == Product::PreAuth))
        }
        Account::Cash => return Ok(()),
    };
    if is_known {
        Ok(())
    } else {
        Err(Error::failed(format!("{}: this store has no such {owner}", account.id())))
    }
}

impl Check {
    async fn run(self) -> Result<Verdict, Error> {
        let store = self.store.open().await?;
        let report = store.ledger_check().await.map_err(unreadable)?;
        let offenders: Vec<String> = report.offenders.iter().map(ToString::to_string).collect();
        if self.json {
            output::print_json(&json!({
                "sound": report.is_sound(),
                "journals": report.journals,
                "postings": report.postings,
                "balances": report.balances,
                "paidPayments": report.paid_payments,
                "archived": report.archived,
                "total": report.total.to_decimal(),
                "offenders": offenders,
            }))?;
        } else {
            output::print(&summary(&report))?;
            offenders.iter().try_for_each(|offender| output::print(offender))?;
        }
        Ok(Verdict::from(report.is_sound()))
    }
}

fn summary(report: &LedgerReport) -> String {
    let LedgerReport { journals, postings, balances, paid_payments, archived, .. } = report;
    let finding = match report.is_sound() {
        true => "the ledger is sound".to_owned(),
        false => format!("THE LEDGER DOES NOT HOLD (sum of all postings {})", report.total.to_decimal()),
    };
    format!(
        "{finding}: journal entries {journals}, postings {postings}, balances {balances}, paid payments {paid_payments}, archived {archived}"
    )
}

impl Balance {
    async fn run(self) -> Result<Verdict, Error> {
        let store = self.store.open().await?;
        owned(&store, &self.account).await?;
        let balance = store.balance_find(&self.account).await.map_err(unreadable)?;
        if self.json {
            output::print_json(&json!({
                "account": self.account.id().as_str(),
                "value": balance.to_decimal(),
                "currency": balance.currency().code(),
            }))?;
        } else {
            output::print(&balance.to_decimal())?;
        }
        Ok(Verdict::Positive)
    }
}

impl Statement {
    async fn run(self) -> Result<Verdict, Error> {
        let store = self.store.open().await?;
        owned(&store, &self.account).await?;
        let lines = store.postings_list(&self.account.id(), self.limit).await.map_err(unreadable)?;
        if self.json {
            let row = |line: &lunas_store::StatementLine| {
                json!({
                    "time": Timestamp::to_snap(line.at),
                    "journalId": line.journal_id,
                    "recipe": line.recipe.word(),
                    "value": line.amount.to_decimal(),
                    "currency": line.amount.currency().code(),
                })
            };
            output::print_json(&lines.iter().map(row).collect())?;
        } else {
            let row = |line: &lunas_store::StatementLine| {
                let amount = format!("{:>16}", line.amount.to_decimal());
                [line.at.to_snap(), amount, line.recipe.word().to_owned(), line.journal_id.clone()]
            };
            output::print_list(["TIME", "AMOUNT", "RECIPE", "MOVEMENT"], lines.iter().map(row).collect())?;
        }
        Ok(Verdict::Positive)
    }
}
