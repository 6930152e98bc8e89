//! The connections that read, and the snapshots that they reuse.
//!
//! Taking a snapshot of the database costs a lock and releasing it another one: of a read by a key that is a good part.
//! So a connection that reads again while nothing is written reuses its snapshot. A reused snapshot counts as long as
//! this process has made nothing since before it was taken: whatever anybody was answered is in it. What another
//! process makes (an operator's command beside the gateway) is seen when the snapshot is too old to be reused, a moment
//! later.
//!
//! As long as a snapshot is held, the log cannot be started anew and what came after it cannot be moved out of the log.
//! So connections that nobody uses release theirs before each checkpoint.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::connection::reading;
use super::reader::Reader;
use crate::Unavailable;

/// Connections that are kept open while nobody reads. More are opened when more are needed at once, so that a reader
/// never waits for another.
const IDLE_MAX: usize = 8;

/// A pool of connections that only read.
pub(super) struct Readers {
    path: PathBuf,
    pool: Mutex<Pool>,
    /// How many batches this process has made. It is counted before anybody is answered.
    made: AtomicU64,
    /// Whether no snapshot may be reused, because the log is being started anew.
    is_reuse_off: AtomicBool,
}

struct Pool {
    idle: Vec<Reader>,
    is_closed: bool,
}

impl Readers {
    /// Those of the file at that path. Opens nothing yet.
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            pool: Mutex::new(Pool { idle: Vec::new(), is_closed: false }),
            made: AtomicU64::new(0),
            is_reuse_off: AtomicBool::new(false),
        }
    }

    /// Lends a connection for a read that sees whatever anybody was answered before.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        self.lend(|reader| {
            let may_reuse = !self.is_reuse_off.load(Ordering::SeqCst);
            reader.renew(self.made.load(Ordering::SeqCst), may_reuse)?;
            read(reader)
        })
    }

    /// Lends a connection that holds no snapshot: for a read that makes a transaction of its own.
    pub(super) fn read_fresh<T>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        self.lend(|reader| {
            reader.release()?;
            read(reader)
        })
    }

    fn lend<T>(&self, read: impl FnOnce(&Reader) -> Result<T, Unavailable>) -> Result<T, Unavailable> {
        let idle = {
            let mut pool = self.pool();
            if pool.is_closed {
                return Err(Unavailable::closed());
            }
            pool.idle.pop()
        };
        let reader = match idle {
            Some(reader) => reader,
            None => Reader::new(reading(&self.path).map_err(Unavailable::new)?),
        };
        // A connection on which something failed is not used again.
        let found = read(&reader)?;
        if self.is_reuse_off.load(Ordering::SeqCst) {
            reader.release()?;
        }
        let mut pool = self.pool();
        if !pool.is_closed && pool.idle.len() < IDLE_MAX {
            pool.idle.push(reader);
        }
        Ok(found)
    }

    /// Says that a batch was made: from now on every read sees it.
    pub(super) fn count_batch(&self) {
        self.made.fetch_add(1, Ordering::SeqCst);
    }

    /// Has the connections that nobody uses release their snapshots.
    pub(super) fn release(&self) {
        self.pool().idle.retain(|reader| reader.release().is_ok());
    }

    /// Runs something while no snapshot is held.
    pub(super) fn without_snapshots<T>(&self, run: impl FnOnce() -> T) -> T {
        self.is_reuse_off.store(true, Ordering::SeqCst);
        self.release();
        let ran = run();
        self.is_reuse_off.store(false, Ordering::SeqCst);
        ran
    }

    /// Lends nothing any more.
    pub(super) fn close(&self) {
        let idle = {
            let mut pool = self.pool();
            pool.is_closed = true;
            std::mem::take(&mut pool.idle)
        };
        drop(idle);
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many idle connections hold a snapshot.
    #[cfg(test)]
    pub(super) fn reused(&self) -> usize {
        self.pool().idle.iter().filter(|reader| reader.holds_snapshot()).count()
    }
}
