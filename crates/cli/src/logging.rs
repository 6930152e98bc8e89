//! Logs: to stderr, as lines for people (in colour on a terminal) or as JSON for machines.

use std::io::IsTerminal as _;

use lunas_gateway::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

use crate::verdict::Error;

/// Starts logging as the configuration says; `RUST_LOG` overrides what is logged.
pub(crate) fn start(log: &Log) -> Result<(), Error> {
    let filter = match std::env::var(EnvFilter::DEFAULT_ENV) {
        Ok(filter) if !filter.is_empty() => EnvFilter::try_new(filter),
        _ => EnvFilter::try_new(&log.filter),
    };
    let filter = filter.map_err(|source| Error::because("the log filter cannot be read", source))?;
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|source| Error::because("logging could not be started", source))
}
