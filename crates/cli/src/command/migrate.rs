//! `lunas migrate`: makes a store, or brings it up to date. `dev` and `serve` do it by themselves when they start.

use clap::Args;
use lunas_store::Store;
use serde_json::json;

use crate::output;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};

/// Create the store if it is missing and bring its tables up to date; no gateway may be running on an SQLite store
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas migrate --config lunas.toml")]
pub(crate) struct Migrate {
    #[command(flatten)]
    store: StoreArgs,
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
        let store = Store::open(&url)
            .await
            .map_err(|source| Error::because("the store was not brought up to date", source))?;
        store.close().await;
        let shown = Store::shown(&url);
        if self.json {
            output::print_json(&json!({"store": shown, "isUpToDate": true}))?;
        } else {
            say(&format!("{shown} is up to date"));
        }
        Ok(Verdict::Positive)
    }
}
