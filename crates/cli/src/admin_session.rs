//! Where an operator works: a store and the master key that opens its secrets.

use lunas_gateway::admin::Operator;
use lunas_gateway::env::Env;
use lunas_gateway::keys::{Sealer, master};
use lunas_store::Store;

use crate::store::{self, StoreArgs};
use crate::verdict::Error;

/// An open store with its seal.
pub(crate) struct AdminSession {
    /// The store.
    pub(crate) store: Store,
    sealer: Sealer,
    env: Env,
    name: String,
}

impl AdminSession {
    /// Opens the store beside whoever else has it open, does something, and closes it whatever came of that, so that
    /// nothing is left half done when the process ends.
    pub(crate) async fn with<T>(
        args: &StoreArgs,
        run: impl AsyncFnOnce(&Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let session = Self::open(args).await?;
        let done = run(&session).await;
        session.store.close().await;
        done
    }

    async fn open(args: &StoreArgs) -> Result<Self, Error> {
        let place = args.place()?;
        place.announce();
        let key = master::read(&place.key_file)
            .map_err(|source| Error::because("the store's secrets cannot be opened", source))?;
        let store = store::attach(&place.url).await?;
        Ok(Self { store, sealer: Sealer::new(&key), env: Env::system(), name: user() })
    }

    /// The operator who sits here.
    pub(crate) fn operator(&self) -> Operator<'_> {
        Operator { store: &self.store, sealer: &self.sealer, env: &self.env, name: &self.name }
    }
}

/// Whom the audit log names: the account of the machine whose rights the process has. Nobody proves more than that from
/// a shell, and what the environment says proves nothing.
#[cfg(unix)]
pub(crate) fn user() -> String {
    // An account without a name, as containers have them, has a number all the same.
    whoami::username().unwrap_or_else(|_| format!("uid {}", rustix::process::geteuid().as_raw()))
}

/// Whom the audit log names, where the system has no user ids.
#[cfg(not(unix))]
pub(crate) fn user() -> String {
    "operator".to_owned()
}
