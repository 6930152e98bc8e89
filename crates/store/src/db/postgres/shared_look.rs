//! Looks that several callers share, as commits share a batch: for reads that are so small that a proof for each would
//! cost more than the read.
//!
//! A few *lookers*, each with a connection to the standby, take whoever has come while the last looks were being made.
//! One look is one read of the primary's marks, one transaction on the standby, in which all members read at the same
//! time on the one connection, and, unless the standby's state is just what the primary had, another read of the
//! primary's marks for the proof, made while they read. It costs the primary the same however many share it.
//!
//! Who has come before the primary's marks are read is in the look, and nobody else: so whatever was answered to anybody
//! before a caller came is in what that caller is told.
//!
//! Nobody waits for another caller. Each member reads by itself and leaves when it likes, also without a word; it is
//! told of the proof as soon as there is one, not when the others have read. Their reads follow each other on the
//! connection, and one that fails spoils those behind it, so only small ones belong here. And nobody waits longer than
//! [`LOOK_MAX`]: what is not proven by then is read at the primary.

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout_at};

use super::look::{Look, Sight, Told};
use super::reads::Reads;
use super::replica::{Replica, Unused, begin};
use super::session::Session;
use crate::Tasks;
use crate::tasks::caught;

/// The lookers' name on the board.
const TASK: &str = "looker";
/// Looks that are under way at a time. With one only, whoever comes while it begins would wait for all of it.
const LOOKS_MAX: usize = 2;
/// Callers in one look. Their reads go to one process of the standby's; more would wait too long for those ahead.
const MEMBERS_MAX: usize = 32;
/// Callers that wait for a look. Beyond that the primary is quicker.
const QUEUE_MAX: usize = 1_024;
/// The longest that anybody waits for everything: a place in a look, its reads, and the proof.
const LOOK_MAX: Duration = Duration::from_secs(1);
/// How long a looker waits before it tries again to connect.
const PAUSE: Duration = Duration::from_secs(10);

/// The queue to the lookers.
pub(super) struct SharedLooks {
    queue: mpsc::Sender<Caller>,
    room: Arc<Room>,
    lookers: Vec<AbortHandle>,
}

/// Somebody who wants to look.
struct Caller {
    place: oneshot::Sender<Look>,
    /// When it waits no longer.
    until: Instant,
}

/// What lookers and callers share.
struct Room {
    replica: Arc<Replica>,
    reads: Arc<Reads>,
    /// Lookers that have a connection. While there is none, nobody queues up.
    connected: AtomicUsize,
    /// How many looks have begun.
    looks: AtomicUsize,
    tasks: Tasks,
}

impl SharedLooks {
    /// Starts the lookers.
    pub(super) fn start(replica: &Arc<Replica>, reads: &Arc<Reads>, tasks: &Tasks) -> Self {
        tasks.started(TASK);
        let (queue, queued) = mpsc::channel(QUEUE_MAX);
        let queued = Arc::new(Mutex::new(queued));
        let room = Arc::new(Room {
            replica: Arc::clone(replica),
            reads: Arc::clone(reads),
            connected: AtomicUsize::new(0),
            looks: AtomicUsize::new(0),
            tasks: tasks.clone(),
        });
        let looker = |_| {
            let looker = Looker { room: Arc::clone(&room), queued: Arc::clone(&queued) };
            tokio::spawn(looker.keep_running()).abort_handle()
        };
        let lookers = (0..LOOKS_MAX).map(looker).collect();
        Self { queue, room, lookers }
    }

    /// A place in the next look that begins; none when it is better to look elsewhere.
    pub(super) async fn look(&self) -> Option<Look> {
        if self.room.connected.load(Ordering::Relaxed) == 0 || self.room.replica.rests() {
            return None;
        }
        let until = Instant::now() + LOOK_MAX;
        let (place, given) = oneshot::channel();
        self.queue.try_send(Caller { place, until }).ok()?;
        timeout_at(until, given).await.ok()?.ok()
    }

    /// Lets nobody look any more. Whoever is in a look is told that it is not proven.
    pub(super) fn close(&self) {
        for looker in &self.lookers {
            looker.abort();
        }
    }

    /// How many looks have begun.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.room.looks.load(Ordering::Relaxed)
    }
}

impl Drop for SharedLooks {
    fn drop(&mut self) {
        self.close();
    }
}

struct Looker {
    room: Arc<Room>,
    /// Gone with the last looker, and with it whoever waits in it.
    queued: Arc<Mutex<mpsc::Receiver<Caller>>>,
}

/// Counts a looker among those that have a connection, for as long as it has one.
struct Connected<'r>(&'r Room);

impl<'r> Connected<'r> {
    fn counted(room: &'r Room) -> Self {
        room.connected.fetch_add(1, Ordering::Relaxed);
        Self(room)
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.connected.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a connection does for another look.
enum Line {
    Good,
    Lost,
}

impl Looker {
    /// Runs to its end, and again when it panics. Whoever was in the look is told that it is not proven.
    async fn keep_running(self) {
        while let Err(panic) = caught(self.run()).await {
            sleep(self.room.tasks.panicked(TASK, &panic)).await;
        }
    }

    /// Serves until nobody can ask any more.
    async fn run(&self) {
        loop {
            match self.room.replica.connect().await {
                Ok(session) => {
                    let _connected = Connected::counted(&self.room);
                    if self.serve(&Arc::new(session)).await.is_break() {
                        return;
                    }
                }
                Err(unused) => {
                    self.room.replica.unused(&unused);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Makes one look after the other. Goes on as long as the connection is good, and breaks off when the queue has
    /// ended.
    async fn serve(&self, session: &Arc<Session>) -> ControlFlow<()> {
        let mut callers = Vec::with_capacity(MEMBERS_MAX);
        loop {
            callers.clear();
            // Of those who have nothing to do, one waits here and the others for the lock.
            if self.queued.lock().await.recv_many(&mut callers, MEMBERS_MAX).await == 0 {
                return ControlFlow::Break(());
            }
            callers.retain(|caller| !caller.place.is_closed());
            if session.is_gone() {
                return ControlFlow::Continue(());
            }
            if callers.is_empty() || self.room.replica.rests() {
                continue;
            }
            self.room.tasks.begins(TASK);
            match self.look(session, &mut callers).await {
                Line::Good => self.room.tasks.did_well(TASK),
                Line::Lost => return ControlFlow::Continue(()),
            }
        }
    }

    /// Makes a look for all of them. Whoever is not given a place reads at the primary.
    async fn look(&self, session: &Arc<Session>, callers: &mut Vec<Caller>) -> Line {
        let Room { replica, reads, looks, .. } = &*self.room;
        let until = Instant::now() + LOOK_MAX;
        let Ok(Ok(known)) = timeout_at(until, reads.versions()).await else { return Line::Good };
        looks.fetch_add(1, Ordering::Relaxed);
        match timeout_at(until, begin(session, known)).await {
            Ok(Ok(sight)) => {
                replica.is_read(session);
                self.share(session, &sight, callers, until).await
            }
            Ok(Err(unused)) => {
                replica.unused(&unused);
                match unused {
                    Unused::Lags => Line::Good,
                    Unused::Lost(_) | Unused::Foreign(_) => Line::Lost,
                }
            }
            Err(_) => {
                replica.lost("no look at it began in time");
                Line::Lost
            }
        }
    }

    /// Gives everybody a place, proves the look while they read, and ends it when all have left.
    async fn share(
        &self,
        session: &Arc<Session>,
        sight: &Sight,
        callers: &mut Vec<Caller>,
        until: Instant,
    ) -> Line {
        let Room { replica, reads, .. } = &*self.room;
        let (told, is_proven) = watch::channel(None);
        for Caller { place, until } in callers.drain(..) {
            let told = Told { is_proven: is_proven.clone(), until };
            // The place of somebody who has gone meanwhile is free again.
            let _ = place.send(Look::shared(Arc::clone(session), told));
        }
        drop(is_proven);
        let is_confirmed = matches!(timeout_at(until, sight.is_confirmed(reads)).await, Ok(true));
        told.send_replace(Some(is_confirmed));
        if !is_confirmed {
            replica.is_apart("it may have what the primary has not yet");
        }
        if timeout_at(until, told.closed()).await.is_err() {
            replica.is_apart("a look at it did not end in time");
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
