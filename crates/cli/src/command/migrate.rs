//! `lunas migrate`: makes a store, or brings it up to date. `dev` and `serve` do it by themselves when they start.

use clap::Args;
use lunas_store::Store;
use serde_json::json;

use crate::output;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};

/// Create the store if it is missing and bring its tables up to date; no gateway may be running on an SQLite store
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas migrate --config lunas.toml\nExample: lunas migrate --config lunas.toml --distribute"
)]
pub(crate) struct Migrate {
    #[command(flatten)]
    store: StoreArgs,
    /// Give the tables to the nodes of a Citus cluster as well; no gateway may be running. It may be done again
    #[arg(long)]
    distribute: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let place = self.store.place()?;
        place.announce();
        let url = place.url;
        if self.distribute {
            Store::distribute(&url, |line| say(&line))
                .await
                .map_err(|source| Error::because("the store was not distributed", source))?;
        }
        let store = Store::open(&url)
            .await
            .map_err(|source| Error::because("the store was not brought up to date", source))?;
        store.close().await;
        let shown = Store::shown(&url);
        if self.json {
            let mut told = json!({"store": shown, "isUpToDate": true});
            if self.distribute {
                told["isDistributed"] = true.into();
            }
            output::print_json(&told)?;
        } else {
            say(&format!("{shown} is up to date"));
        }
        Ok(Verdict::Positive)
    }
}
