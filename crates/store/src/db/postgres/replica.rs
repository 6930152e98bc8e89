//! The standbys that are read: who they are, when they are in back-off, and how a transaction on one begins, which sees
//! one state of it. What is read in it, and when that counts, says [`snapshot`](super::snapshot).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::address::{ReplicaFor, Target};
use super::failure::Error;
use super::reads::Tries;
use super::session::Session;
use super::snapshot::{ReadPoint, Snapshot};
use super::version_vector::VersionVector;
use crate::OpenError;

/// How long a standby may need to have what the primary has, before it is read there.
pub(super) const CATCH_UP_MAX: Duration = Duration::from_millis(300);
/// How long a standby that lags is left alone, so that not every call waits for it in vain.
const BACKOFF_LAGGING: Duration = Duration::from_secs(1);
/// How long a standby that cannot be reached, or is none, is left alone.
const BACKOFF_LOST: Duration = Duration::from_secs(10);
/// The longest that a standby may take to let us in and to answer. There is somebody else to ask.
const PATIENCE: Duration = Duration::from_secs(5);

const BEGIN: &str = "begin isolation level repeatable read read only";

/// Whether the server is a standby still. One that is promoted keeps its connections.
const IS_STANDBY: &str = "select pg_is_in_recovery()";

/// What a primary and its physical standbys have in common, and no other database has.
const IDENTITY: &str = "select s.system_identifier, cast(d.oid as bigint) \
    from pg_control_system() s, pg_database d where d.datname = current_database()";

type Identity = (i64, i64);

/// A standby, or several of which any will do.
pub(super) struct Replica {
    target: Target,
    identity: Identity,
    idle: Mutex<Vec<Session>>,
    permits: Arc<Semaphore>,
    backoff_until: Mutex<Option<Instant>>,
    is_used: AtomicBool,
}

/// Why a snapshot did not begin.
pub(super) enum Unused {
    /// It may do later.
    Lost(String),
    /// It has not yet what the primary has.
    Lags,
    /// It holds something else.
    Foreign(String),
}

impl From<Error> for Unused {
    fn from(error: Error) -> Self {
        Self::Lost(error.to_string())
    }
}

impl Replica {
    /// The replica that the target names, if it names one. One that holds something else than the primary is refused;
    /// one that cannot be reached may come later.
    pub(super) async fn open(target: &Target) -> Result<Option<Arc<Self>>, OpenError> {
        let Some(servers) = &target.replicas else { return Ok(None) };
        let refused = |error: &Error| target.refused(error);
        let primary = Session::open(target).await.map_err(|error| refused(&error))?;
        let identity = identity(&primary).await.map_err(|error| refused(&error))?;
        let mut own = target.clone();
        own.servers.clone_from(servers);
        own.connect_max = own.connect_max.min(PATIENCE);
        own.answer_max = own.answer_max.min(PATIENCE);
        let replica = Self {
            permits: Arc::new(Semaphore::new(own.readers)),
            target: own,
            identity,
            idle: Mutex::default(),
            backoff_until: Mutex::default(),
            is_used: AtomicBool::new(true),
        };
        match replica.connect().await {
            Ok(session) => replica.give_back(session),
            Err(Unused::Foreign(why)) => return Err(target.unusable(&why)),
            Err(unused @ (Unused::Lost(_) | Unused::Lags)) => replica.unused(&unused),
        }
        Ok(Some(Arc::new(replica)))
    }

    /// What it is read for.
    pub(super) fn serves(&self) -> ReplicaFor {
        self.target.replica_for
    }

    /// A connection to it.
    pub(super) async fn connect(&self) -> Result<Session, Unused> {
        let session = Session::open(&self.target).await?;
        let found = identity(&session).await?;
        if found == self.identity {
            return Ok(session);
        }
        let why = "it is no standby of this store's primary: it holds a database of its own";
        Err(Unused::Foreign(format!("the replica {}: {why}", session.server())))
    }

    /// A snapshot that includes everything that is known; none when it is better to read at the primary.
    pub(super) async fn snapshot(self: &Arc<Self>, known: VersionVector) -> Option<Snapshot> {
        let permit = timeout(CATCH_UP_MAX, Arc::clone(&self.permits).acquire_owned()).await.ok()?.ok()?;
        let session = match self.reused() {
            Some(session) => Ok(session),
            None => self.connect().await,
        };
        let begun = match session {
            Ok(session) => match begin(&session, known).await {
                Ok(read_point) => Ok((session, read_point)),
                Err(unused) => {
                    if matches!(unused, Unused::Lags) {
                        self.give_back(session);
                    }
                    Err(unused)
                }
            },
            Err(unused) => Err(unused),
        };
        match begun {
            Ok((session, read_point)) => {
                self.is_read(&session);
                Some(Snapshot::own(session, read_point, Arc::clone(self), permit))
            }
            Err(unused) => {
                self.unused(&unused);
                None
            }
        }
    }

    fn reused(&self) -> Option<Session> {
        let reused = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        reused.filter(|session| !session.is_gone())
    }

    /// Keeps a connection for the next snapshot.
    pub(super) fn give_back(&self, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// Whether it is left alone after a failure.
    pub(super) fn in_backoff(&self) -> bool {
        let until = *self.backoff_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// It is read on that connection, be it again.
    pub(super) fn is_read(&self, session: &Session) {
        if !self.is_used.swap(true, Ordering::Relaxed) {
            tracing::info!(server = %session.server(), "the replica is read again");
        }
    }

    /// Leaves it alone for as long as it may take until it can be used.
    pub(super) fn unused(&self, why: &Unused) {
        match why {
            Unused::Lags => self.back_off(BACKOFF_LAGGING, "it has not yet what the primary has"),
            Unused::Lost(why) | Unused::Foreign(why) => self.lost(why),
        }
    }

    /// Leaves it alone for as long as a server needs that is gone.
    pub(super) fn lost(&self, why: &str) {
        self.back_off(BACKOFF_LOST, why);
    }

    /// Leaves it alone for as long as servers need that are a moment apart.
    pub(super) fn lagging(&self, why: &str) {
        self.back_off(BACKOFF_LAGGING, why);
    }

    fn back_off(&self, pause: Duration, why: &str) {
        *self.backoff_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + pause);
        if self.is_used.swap(false, Ordering::Relaxed) {
            tracing::warn!(%why, "what the replica is for is read from the primary, because the replica cannot be used");
        }
    }

    /// Begins no snapshot any more.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Begins a transaction that sees everything that is known.
pub(super) async fn begin(session: &Session, known: VersionVector) -> Result<ReadPoint, Unused> {
    let mut tries = Tries::soon_within(CATCH_UP_MAX);
    loop {
        // Sent together, and worked on in this order.
        let (begun, seen, is_standby) =
            tokio::join!(biased; session.run(BEGIN), VersionVector::seen_by(session), is_standby(session));
        begun?;
        let seen = seen?;
        if !is_standby? {
            return Err(Unused::Lost("the standby has become a primary".to_owned()));
        }
        if seen.includes(&known) {
            return Ok(ReadPoint { known, seen });
        }
        session.run("commit").await?;
        if !tries.another().await {
            return Err(Unused::Lags);
        }
    }
}

async fn is_standby(session: &Session) -> Result<bool, Error> {
    let statement = session.prepared(IS_STANDBY).await?;
    let rows = session.query(&statement, &[]).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.try_get(0)?))
}

async fn identity(session: &Session) -> Result<Identity, Error> {
    let statement = session.prepared(IDENTITY).await?;
    let rows = session.query(&statement, &[]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.try_get(0)?, row.try_get(1)?)))
}
