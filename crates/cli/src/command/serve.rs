//! `lunas serve`: a gateway for real money.

use clap::Args;
use lunas_gateway::{production, server};
use serde_json::json;

use crate::store::{Place, StoreArgs};
use crate::verdict::Error;
use crate::{logging, output, shutdown};

/// Run a gateway from a configuration file, without any sandbox control
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas serve --config lunas.toml")]
pub(crate) struct Serve {
    /// The configuration file (or the variable LUNAS_CONFIG); `lunas config` prints one to start from
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// The store's address instead of the one in the file: sqlite://… or postgres://user:password@host/database (or the
    /// variable LUNAS_STORE, which is the place for a password)
    #[arg(long, value_name = "ADDRESS")]
    store: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Serve {
    /// Checks everything, then serves until Ctrl-C or SIGTERM.
    pub(crate) async fn run(self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let shutdown = shutdown::signal()?;
        let place = StoreArgs { config: self.config, store: self.store, data_dir: None }.place()?;
        place.announce();
        let Place { config: Some(config), .. } = place else {
            let missing = "a configuration file is missing: --config FILE, or the variable LUNAS_CONFIG";
            return Err(Error::Usage(missing.to_owned()).into());
        };
        let _rest = logging::start(&config.log)?;
        let (app, endpoint) = production::prepare(config).await?;
        let (address, public_url) = (endpoint.listener.local_addr()?, &app.public_url);
        if self.json {
            output::print_json(&json!({
                "listen": address.to_string(),
                "publicUrl": public_url,
                "isReady": true,
            }))?;
        } else {
            output::print(&format!("listening on {address} as {public_url}\nready"))?;
        }
        server::serve(app, endpoint, shutdown).await?;
        Ok(())
    }
}
