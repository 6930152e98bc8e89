//! `lunas serve`: a gateway for real money.

use std::path::PathBuf;

use clap::Args;
use lunas_gateway::config::Config;
use lunas_gateway::{production, server};

use crate::{logging, shutdown};

/// Run a gateway from a configuration file, without any sandbox control
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas serve --config lunas.toml")]
pub(crate) struct Serve {
    /// The configuration file; `lunas config` prints one to start from
    #[arg(long)]
    config: PathBuf,
    /// The store's address instead of the one in the file: sqlite://… or postgres://user:password@host/database
    #[arg(long, env = "LUNAS_STORE", hide_env_values = true)]
    store: Option<String>,
}

impl Serve {
    /// Checks everything, then serves until Ctrl-C or SIGTERM.
    #[expect(clippy::print_stdout, reason = "whoever started it waits for the word")]
    pub(crate) async fn run(self) -> Result<(), Box<dyn std::error::Error>> {
        let shutdown = shutdown::signal()?;
        let text = std::fs::read_to_string(&self.config)
            .map_err(|error| format!("{} cannot be read: {error}", self.config.display()))?;
        let mut config = Config::read(&text)?;
        if let Some(url) = self.store {
            config.store.url = url;
        }
        logging::start(&config.log)?;
        let (app, listener) = production::prepare(config).await?;
        println!("listening on {} as {}", listener.local_addr()?, app.public_url);
        println!("ready");
        server::serve(app, listener, shutdown).await?;
        Ok(())
    }
}
