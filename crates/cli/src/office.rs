//! Where an operator works: a store and the master key that opens its secrets.

use lunas_gateway::admin::Operator;
use lunas_gateway::env::Env;
use lunas_gateway::keys::{Sealer, master};
use lunas_store::Store;

use crate::store::{self, StoreArgs};
use crate::verdict::Error;

/// An open store with its seal.
pub(crate) struct Office {
    /// The store.
    pub(crate) store: Store,
    sealer: Sealer,
    env: Env,
    name: String,
}

impl Office {
    /// Opens the store beside whoever else has it open.
    pub(crate) async fn open(args: &StoreArgs) -> Result<Self, Error> {
        let place = args.place()?;
        let key = master::read(&place.key_file)
            .map_err(|source| Error::because("the store's secrets cannot be opened", source))?;
        let store = store::attach(&place.url).await?;
        // The audit log names the account of the machine that did it; nobody proves more than that from a shell.
        let name = std::env::var("USER").unwrap_or_else(|_| "operator".to_owned());
        Ok(Self { store, sealer: Sealer::new(&key), env: Env::system(), name })
    }

    /// The operator who sits here.
    pub(crate) fn operator(&self) -> Operator<'_> {
        Operator { store: &self.store, sealer: &self.sealer, env: &self.env, name: &self.name }
    }

    /// Closes the store, so that nothing is left half done when the process ends.
    pub(crate) async fn close(self) {
        self.store.close().await;
    }
}
