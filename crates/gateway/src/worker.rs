//! What happens by itself: payments expire and merchants are told.
//!
//! Each worker is a `tick` that does what is due and says when to look again; the loop here drives all of them. Looking at
//! the store is the truth; a nudge only makes the next look come sooner. A tick that panics is logged and counted on the
//! store's board of tasks, and the worker goes on after a pause: one bad row must not end what happens by itself.

mod clock;
pub(crate) mod deliver;
pub(crate) mod expire;
pub(crate) mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use lunas_store::tasks::caught;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

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

/// When a worker looks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// At once: there may be more.
    AtOnce,
    /// After so long.
    After(Duration),
    /// When a notification was written, or after so long.
    WhenTold(Duration),
}

/// What a worker is, beside the loop that drives it. It outlives its panics, so nothing in it may be left half done:
/// what is taken for a while is given back by a guard.
trait Worker: Send + Sync + Sized + 'static {
    /// Its name on the board.
    const NAME: &'static str;

    fn new(app: &Arc<App>) -> Self;

    /// Does what is due.
    fn tick(&self, app: &Arc<App>) -> impl Future<Output = Next> + Send;

    /// Makes way for other work after a tick that panicked.
    fn panicked(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Resolves when nothing that a tick began is under way any more.
    fn finished(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Runs a worker until told to stop, whatever happens to it.
async fn drive<W: Worker>(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let tasks = app.store.tasks();
    tasks.started(W::NAME);
    let worker = W::new(&app);
    while !*stop.borrow() {
        let run = async {
            tasks.begins(W::NAME);
            worker.tick(&app).await
        };
        let next = match caught(run).await {
            Ok(next) => {
                tasks.did_well(W::NAME);
                next
            }
            Err(panic) => {
                let pause = tasks.panicked(W::NAME, &panic);
                worker.panicked().await;
                Next::After(pause)
            }
        };
        let (rest, is_told) = match next {
            Next::AtOnce => continue,
            Next::After(rest) => (rest, false),
            Next::WhenTold(rest) => (rest, true),
        };
        tokio::select! {
            () = app.notices_waiting.notified(), if is_told => {}
            () = tokio::time::sleep(rest) => {}
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
    worker.finished().await;
}

/// Waits for all of what was begun, and gives what did not panic. A panic is told to the board under `name`; the others
/// of its batch are none the worse for it.
async fn all_of<T: Send + 'static>(app: &App, name: &'static str, mut begun: JoinSet<T>) -> Vec<T> {
    let mut ended = Vec::with_capacity(begun.len());
    while let Some(one) = begun.join_next().await {
        match one {
            Ok(one) => ended.push(one),
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    app.store.tasks().panicked(name, &panic);
                }
            }
        }
    }
    ended
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

#[cfg(test)]
mod tests {
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
