//! Moving committed pages from the write-ahead log into the database's file, beside the writer.
//!
//! The writer says when: it knows how long the log is. Nothing here waits on a clock.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use super::readers::Readers;
use crate::Tasks;

/// The thread's name on the board.
const TASK: &str = "checkpointer";

/// Copies what no reader needs from the log any more, waiting for nobody.
const CHECKPOINT_PASSIVE: &str = "pragma wal_checkpoint(passive)";

/// The thread that moves pages.
pub(super) struct Checkpointer {
    nudges: SyncSender<()>,
    passes: Arc<AtomicU32>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    pub(super) fn start(connection: Connection, readers: Arc<Readers>, tasks: Tasks) -> io::Result<Self> {
        tasks.started(TASK);
        let (nudges, nudged) = sync_channel(1);
        let passes = Arc::<AtomicU32>::default();
        let counted = Arc::clone(&passes);
        let thread = Builder::new()
            .name("lunas-checkpoint".to_owned())
            .spawn(move || move_pages(&connection, &readers, &tasks, &nudged, &counted))?;
        Ok(Self { nudges, passes, thread })
    }

    /// Asks for a checkpoint. One that is asked for while one runs starts right after it; more than that are one.
    pub(super) fn nudge(&self) {
        // A full channel means that one is due already; a closed one, that the thread is gone, and the writer's own
        // limit keeps the log in bounds.
        let _ = self.nudges.try_send(());
    }

    /// How many checkpoints have ended, well or not.
    pub(super) fn passes(&self) -> u32 {
        self.passes.load(Ordering::Relaxed)
    }

    /// Waits for the running checkpoint and ends the thread.
    pub(super) fn stop(self) {
        drop(self.nudges);
        if self.thread.join().is_err() {
            tracing::warn!("the checkpoint thread had panicked");
        }
    }
}

fn move_pages(
    connection: &Connection,
    readers: &Readers,
    tasks: &Tasks,
    nudged: &Receiver<()>,
    passes: &AtomicU32,
) {
    while nudged.recv().is_ok() {
        let pass = || {
            tasks.begins(TASK);
            readers.release();
            if let Err(error) = connection.query_row(CHECKPOINT_PASSIVE, [], |_| Ok(())) {
                tracing::warn!(%error, "a checkpoint failed; the log grows until one succeeds");
            }
        };
        // The next nudge comes after many more pages, which is pause enough.
        match catch_unwind(AssertUnwindSafe(pass)) {
            Ok(()) => tasks.did_well(TASK),
            Err(panic) => drop(tasks.panicked(TASK, &panic)),
        }
        passes.fetch_add(1, Ordering::Relaxed);
    }
}
