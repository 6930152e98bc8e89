//! The loop that drives every worker.
//!
//! A tick that panics is logged and counted on the store's board of tasks, and the worker goes on after a pause: one bad
//! row must not end what happens by itself.

use std::sync::Arc;
use std::time::Duration;

use lunas_store::tasks::caught;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::app::App;
use crate::env::sleep;
use crate::span;

/// When a worker looks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// At once: there may be more.
    AtOnce,
    /// After so long.
    After(Duration),
    /// When a notification was written, or after so long.
    WhenTold(Duration),
}

/// What a worker is, beside the loop that drives it. It outlives its panics, so nothing in it may be left half done:
/// what is taken for a while is given back by a guard.
pub(super) trait Worker: Send + Sync + Sized + 'static {
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
pub(super) async fn drive<W: Worker>(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    app.store.tasks().started(W::NAME);
    let worker = W::new(&app);
    while !*stop.borrow() {
        let next = run(&worker, &app).instrument(span::task(W::NAME)).await;
        let (rest, is_told) = match next {
            Next::AtOnce => continue,
            Next::After(rest) => (rest, false),
            Next::WhenTold(rest) => (rest, true),
        };
        tokio::select! {
            () = app.notifications_waiting.notified(), if is_told => {}
            () = sleep(rest) => {}
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
    worker.finished().await;
}

/// One run of a worker, whatever comes of it.
async fn run<W: Worker>(worker: &W, app: &Arc<App>) -> Next {
    let tasks = app.store.tasks();
    let tick = async {
        tasks.begins(W::NAME);
        worker.tick(app).await
    };
    match caught(tick).await {
        Ok(next) => {
            tasks.did_well(W::NAME);
            next
        }
        Err(panic) => {
            let pause = tasks.panicked(W::NAME, &panic);
            worker.panicked().await;
            Next::After(pause)
        }
    }
}

/// Waits for all of what was begun, and gives what did not panic. A panic is told to the board under `name`; the others
/// of its batch are none the worse for it.
pub(super) async fn all_of<T: Send + 'static>(
    app: &App,
    name: &'static str,
    mut begun: JoinSet<T>,
) -> Vec<T> {
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

/// How long a worker rests when nothing nudges it.
pub(super) fn rest(app: &App) -> Duration {
    Duration::from_millis(app.config.worker.poll_ms)
}
