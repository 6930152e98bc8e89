//! What happens by itself: payments expire and merchants are told.
//!
//! Each worker is a `tick` that does what is due and says when to look again; one loop drives all of them. Looking at the
//! store is the truth; a nudge only makes the next look come sooner.

mod clock;
mod deliver;
mod driver;
mod expire;
mod upkeep;

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::app::App;
use driver::drive;

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
            let mut workers = JoinSet::new();
            workers.spawn(drive::<deliver::Deliver>(app.clone(), stop.clone()));
            workers.spawn(drive::<expire::Expire>(app.clone(), stop.clone()));
            workers.spawn(drive::<upkeep::Upkeep>(app.clone(), stop.clone()));
            // A gateway for real money has the machine's clock.
            if app.controls.is_some() {
                workers.spawn(drive::<clock::Clock>(app.clone(), stop.clone()));
            }
            while workers.join_next().await.is_some() {}
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Every worker panics at its first run, and does its work after that.
    #[tokio::test]
    async fn m17_every_worker_is_started_again_after_a_panic() {
        const WORKERS: [&str; 4] = ["deliver", "expire", "upkeep", "clock"];
        let directory = tempfile::tempdir().unwrap();
        let app = App::for_test(directory.path()).await;
        let tasks = app.store.tasks();
        for name in WORKERS {
            tasks.let_panic(name);
        }
        let (stop, stopping) = watch::channel(false);
        let ended = start(&app, stopping).unwrap();
        let stands = |name: &str| tasks.report().into_iter().find(|(other, _)| *other == name).unwrap().1;
        let well = async {
            while !WORKERS.iter().all(|name| stands(name).panics == 1 && stands(name).panics_in_a_row == 0) {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), well).await;
        assert!(waited.is_ok(), "{:?}", tasks.report());
        for name in WORKERS {
            let text = format!("ok; panicked 1 times before, last with: {name} was told to panic");
            assert_eq!(stands(name).to_string(), text);
        }
        stop.send(true).unwrap();
        ended.await.unwrap();
        app.store.clone().close().await;
    }
}
