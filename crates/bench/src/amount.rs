//! How much load, and for how long, as a command line says it.

use std::time::Duration;

use clap::Args;

use crate::load::Load;

/// Time at the start of each turn that does not count.
pub const WARM_UP: Duration = Duration::from_secs(1);

/// How much load, and for how long
#[derive(Args, Clone, Debug)]
pub struct Amount {
    /// Connections, each with one request under way
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub connections: u16,
    /// Seconds that count, after one that does not
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// Requests per second, at their times whether others were answered or not (default: as many as are answered)
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub rate: Option<u64>,
}

impl Amount {
    /// One turn against these hosts and ports.
    pub fn load(&self, addresses: Vec<String>) -> Load {
        Load {
            addresses,
            connections: self.connections,
            rate: self.rate,
            warm_up: WARM_UP,
            measured: Duration::from_secs(self.seconds),
        }
    }

    /// How many requests a turn takes, of somebody who answers no more than so many per second.
    pub fn requests(&self, per_second_max: u64) -> u64 {
        let per_second = self.rate.unwrap_or(per_second_max).min(per_second_max);
        WARM_UP.as_secs().saturating_add(self.seconds).saturating_mul(per_second)
    }
}
