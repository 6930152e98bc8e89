//! Snapshots that several callers share, as commits share a batch: for reads that are so small that a proof for each
//! would cost more than the read.
//!
//! A few *readers*, each with a connection to the standby, take whoever has come while the last snapshots were being
//! read. One snapshot is one read of the primary's version vector, one transaction on the standby, in which all members
//! read at the same time on the one connection, and, unless the standby's state is just what the primary had, another
//! read of the primary's version vector for the proof, made while they read. It costs the primary the same however many
//! share it.
//!
//! Who has come before the primary's version vector is read is in the snapshot, and nobody else: so whatever was
//! answered to anybody before a caller came is in what that caller is told.
//!
//! Nobody waits for another caller. Each member reads by itself and leaves when it likes, also without a word; it is
//! told of the proof as soon as there is one, not when the others have read. Their reads follow each other on the
//! connection, and one that fails spoils those behind it, so only small ones belong here. And nobody waits longer than
//! [`WAIT_MAX`]: what is not verified by then is read at the primary.

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};

use super::reads::Reads;
use super::replica::{Replica, Unused, begin};
use super::session::Session;
use super::snapshot::{ReadPoint, SharedProof, Snapshot};
use crate::Tasks;
use crate::tasks::{caught, sleep, spawn};

/// The readers' name on the board.
const TASK: &str = "replica-reader";
/// Snapshots that are under way at a time. With one only, whoever comes while it begins would wait for all of it.
const READERS_MAX: usize = 2;
/// Callers in one snapshot. Their reads go to one process of the standby's; more would wait too long for those ahead.
const MEMBERS_MAX: usize = 32;
/// Callers that wait for a snapshot. Beyond that the primary is quicker.
const QUEUE_MAX: usize = 1_024;
/// The longest that anybody waits for everything: to be let into a snapshot, its reads, and the proof.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// How long a reader waits before it tries again to connect.
const PAUSE: Duration = Duration::from_secs(10);

/// The queue to the readers.
pub(super) struct SharedSnapshots {
    queue: mpsc::Sender<Waiter>,
    shared: Arc<Shared>,
    readers: Vec<AbortHandle>,
}

/// Somebody who waits for a snapshot.
struct Waiter {
    reply: oneshot::Sender<Snapshot>,
    /// When it waits no longer.
    until: Instant,
}

/// What readers and callers share.
struct Shared {
    replica: Arc<Replica>,
    reads: Arc<Reads>,
    /// Readers that have a connection. While there is none, nobody queues up.
    connected: AtomicUsize,
    /// How many snapshots have begun.
    snapshots: AtomicUsize,
    tasks: Tasks,
}

impl SharedSnapshots {
    /// Starts the readers.
    pub(super) fn start(replica: &Arc<Replica>, reads: &Arc<Reads>, tasks: &Tasks) -> Self {
        tasks.started(TASK);
        let (queue, queued) = mpsc::channel(QUEUE_MAX);
        let queued = Arc::new(Mutex::new(queued));
        let shared = Arc::new(Shared {
            replica: Arc::clone(replica),
            reads: Arc::clone(reads),
            connected: AtomicUsize::new(0),
            snapshots: AtomicUsize::new(0),
            tasks: tasks.clone(),
        });
        let reader = |_| {
            let reader = Reader { shared: Arc::clone(&shared), queued: Arc::clone(&queued) };
            spawn(reader.keep_running()).abort_handle()
        };
        let readers = (0..READERS_MAX).map(reader).collect();
        Self { queue, shared, readers }
    }

    /// Joins the next snapshot that begins; none when it is better to read at the primary.
    pub(super) async fn join(&self) -> Option<Snapshot> {
        if self.shared.connected.load(Ordering::Relaxed) == 0 || self.shared.replica.in_backoff() {
            return None;
        }
        let until = Instant::now() + WAIT_MAX;
        let (reply, given) = oneshot::channel();
        self.queue.try_send(Waiter { reply, until }).ok()?;
        timeout_at(until, given).await.ok()?.ok()
    }

    /// Begins no snapshot any more. Whoever is in one is told that it is not verified.
    pub(super) fn close(&self) {
        for reader in &self.readers {
            reader.abort();
        }
    }

    /// How many snapshots have begun.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.shared.snapshots.load(Ordering::Relaxed)
    }
}

impl Drop for SharedSnapshots {
    fn drop(&mut self) {
        self.close();
    }
}

struct Reader {
    shared: Arc<Shared>,
    /// Gone with the last reader, and with it whoever waits in it.
    queued: Arc<Mutex<mpsc::Receiver<Waiter>>>,
}

/// Counts a reader among those that have a connection, for as long as it has one.
struct Connected<'r>(&'r Shared);

impl<'r> Connected<'r> {
    fn counted(shared: &'r Shared) -> Self {
        shared.connected.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.connected.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a connection does for another snapshot.
enum Line {
    Good,
    Lost,
}

impl Reader {
    /// Runs to its end, and again when it panics. Whoever was in the snapshot is told that it is not verified.
    async fn keep_running(self) {
        while let Err(panic) = caught(self.run()).await {
            sleep(self.shared.tasks.panicked(TASK, &panic)).await;
        }
    }

    /// Serves until nobody can ask any more.
    async fn run(&self) {
        loop {
            match self.shared.replica.connect().await {
                Ok(session) => {
                    let _connected = Connected::counted(&self.shared);
                    if self.serve(&Arc::new(session)).await.is_break() {
                        return;
                    }
                }
                Err(unused) => {
                    self.shared.replica.unused(&unused);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Takes one snapshot after the other. Goes on as long as the connection is good, and breaks off when the queue has
    /// ended.
    async fn serve(&self, session: &Arc<Session>) -> ControlFlow<()> {
        let mut waiters = Vec::with_capacity(MEMBERS_MAX);
        loop {
            waiters.clear();
            // Of those who have nothing to do, one waits here and the others for the lock.
            if self.queued.lock().await.recv_many(&mut waiters, MEMBERS_MAX).await == 0 {
                return ControlFlow::Break(());
            }
            waiters.retain(|waiter| !waiter.reply.is_closed());
            if session.is_gone() {
                return ControlFlow::Continue(());
            }
            if waiters.is_empty() || self.shared.replica.in_backoff() {
                continue;
            }
            self.shared.tasks.begins(TASK);
            match self.take(session, &mut waiters).await {
                Line::Good => self.shared.tasks.did_well(TASK),
                Line::Lost => return ControlFlow::Continue(()),
            }
        }
    }

    /// Takes a snapshot for all of them. Whoever is not let in reads at the primary.
    async fn take(&self, session: &Arc<Session>, waiters: &mut Vec<Waiter>) -> Line {
        let Shared { replica, reads, snapshots, .. } = &*self.shared;
        let until = Instant::now() + WAIT_MAX;
        let Ok(Ok(known)) = timeout_at(until, reads.versions()).await else { return Line::Good };
        snapshots.fetch_add(1, Ordering::Relaxed);
        match timeout_at(until, begin(session, known)).await {
            Ok(Ok(read_point)) => {
                replica.is_read(session);
                self.share(session, &read_point, waiters, until).await
            }
            Ok(Err(unused)) => {
                replica.unused(&unused);
                match unused {
                    Unused::Lags => Line::Good,
                    Unused::Lost(_) | Unused::Foreign(_) => Line::Lost,
                }
            }
            Err(_) => {
                replica.lost("no snapshot of it began in time");
                Line::Lost
            }
        }
    }

    /// Lets everybody in, verifies the snapshot while they read, and ends it when all have left.
    async fn share(
        &self,
        session: &Arc<Session>,
        read_point: &ReadPoint,
        waiters: &mut Vec<Waiter>,
        until: Instant,
    ) -> Line {
        let Shared { replica, reads, .. } = &*self.shared;
        let (verdict, verified) = watch::channel(None);
        for Waiter { reply, until } in waiters.drain(..) {
            let proof = SharedProof { verified: verified.clone(), until };
            // Somebody who has gone meanwhile needs none.
            let _ = reply.send(Snapshot::shared(Arc::clone(session), proof));
        }
        drop(verified);
        let is_verified = matches!(timeout_at(until, read_point.is_verified(reads)).await, Ok(true));
        verdict.send_replace(Some(is_verified));
        if !is_verified {
            replica.lagging("it may have what the primary has not yet");
        }
        if timeout_at(until, verdict.closed()).await.is_err() {
            replica.lagging("a snapshot of it did not end in time");
            return Line::Lost;
        }
        match session.run("commit").await {
            Ok(()) => Line::Good,
            Err(error) => {
                replica.lost(&error.to_string());
                Line::Lost
            }
        }
    }
}
