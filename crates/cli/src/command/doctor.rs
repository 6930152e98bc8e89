//! `lunas doctor`: what is wrong with an installation. It only reads.

use clap::Args;
use lunas_gateway::env::Env;
use lunas_store::{Finding, Store};
use serde_json::json;

use crate::output;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict};

/// Look at a store and its servers, and say what is wrong and what to do; a gateway may be running
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas doctor --store postgres://lunas@db.internal/lunas\n\n\
                  It looks whether the store can be opened and its tables are up to date, and on \
                  PostgreSQL and Citus at each server: whether it keeps what it answers, its clock, and where the \
                  rows lie. Run it on the machine of a gateway, whose clock is compared.")]
pub(crate) struct Doctor {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks and tells. The answer is no if anything is wrong.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let place = self.store.place()?;
        place.announce();
        let env = Env::system();
        let findings = Store::examine(&place.url, || env.now()).await;
        let is_well = !findings.iter().any(Finding::is_wrong);
        if self.json {
            let row = |finding: &Finding| {
                json!({
                    "about": finding.about,
                    "isWrong": finding.is_wrong(),
                    "says": lunas_store::masked(&finding.says),
                    "remedy": finding.remedy,
                })
            };
            let findings: Vec<_> = findings.iter().map(row).collect();
            let store = Store::shown(&place.url);
            output::print_json(&json!({"store": store, "isWell": is_well, "findings": findings}))?;
        } else {
            let row = |finding: &Finding| {
                let state = if finding.is_wrong() { "WRONG" } else { "ok" };
                // What a server says may have several lines.
                let told = lunas_store::masked(&finding.to_string());
                let words: Vec<&str> = told.split_whitespace().collect();
                [state.to_owned(), finding.about.clone(), words.join(" ")]
            };
            output::print_table(&findings.iter().map(row).collect::<Vec<_>>())?;
        }
        Ok(Verdict::from(is_well))
    }
}
