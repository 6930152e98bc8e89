//! Logs: to stderr, as lines for people (in colour on a terminal) or as JSON for machines.

mod line;
mod span_fields;
#[cfg(test)]
mod tests;

use std::io::IsTerminal as _;

use lunas_gateway::config::Log;
use tracing_subscriber::EnvFilter;

use crate::verdict::Error;
use line::Line;

/// Starts logging as the configuration says; `RUST_LOG` overrides what is logged.
pub(crate) fn start(log: &Log) -> Result<(), Error> {
    let filter = match std::env::var(EnvFilter::DEFAULT_ENV) {
        Ok(filter) if !filter.is_empty() => EnvFilter::try_new(filter),
        _ => EnvFilter::try_new(&log.filter),
    };
    let filter = filter.map_err(|source| Error::because("the log filter cannot be read", source))?;
    let line = Line::new(log.format);
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(line.may_have_colour() && std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .fmt_fields(line)
        .event_format(line)
        .try_init()
        .map_err(|source| Error::because("logging could not be started", source))
}
