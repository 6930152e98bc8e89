//! The board of background tasks: which there are, how often each panicked, and whether it runs.
//!
//! A task is a loop that nobody waits for, so nobody would notice its end. Whoever drives one catches its panics, tells
//! the board, pauses a little longer each time, and goes on; `/readyz` shows the board. The store's own threads and the
//! gateway's workers are on the same one.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinHandle;

/// The pause after a first panic; it doubles with each that follows without a good run in between.
const PAUSE_MIN: Duration = Duration::from_millis(100);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// What a panic left behind.
pub type Panic = Box<dyn Any + Send>;

/// The background tasks of a process. Clones are the same board.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    inner: Arc<Mutex<BTreeMap<&'static str, Task>>>,
}

/// How one background task stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// How often it panicked since the start.
    pub panics: u64,
    /// Panics since it last did what it is for.
    pub panics_in_a_row: u32,
    /// What the last panic said.
    pub last_panic: Option<String>,
    /// Whether its next run is to panic: a test's wish.
    is_to_panic: bool,
}

/// For people.
impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.panics, &self.last_panic) {
            (0, _) | (_, None) => f.write_str("ok"),
            (panics, Some(last)) if self.panics_in_a_row == 0 => {
                write!(f, "ok; panicked {panics} times before, last with: {last}")
            }
            (panics, Some(last)) => {
                write!(f, "panicked and is started again; {panics} times so far, last with: {last}")
            }
        }
    }
}

impl Tasks {
    /// Puts a task on the board.
    pub fn started(&self, name: &'static str) {
        self.board().entry(name).or_default();
    }

    /// Notes that a task has done what it is for.
    pub fn did_well(&self, name: &'static str) {
        self.board().entry(name).or_default().panics_in_a_row = 0;
    }

    /// Notes, and logs, that a task panicked, and gives the time to wait before it runs again.
    pub fn panicked(&self, name: &'static str, panic: &Panic) -> Duration {
        let said = said(panic);
        let mut board = self.board();
        let task = board.entry(name).or_default();
        task.panics += 1;
        task.panics_in_a_row = task.panics_in_a_row.saturating_add(1);
        task.last_panic = Some(said.clone());
        let (panics, doublings) = (task.panics, task.panics_in_a_row.saturating_sub(1).min(16));
        drop(board);
        tracing::error!(task = name, panics, said, "a background task panicked; it is started again");
        PAUSE_MIN.saturating_mul(1 << doublings).min(PAUSE_MAX)
    }

    /// How all tasks stand.
    pub fn report(&self) -> Vec<(&'static str, Task)> {
        self.board().iter().map(|(name, task)| (*name, task.clone())).collect()
    }

    /// Lets a task's next run panic. For tests of what happens then.
    #[doc(hidden)]
    pub fn let_panic(&self, name: &'static str) {
        self.board().entry(name).or_default().is_to_panic = true;
    }

    /// Called where a task's run begins.
    ///
    /// # Panics
    ///
    /// When a test wished so.
    pub fn begins(&self, name: &'static str) {
        let is_to_panic =
            self.board().get_mut(name).is_some_and(|task| std::mem::take(&mut task.is_to_panic));
        assert!(!is_to_panic, "{name} was told to panic");
    }

    fn board(&self) -> MutexGuard<'_, BTreeMap<&'static str, Task>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a task of the store's own, such as a connection's. It outlives whoever needed it first, so it is in nobody's
/// span.
#[expect(clippy::disallowed_methods, reason = "this is the room where tasks are started")]
pub(crate) fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}

/// Does what blocks beside the async threads, within the span of whoever waits for it.
#[expect(clippy::disallowed_methods, reason = "this is the room where tasks are started")]
pub(crate) fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work))
}

/// Waits for so long, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the room where timers are set")]
pub(crate) async fn sleep(span: Duration) {
    tokio::time::sleep(span).await;
}

/// Runs a future to its end, or to its panic.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// What a panic says. The message is this program's own.
fn said(panic: &Panic) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn m17_a_panic_is_caught_counted_and_waited_after() {
        let tasks = Tasks::default();
        tasks.started("one");
        tasks.started("other");
        let text = |at: usize| tasks.report()[at].1.to_string();
        assert_eq!((text(0), text(1)), ("ok".to_owned(), "ok".to_owned()));
        let run = || async {
            tasks.begins("one");
            7
        };
        assert!(matches!(caught(run()).await, Ok(7)));
        tasks.let_panic("one");
        let panic = caught(run()).await.unwrap_err();
        assert_eq!(tasks.panicked("one", &panic), PAUSE_MIN);
        assert_eq!(
            text(0),
            "panicked and is started again; 1 times so far, last with: one was told to panic"
        );
        assert!(matches!(caught(run()).await, Ok(7)), "it panics once");
        assert_eq!(tasks.panicked("one", &panic), PAUSE_MIN * 2);
        for _ in 0..100 {
            tasks.panicked("one", &panic);
        }
        assert_eq!(tasks.panicked("one", &panic), PAUSE_MAX);
        tasks.did_well("one");
        assert_eq!(text(0), "ok; panicked 103 times before, last with: one was told to panic");
        assert_eq!(tasks.panicked("one", &panic), PAUSE_MIN, "a good run ends the row");
        assert_eq!(text(1), "ok");
    }
}
