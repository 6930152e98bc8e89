//! Whoever is measured.

use lunas_bench::{Error, authority};
use url::Url;

use crate::baseline::BaselineProcess;

/// How many payments are signed before a gateway's turn, per second of it. What is needed beyond is signed on the way.
const PREPARED_PER_SECOND: u64 = 60_000;
/// The same for the bare handler, which is quicker.
const PREPARED_PER_SECOND_BASELINE: u64 = 110_000;

/// Somebody who is measured.
pub(crate) struct Target {
    /// What the report calls it.
    pub(crate) name: String,
    /// Hosts and ports, at least one.
    pub(crate) addresses: Vec<String>,
    /// How many payments are signed before its turn, per second of it.
    pub(crate) prepared_per_second: u64,
}

impl Target {
    /// The gateway, on all of its nodes.
    pub(crate) fn gateway(addresses: Vec<String>) -> Self {
        Self { name: "gateway".to_owned(), addresses, prepared_per_second: PREPARED_PER_SECOND }
    }

    /// The bare handler.
    pub(crate) fn bare(process: &BaselineProcess) -> Self {
        Self {
            name: "bare handler".to_owned(),
            addresses: vec![process.address.clone()],
            prepared_per_second: PREPARED_PER_SECOND_BASELINE,
        }
    }

    /// Another server.
    pub(crate) fn other((name, url): &(String, Url)) -> Self {
        Self { name: name.clone(), ..Self::gateway(vec![authority(url)]) }
    }

    /// What its requests name as their host.
    pub(crate) fn host(&self) -> Result<&str, Error> {
        self.addresses.first().map(String::as_str).ok_or_else(|| Error::failed("there is nobody to call"))
    }
}
