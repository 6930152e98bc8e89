//! Reads on a standby, each look a transaction that sees one state of it.
//!
//! What a look found counts only when it is proven from the [marks](super::marks) on both sides. Before: the standby's
//! state has every change in it that the primary had answered when the look began, so nobody sees less than was said
//! before. After: the primary has every change in it that the standby's state has, so nobody sees what a standby has
//! received but no caller was answered, and what a failover would undo. Whoever holds a look that is not proven reads
//! at the primary, as if there were no replica.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tokio_postgres::types::ToSql;

use super::address::Target;
use super::failure::{Error, unavailable};
use super::marks::Marks;
use super::parameter::Cell;
use super::reads::Tries;
use super::session::Session;
use crate::db::Row;
use crate::value::Value;
use crate::{OpenError, Unavailable};

/// How long a standby may need to have what the primary has, before it is read there.
pub(super) const CATCH_UP_MAX: Duration = Duration::from_millis(300);
/// How long a standby that lags is left alone, so that not every call waits for it in vain.
const REST_OF_LAGGARD: Duration = Duration::from_secs(1);
/// How long a standby that cannot be reached, or is none, is left alone.
const REST_OF_LOST: Duration = Duration::from_secs(10);
/// The longest that a standby may take to let us in and to answer. There is somebody else to ask.
const PATIENCE: Duration = Duration::from_secs(5);

const BEGIN: &str = "begin isolation level repeatable read read only";

/// What a primary and its physical standbys have in common, and no other database has.
const IDENTITY: &str = "select s.system_identifier, cast(d.oid as bigint) \
    from pg_control_system() s, pg_database d where d.datname = current_database()";

type Identity = (i64, i64);

/// A standby, or several of which any will do.
pub(super) struct Replica {
    target: Target,
    identity: Identity,
    idle: Mutex<Vec<Session>>,
    room: Arc<Semaphore>,
    rests_until: Mutex<Option<Instant>>,
    is_used: AtomicBool,
}

/// Why a look did not begin.
enum Unused {
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
            room: Arc::new(Semaphore::new(own.readers)),
            target: own,
            identity,
            idle: Mutex::default(),
            rests_until: Mutex::default(),
            is_used: AtomicBool::new(true),
        };
        match replica.connect().await {
            Ok(session) => replica.give_back(session),
            Err(Unused::Foreign(why)) => return Err(target.unusable(&why)),
            Err(Unused::Lost(why)) => replica.rest(REST_OF_LOST, &why),
            Err(Unused::Lags) => {}
        }
        Ok(Some(Arc::new(replica)))
    }

    async fn connect(&self) -> Result<Session, Unused> {
        let session = Session::open(&self.target).await?;
        let found = identity(&session).await?;
        if found == self.identity {
            return Ok(session);
        }
        let why = "it is no standby of this store's primary: it holds a database of its own";
        Err(Unused::Foreign(format!("the replica {}: {why}", session.server())))
    }

    /// A look at a state that has everything in it that those marks say; none when it is better to look elsewhere.
    pub(super) async fn look(self: &Arc<Self>, known: &Marks) -> Option<Look> {
        if self.rests() {
            return None;
        }
        let permit = timeout(CATCH_UP_MAX, Arc::clone(&self.room).acquire_owned()).await.ok()?.ok()?;
        match self.begun(known).await {
            Ok((session, marks)) => {
                if !self.is_used.swap(true, Ordering::Relaxed) {
                    tracing::info!(server = %session.server(), "the history is read from the replica again");
                }
                let (is_broken, replica) = (AtomicBool::new(false), Arc::clone(self));
                Some(Look {
                    inner: Arc::new(Looking { session, marks, is_broken, replica, _permit: permit }),
                })
            }
            Err(Unused::Lags) => {
                self.rest(REST_OF_LAGGARD, "it has not yet what the primary has");
                None
            }
            Err(Unused::Lost(why) | Unused::Foreign(why)) => {
                self.rest(REST_OF_LOST, &why);
                None
            }
        }
    }

    /// A transaction that sees everything that is known, and what it sees.
    async fn begun(&self, known: &Marks) -> Result<(Session, Marks), Unused> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let session = match kept.filter(|session| !session.is_gone()) {
            Some(session) => session,
            None => self.connect().await?,
        };
        let mut tries = Tries::within(CATCH_UP_MAX);
        loop {
            session.run(BEGIN).await?;
            let marks = Marks::seen_by(&session).await?;
            if marks.include(known) {
                return Ok((session, marks));
            }
            session.run("commit").await?;
            if !tries.another().await {
                self.give_back(session);
                return Err(Unused::Lags);
            }
        }
    }

    fn give_back(&self, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    fn rests(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self, pause: Duration, why: &str) {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + pause);
        if self.is_used.swap(false, Ordering::Relaxed) {
            tracing::warn!(%why, "the history is read from the primary, because the replica cannot be used");
        }
    }

    /// Lets nobody look any more.
    pub(super) fn close(&self) {
        self.room.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

async fn identity(session: &Session) -> Result<Identity, Error> {
    let statement = session.prepared(IDENTITY).await?;
    let rows = session.query(&statement, &[]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.try_get(0)?, row.try_get(1)?)))
}

/// A look at a standby. All that is read through it is of one state.
#[derive(Clone)]
pub(crate) struct Look {
    inner: Arc<Looking>,
}

struct Looking {
    session: Session,
    /// What the state has in it.
    marks: Marks,
    /// Whether something went wrong, so that what was found says nothing.
    is_broken: AtomicBool,
    replica: Arc<Replica>,
    _permit: OwnedSemaphorePermit,
}

impl Look {
    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let cells: Vec<Cell<'_>> = values.iter().map(Cell::from).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = cells.iter().map(|cell| cell as _).collect();
        let found = self.asked(sql, &parameters).await.map_err(unavailable);
        let found = found.and_then(|rows| rows.iter().map(|row| read(&Row::Postgres(row))).collect());
        if found.is_err() {
            self.inner.is_broken.store(true, Ordering::Relaxed);
        }
        found
    }

    async fn asked(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let statement = self.inner.session.prepared(sql).await?;
        self.inner.session.query(&statement, parameters).await
    }

    /// Ends the look and gives what the state had in it; none when something went wrong.
    pub(super) async fn end(self) -> Option<Marks> {
        let Looking { session, marks, is_broken, replica, _permit } = Arc::try_unwrap(self.inner).ok()?;
        let ended = session.run("commit").await;
        if is_broken.into_inner() {
            return None;
        }
        match ended {
            Ok(()) => {
                replica.give_back(session);
                Some(marks)
            }
            Err(error) => {
                replica.rest(REST_OF_LOST, &error.to_string());
                None
            }
        }
    }
}
