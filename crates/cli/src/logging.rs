//! Logs: to stderr, as lines for people (in colour on a terminal) or as JSON for machines.

mod behind;
mod line;
mod span_fields;
#[cfg(test)]
mod tests;

use std::io::IsTerminal as _;

use lunas_gateway::config::Log;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError};

use crate::verdict::Error;
use behind::{Behind, Rest};
use line::Line;

/// Lets the gateway's spans through, whose target no line has.
const SPANS: &str = "lunas_gateway::span=error";

/// Starts logging as the configuration says; `RUST_LOG` overrides what is logged. What is given back writes the last lines
/// when it is dropped.
pub(crate) fn start(log: &Log) -> Result<Rest, Error> {
    let chosen = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|chosen| !chosen.is_empty());
    let filter = filter(chosen.as_deref().unwrap_or(&log.filter)).map_err(unread)?;
    let line = Line::new(log.format);
    let failed = |source| Error::because("the thread that writes the log could not be started", source);
    let (behind, rest) = Behind::start(std::io::stderr()).map_err(failed)?;
    tracing_subscriber::fmt()
        .with_writer(behind)
        .with_ansi(line.may_have_colour() && std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .fmt_fields(line)
        .event_format(line)
        .try_init()
        .map_err(|source| Error::because("logging could not be started", source))?;
    Ok(rest)
}

/// Whether the configuration's filter can be read.
pub(crate) fn check(log: &Log) -> Result<(), Error> {
    filter(&log.filter).map(|_| ()).map_err(unread)
}

fn unread(source: ParseError) -> Error {
    Error::because("the log filter cannot be read", source)
}

/// A filter, and the gateway's spans with whatever it lets through: one that names targets alone would leave them out,
/// and its lines would not say which call they belong to.
fn filter(text: &str) -> Result<EnvFilter, ParseError> {
    let filter = EnvFilter::try_new(text)?;
    if filter.max_level_hint() == Some(LevelFilter::OFF) {
        return Ok(filter);
    }
    Ok(filter.add_directive(SPANS.parse()?))
}
