//! How quickly a full outbox empties: every notification signed, sent, answered and recorded.

use std::sync::Arc;
use std::time::Duration;

use lunas_bench::{Error, Merchant, Tally};
use lunas_gateway::env::Env;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::hold::notify_url;
use crate::receiver::{Receiver, Told};

/// The part of a full outbox that is told before it counts, if the time for that is not over sooner.
const WARM_UP_PART: u64 = 10;

/// Counts notifications.
struct Counter(watch::Sender<u64>);

impl Told for Counter {
    fn told(&self, _: &[u8]) {
        self.0.send_modify(|told| *told += 1);
    }
}

/// Sends the sandbox's notifications here and counts them for that long, or until all that were `filled` in are told.
pub(crate) async fn drain(
    merchant: &Merchant,
    filled: u64,
    warm_up: Duration,
    measured: Duration,
) -> Result<Tally, Error> {
    let (count, mut told) = watch::channel(0);
    let receiver = Receiver::start(Arc::new(Counter(count))).await?;
    let previous = notify_url(merchant, Some(&receiver.url)).await?;
    // The receiver has the other end, so that nothing but the time ends these.
    let _ = timeout(warm_up, told.wait_for(|told| *told >= filled / WARM_UP_PART)).await;
    let before = *told.borrow_and_update();
    let clock = Env::system().stopwatch();
    let is_empty = timeout(measured, told.wait_for(|told| *told >= filled)).await.is_ok();
    let (after, took) = (*told.borrow(), clock.elapsed());
    notify_url(merchant, previous.as_deref()).await?;
    if is_empty {
        eprintln!("all were told within {} ms: fill in more for a steadier figure", took.as_millis());
    }
    let counted = after - before;
    let mut tally = Tally::new(took);
    // What is told one after the other has no latency of its own, but a share of the time.
    let share = took.checked_div(u32::try_from(counted.max(1)).unwrap_or(u32::MAX)).unwrap_or_default();
    (0..counted).for_each(|_| tally.record(share));
    Ok(tally)
}
