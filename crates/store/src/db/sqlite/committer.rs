//! Group commit: one thread writes what queued up while the last batch was being made durable.
//!
//! Order and failure. A batch is one transaction. Its changes are made in the order in which they were queued, and they
//! see each other. When one of them is refused, what it wrote is taken back and the others go on. Only after the log
//! is synced is anybody answered, so nothing that was answered can be lost; if the commit fails, everybody in the batch
//! hears that the store is unavailable, and nothing of the batch is there. The thread never waits to fill a batch.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::Builder;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::checkpoint::Checkpointer;
use super::connection::BUSY;
use super::lock::Lock;
use super::readers::Readers;
use super::statements::Statements;
use crate::step::Step;
use crate::{CommitError, Figures, Tasks, Unavailable};

/// The thread's name on the board.
const TASK: &str = "committer";
/// Changes that wait for the writer. Callers beyond that wait to be let into the queue.
const QUEUE_MAX: usize = 1_024;
/// Changes in one transaction. It bounds how long the first one of a batch waits for the last.
const BATCH_MAX: usize = 256;
/// The log's length in pages at which the checkpointer is woken, and again after as many more. The longer that is, the
/// more is left to move when the log is started anew, and all payments wait for that.
const WAL_PAGES_NUDGE: i32 = 1_000;
/// The log's length in pages from which on the writer itself moves what a checkpoint has left over and starts the log
/// anew: 64 MiB.
const WAL_PAGES_MAX: i32 = 16_000;
/// The length at which it does so without waiting for a checkpoint to end: 80 MiB.
const WAL_PAGES_LATE: i32 = 20_000;

/// Moves everything into the database's file and starts the log anew, unless somebody still reads from it.
const CHECKPOINT_RESTART: &str = "pragma wal_checkpoint(restart)";
/// The same at the end, when nobody reads any more: the log becomes empty.
const CHECKPOINT_TRUNCATE: &str = "pragma wal_checkpoint(truncate)";

/// The queue to the writer thread.
pub(super) struct Committer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Commit(Job),
    Close(oneshot::Sender<()>),
}

struct Job {
    steps: Vec<Step>,
    queued_at: Instant,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

impl Committer {
    /// Starts the writer thread, which owns its connection and the lock until it ends. Without a lock another process
    /// may be writing as well, and the log is left to that one.
    pub(super) fn start(
        connection: Connection,
        checkpointing: Connection,
        lock: Option<Arc<Lock>>,
        readers: Arc<Readers>,
        (tasks, figures): (Tasks, Arc<Figures>),
    ) -> io::Result<Self> {
        let (queue, queued) = mpsc::channel(QUEUE_MAX);
        let checkpointer = Checkpointer::start(checkpointing, Arc::clone(&readers), tasks.clone())?;
        tasks.started(TASK);
        let (statements, wal_pages) = (Statements::default(), Arc::default());
        let mut writer = Writer {
            connection,
            readers,
            statements,
            wal_pages,
            nudged_at: 0,
            restart_at: None,
            checkpointer,
            tasks,
            figures,
        };
        Builder::new().name("lunas-committer".to_owned()).spawn(move || {
            let closers = writer.run(queued);
            writer.finish(lock);
            for closer in closers {
                // Whoever asked may have stopped waiting.
                let _ = closer.send(());
            }
        })?;
        Ok(Self { queue })
    }

    /// Waits for a place in the queue, then for the answer.
    pub(super) async fn commit(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        let (answer, answered) = oneshot::channel();
        let job = Message::Commit(Job { steps, queued_at: Instant::now(), answer });
        self.queue.send(job).await.map_err(|_| Unavailable::closed())?;
        answered.await.unwrap_or_else(|_| Err(Unavailable::new("the writer failed at this batch").into()))
    }

    /// How many changes wait.
    pub(super) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Lets in nobody else, and returns when everything queued is durable and the files are closed.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // An error means that the thread ended without an answer, which is closed as well.
            let _ = closed.await;
        }
    }
}

struct Writer {
    connection: Connection,
    readers: Arc<Readers>,
    statements: Statements,
    wal_pages: Arc<AtomicI32>,
    nudged_at: i32,
    /// How many checkpoints will have ended when the log is to be started anew, once it is too long.
    restart_at: Option<u32>,
    checkpointer: Checkpointer,
    tasks: Tasks,
    figures: Arc<Figures>,
}

/// How a batch is protected against its own members.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protection {
    /// Not at all: right for a batch in which nothing is refused after it has written something.
    None,
    /// A savepoint around each of the changes.
    Savepoints,
}

/// Why a batch was not written.
enum Stopped {
    /// One of the changes was refused after it had written something, and there is no savepoint to go back to.
    MustUndo,
    /// The database failed; nothing of the batch is there.
    Failed(Unavailable),
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(Unavailable::new(error))
    }
}

impl Writer {
    /// Serves until the queue is closed and empty; gives those who wait for that.
    fn run(&mut self, mut queued: mpsc::Receiver<Message>) -> Vec<oneshot::Sender<()>> {
        let wal_pages = Arc::clone(&self.wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages| {
            wal_pages.store(pages, Ordering::Relaxed);
            Ok(())
        };
        if let Err(error) = self.connection.wal_hook(Some(hook)) {
            tracing::error!(%error, "the log's length cannot be watched");
        }
        let mut closers = Vec::new();
        let mut messages = Vec::with_capacity(BATCH_MAX);
        while queued.blocking_recv_many(&mut messages, BATCH_MAX) > 0 {
            let mut jobs = Vec::with_capacity(messages.len());
            for message in messages.drain(..) {
                match message {
                    Message::Commit(job) => jobs.push(job),
                    Message::Close(closer) => {
                        queued.close();
                        closers.push(closer);
                    }
                }
            }
            if jobs.is_empty() {
                continue;
            }
            // A panic drops the batch, and with it the senders its callers wait for: they hear of it at once.
            let served = catch_unwind(AssertUnwindSafe(|| {
                self.serve(jobs);
                self.keep_log_short();
            }));
            match served {
                Ok(()) => self.tasks.did_well(TASK),
                // It goes on at once: everybody waits for it.
                Err(panic) => {
                    self.tasks.panicked(TASK, &panic);
                    self.rolled_back();
                }
            }
        }
        closers
    }

    fn serve(&mut self, jobs: Vec<Job>) {
        self.tasks.begins(TASK);
        let begun = Instant::now();
        for job in &jobs {
            self.figures.waits.add_time(begun.duration_since(job.queued_at));
        }
        let outcome = match self.write(&jobs, Protection::None) {
            Err(Stopped::MustUndo) => self.write(&jobs, Protection::Savepoints),
            outcome => outcome,
        };
        let answers = match outcome {
            Ok(answers) => {
                self.figures.batch(answers.len(), begun.elapsed());
                answers
            }
            Err(stopped) => {
                let unavailable = match stopped {
                    Stopped::Failed(unavailable) => unavailable,
                    Stopped::MustUndo => Unavailable::new("a change could not be taken back"),
                };
                tracing::error!(error = %unavailable, changes = jobs.len(), "a batch was not written");
                vec![Err(CommitError::Unavailable(unavailable)); jobs.len()]
            }
        };
        for (job, answer) in jobs.into_iter().zip(answers) {
            // Whoever asked may have stopped waiting; the change is durable all the same.
            let _ = job.answer.send(answer);
        }
    }

    /// Writes a batch in one transaction and gives each member's answer, or leaves no trace of it.
    fn write(&self, jobs: &[Job], protection: Protection) -> Result<Vec<Result<(), CommitError>>, Stopped> {
        let written = self.write_uncommitted(jobs, protection).and_then(|answers| {
            let committed = self.run_sql("commit");
            self.readers.count_batch();
            committed.map(|_| answers).map_err(Stopped::from)
        });
        if written.is_err() {
            self.rolled_back();
        }
        written
    }

    fn write_uncommitted(
        &self,
        jobs: &[Job],
        protection: Protection,
    ) -> Result<Vec<Result<(), CommitError>>, Stopped> {
        self.run_sql("begin immediate")?;
        let mut answers = Vec::with_capacity(jobs.len());
        for job in jobs {
            let answer = match protection {
                Protection::None => self.apply(&job.steps)?,
                Protection::Savepoints => self.apply_within_savepoint(&job.steps)?,
            };
            answers.push(answer);
        }
        Ok(answers)
    }

    /// Most refusals come from the first write of a change, before anything was written: they cost nothing.
    fn apply(&self, steps: &[Step]) -> Result<Result<(), CommitError>, Stopped> {
        let before = self.connection.total_changes();
        let answer = self.apply_each(steps)?;
        if answer.is_err() && self.connection.total_changes() != before {
            return Err(Stopped::MustUndo);
        }
        Ok(answer)
    }

    fn apply_within_savepoint(&self, steps: &[Step]) -> Result<Result<(), CommitError>, Stopped> {
        self.run_sql("savepoint one")?;
        let answer = self.apply_each(steps)?;
        if answer.is_err() {
            self.run_sql("rollback to one")?;
        }
        self.run_sql("release one")?;
        Ok(answer)
    }

    fn apply_each(&self, steps: &[Step]) -> Result<Result<(), CommitError>, Stopped> {
        for step in steps {
            if let Err(refused) = self.statements.apply(&self.connection, step) {
                // A full disk or a failing one makes SQLite take back the whole transaction by itself.
                if let CommitError::Unavailable(unavailable) = &refused
                    && self.connection.is_autocommit()
                {
                    return Err(Stopped::Failed(unavailable.clone()));
                }
                return Ok(Err(refused));
            }
        }
        Ok(Ok(()))
    }

    fn run_sql(&self, sql: &str) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute([])
    }

    fn rolled_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.run_sql("rollback")
        {
            tracing::error!(%error, "a batch could not be rolled back");
        }
    }

    /// Wakes the checkpointer each time the log has grown by so much. A log that is too long even so is started anew
    /// here, right after a checkpoint: then little is left to move, and it is done between two batches. A reader in the
    /// middle of the log puts that off until the log has grown by as much again.
    fn keep_log_short(&mut self) {
        let (pages, passes) = (self.wal_pages.load(Ordering::Relaxed), self.checkpointer.passes());
        if pages < self.nudged_at {
            self.nudged_at = 0;
            self.restart_at = None;
        }
        if pages - self.nudged_at >= WAL_PAGES_NUDGE {
            self.nudged_at = pages;
            if pages >= WAL_PAGES_LATE {
                self.restart_at = Some(passes);
            } else {
                self.checkpointer.nudge();
                if pages >= WAL_PAGES_MAX {
                    self.restart_at = Some(passes.wrapping_add(1));
                }
            }
        }
        let is_reached = |pass: u32| passes.wrapping_sub(pass) <= u32::MAX / 2;
        if self.restart_at.is_some_and(is_reached) {
            self.restart_at = None;
            self.checkpoint(CHECKPOINT_RESTART);
        }
    }

    fn checkpoint(&self, sql: &str) {
        // Waiting for a reader here would hold up every payment. A batch does wait: a reader that finds the log's index
        // half written takes the writer's lock for a moment.
        let waiting = self.connection.busy_timeout(Duration::ZERO);
        let run = || waiting.and_then(|()| self.connection.query_row(sql, [], |_| Ok(())));
        if let Err(error) = self.readers.without_snapshots(run) {
            tracing::debug!(%error, "the log could not be started anew");
        }
        if let Err(error) = self.connection.busy_timeout(BUSY) {
            tracing::error!(%error, "batches will not wait for the lock");
        }
    }

    fn finish(self, lock: Option<Arc<Lock>>) {
        self.checkpointer.stop();
        if lock.is_some()
            && let Err(error) = self.connection.query_row(CHECKPOINT_TRUNCATE, [], |_| Ok(()))
        {
            tracing::warn!(%error, "the log was not emptied; it will be read when the store is opened again");
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
        // Not before: closing the file lets go of the locks that SQLite holds on it.
        drop(lock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_waits_for_the_lock_after_a_checkpoint_as_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lunas.db");
        let connection = super::super::connection::writer(&path).unwrap();
        let readers = Arc::new(Readers::new(&path));
        let checkpointing = super::super::connection::checkpointing(&path).unwrap();
        let tasks = Tasks::default();
        let checkpointer = Checkpointer::start(checkpointing, Arc::clone(&readers), tasks.clone()).unwrap();
        let writer = Writer {
            connection,
            readers,
            statements: Statements::default(),
            wal_pages: Arc::default(),
            nudged_at: 0,
            restart_at: None,
            checkpointer,
            tasks,
            figures: Arc::default(),
        };
        let waits = || -> i64 {
            writer.connection.pragma_query_value(None, "busy_timeout", |row| row.get(0)).unwrap()
        };
        let before = waits();
        writer.checkpoint(CHECKPOINT_RESTART);
        assert_eq!((before, waits()), (1_000, 1_000));
    }
}
