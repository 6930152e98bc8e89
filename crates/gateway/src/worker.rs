//! What happens by itself: payments expire and merchants are told.
//!
//! Each worker is a `tick` that does what is due and says whether there may be more at once; the loop here drives it.
//! Looking at the store is the truth; a nudge only makes the next look come sooner.

mod clock;
pub(crate) mod deliver;
pub(crate) mod expire;
pub(crate) mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::app::App;

/// How much a worker's threads stand back for those that serve requests.
const NICENESS: i32 = 10;

/// Starts the workers. They stop, with their work in hand finished, when `stop` turns true; then the answer resolves.
///
/// They have threads of their own with a lower priority: signing a notification costs ten times what taking a payment
/// does, so a burst of payments would otherwise be slowed down by telling of it. It is told as soon as there is room.
pub(crate) fn start(app: &Arc<App>, stop: watch::Receiver<bool>) -> std::io::Result<oneshot::Receiver<()>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name("lunas-worker")
        .on_thread_start(stand_back)
        .enable_all()
        .build()?;
    let (done, all_done) = oneshot::channel();
    let app = app.clone();
    std::thread::Builder::new().name("lunas-workers".to_owned()).spawn(move || {
        runtime.block_on(async {
            let deliver = tokio::spawn(deliver::run(app.clone(), stop.clone()));
            let expire = tokio::spawn(expire::run(app.clone(), stop.clone()));
            let clock = tokio::spawn(clock::run(app.clone(), stop.clone()));
            let upkeep = tokio::spawn(upkeep::run(app, stop));
            let _ = (deliver.await, expire.await, clock.await, upkeep.await);
        });
        let _ = done.send(());
    })?;
    Ok(all_done)
}

/// Lowers the priority of the thread that calls it, where the machine has such a thing.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the worker's priority could not be lowered");
    }
}

/// How long a worker rests when nothing nudges it.
fn rest(app: &App) -> Duration {
    Duration::from_millis(app.config.worker.poll_ms)
}
