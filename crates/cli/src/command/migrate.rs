//! `lunas migrate`: makes a store, or brings it up to date. `dev` and `serve` do it by themselves when they start.

use clap::Args;
use lunas_store::Store;

use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};

/// Create the store if it is missing and bring its tables up to date; no gateway may be running on an SQLite store
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas migrate --config lunas.toml")]
pub(crate) struct Migrate {
    #[command(flatten)]
    store: StoreArgs,
}

impl Migrate {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let url = self.store.place()?.url;
        let store = Store::open(&url)
            .await
            .map_err(|source| Error::because("the store was not brought up to date", source))?;
        store.close().await;
        say(&format!("{} is up to date", Store::shown(&url)));
        Ok(Verdict::Positive)
    }
}
