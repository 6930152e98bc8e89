//! `lunas config`: the default configuration file, to start one's own from.

use clap::Args;
use lunas_gateway::config::{Config, DEFAULT_FILE};
use serde_json::json;

use crate::output;
use crate::verdict::{Error, Verdict};

/// Print the default configuration file, every key explained
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas config > lunas.toml")]
pub(crate) struct ShowConfig {
    /// Print it as one JSON string
    #[arg(long)]
    json: bool,
}

impl ShowConfig {
    /// Prints the file.
    pub(crate) fn run(self) -> Result<Verdict, Error> {
        // What is printed is what the gateway would accept.
        Config::read(DEFAULT_FILE).map_err(|source| Error::because("the default file is broken", source))?;
        if self.json {
            output::print_json(&json!({"defaultFile": DEFAULT_FILE}))?;
        } else {
            output::print_raw(DEFAULT_FILE)?;
        }
        Ok(Verdict::Positive)
    }
}
