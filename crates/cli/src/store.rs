//! Which store a command works on. A gateway may be running on the same one.

use std::path::PathBuf;

use clap::Args;
use lunas_gateway::config::Config;
use lunas_store::Store;

use crate::verdict::Error;

/// Where the store is
#[derive(Args, Debug)]
pub(crate) struct StoreArgs {
    /// The configuration file of a live gateway
    #[arg(long, conflicts_with = "data_dir")]
    config: Option<PathBuf>,
    /// Address of the store: sqlite:///var/lib/lunas.db or postgres://user:password@host/database
    #[arg(long)]
    store: Option<String>,
    /// Data directory of a sandbox, with its database and its master key
    #[arg(long, default_value = ".lunas")]
    data_dir: PathBuf,
}

/// A store's address and the file of the master key that opens its secrets.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) key_file: PathBuf,
}

impl StoreArgs {
    /// What the arguments name.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        if let Some(path) = &self.config {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|source| Error::because(format!("{name} cannot be read"), source))?;
            let config = Config::read(&text).map_err(|source| Error::because(name, source))?;
            let url = self.store.clone().unwrap_or(config.store.url);
            return Ok(Place { url, key_file: config.security.master_key_file });
        }
        let url = match &self.store {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.data_dir.join("lunas.db").display()),
        };
        Ok(Place { url, key_file: self.data_dir.join("master.key") })
    }

    /// Opens the store beside whoever else has it open.
    pub(crate) async fn open(&self) -> Result<Store, Error> {
        attach(&self.place()?.url).await
    }
}

/// Opens a store that exists, beside whoever else has it open.
pub(crate) async fn attach(url: &str) -> Result<Store, Error> {
    let failed = |source| {
        Error::because("the store cannot be opened (`lunas migrate` creates one that is missing)", source)
    };
    Store::attach(url).await.map_err(failed)
}
