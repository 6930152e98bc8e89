//! How quickly a full outbox empties: every notification signed, sent, answered and recorded.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lunas_bench::{Error, Merchant, Tally};
use lunas_gateway::env::Env;

use crate::hold::notify_url;
use crate::receiver::{Receiver, Told};

/// Counts notifications.
#[derive(Default)]
struct Counter(AtomicU64);

impl Told for Counter {
    fn told(&self, _: &[u8]) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends the sandbox's notifications here and counts them for that long.
pub(crate) async fn drain(
    merchant: &Merchant,
    warm_up: Duration,
    measured: Duration,
) -> Result<Tally, Error> {
    let counter = Arc::new(Counter::default());
    let receiver = Receiver::start(Arc::clone(&counter)).await?;
    let previous = notify_url(merchant, Some(&receiver.url)).await?;
    tokio::time::sleep(warm_up).await;
    let before = counter.0.load(Ordering::Relaxed);
    let watch = Env::system().stopwatch();
    tokio::time::sleep(measured).await;
    let told = counter.0.load(Ordering::Relaxed) - before;
    let took = watch.elapsed();
    notify_url(merchant, previous.as_deref()).await?;
    let mut tally = Tally::new(measured.as_secs());
    // What is told one after the other has no latency of its own, but a share of the time.
    let share = took.checked_div(u32::try_from(told.max(1)).unwrap_or(u32::MAX)).unwrap_or_default();
    (0..told).for_each(|_| tally.record(share));
    Ok(tally)
}
