//! When the next request is due.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lunas_gateway::env::Stopwatch;

/// The times of an open loop's requests, or none in a closed one.
pub struct Pace {
    /// Requests per second over all connections.
    rate: Option<u64>,
    /// Times that were given out.
    slots: AtomicU64,
    clock: Stopwatch,
}

impl Pace {
    /// From the clock's zero on.
    pub fn new(rate: Option<u64>, clock: Stopwatch) -> Self {
        Self { rate, slots: AtomicU64::new(0), clock }
    }

    /// Waits for the next request's time, if requests have times, and says how late it was by then.
    pub async fn wait(&self) -> Duration {
        let Some(rate) = self.rate else { return Duration::ZERO };
        let slot = self.slots.fetch_add(1, Ordering::Relaxed);
        let nanos = slot.saturating_mul(1_000_000_000).checked_div(rate).unwrap_or(u64::MAX);
        let due = Duration::from_nanos(nanos);
        let now = self.clock.elapsed();
        match due.checked_sub(now) {
            Some(early) if !early.is_zero() => {
                tokio::time::sleep(early).await;
                // The timer's own coarseness is no fault of the gateway's.
                Duration::ZERO
            }
            _ => now.saturating_sub(due),
        }
    }
}
