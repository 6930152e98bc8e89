//! Reads, on connections that they share: a read is sent while others are under way, and answers come in order.
//!
//! A read that finds its connection gone is made again on a fresh one, for as long as a restart or a failover may take.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::types::ToSql;

use super::address::Target;
use super::failure::{Error, Failure, unavailable};
use super::parameter::{Cell, parameters_of};
use super::session::Session;
use super::version_vector::{self, VersionVector};
use crate::Unavailable;
use crate::db::Query;
use crate::row::Row;
use crate::tasks::sleep;
use crate::value::Value;

/// How long a read keeps trying.
const PATIENCE: Duration = Duration::from_secs(5);
/// The first pause between two tries; each later one is twice as long.
const PAUSE_FIRST: Duration = Duration::from_millis(20);
/// The same where what is waited for is a moment away: the time that a change needs from one server to another.
const PAUSE_SHORT: Duration = Duration::from_millis(2);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// Reads that share a connection before another one is taken. More would wait too long for a slow one ahead of them.
const TOGETHER_MAX: usize = 16;

/// Everything that the proof of a ledger reads, it reads as it was at one moment, however long that takes.
const SNAPSHOT: &str = "set statement_timeout = 0; begin isolation level repeatable read read only";

/// The connections that read.
pub(super) struct Reads {
    target: Arc<Target>,
    slots: Vec<Slot>,
    is_closed: AtomicBool,
}

/// A place for a connection.
#[derive(Default)]
struct Slot {
    session: Mutex<Option<Arc<Session>>>,
    /// Whoever connects holds this, so that a lost connection is made anew once. It keeps why the last one was not.
    connecting: tokio::sync::Mutex<String>,
    /// How many attempts to connect have failed.
    failed: AtomicU64,
    under_way: AtomicUsize,
}

/// Counts a read while it is under way, also when its caller stops waiting.
struct UnderWay<'s>(&'s AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Reads {
    /// Connects nothing yet.
    pub(super) fn new(target: Arc<Target>) -> Self {
        let slots = (0..target.readers).map(|_| Slot::default()).collect();
        Self { target, slots, is_closed: AtomicBool::new(false) }
    }

    /// Every row of a statement.
    pub(super) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let cells: Vec<Cell<'_>> = values.iter().map(Cell::from).collect();
        let parameters: Vec<_> = parameters_of(&cells).collect();
        let rows = self.asked(sql, &parameters).await?;
        rows.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    async fn asked(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, Unavailable> {
        let mut tries = Tries::new();
        loop {
            if self.is_closed.load(Ordering::Relaxed) {
                return Err(Unavailable::closed());
            }
            let failure = match self.asked_once(sql, parameters).await {
                Ok(rows) => return Ok(rows),
                Err(error) => Failure::from(error),
            };
            let may_pass = matches!(failure, Failure::Lost(_) | Failure::Again);
            if !(may_pass && tries.another().await) {
                return Err(failure.unavailable());
            }
        }
    }

    async fn asked_once(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let slot = self.slot();
        slot.under_way.fetch_add(1, Ordering::Relaxed);
        let _under_way = UnderWay(&slot.under_way);
        let session = slot.session(&self.target).await?;
        let statement = session.prepared(sql).await?;
        session.query(&statement, parameters).await
    }

    /// The first connection that has room, else the idlest. Reads that travel together cost both sides less than reads
    /// that each wake up a server process of their own.
    fn slot(&self) -> &Slot {
        let under_way = |slot: &&Slot| slot.under_way.load(Ordering::Relaxed);
        let roomy = self.slots.iter().find(|slot| under_way(slot) < TOGETHER_MAX);
        roomy.or_else(|| self.slots.iter().min_by_key(under_way)).unwrap_or(&self.slots[0])
    }

    /// The rows of several statements that all see the same state, on a connection of their own.
    pub(super) async fn snapshot<T>(&self, queries: &[Query<T>]) -> Result<Vec<T>, Unavailable> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(Unavailable::closed());
        }
        let session = Session::open_plain(&self.target).await.map_err(unavailable)?;
        session.run(SNAPSHOT).await.map_err(unavailable)?;
        let mut found = Vec::new();
        for Query { sql, values, read } in queries {
            let cells: Vec<Cell<'_>> = values.iter().map(Cell::from).collect();
            let parameters: Vec<_> = parameters_of(&cells).collect();
            let statement = session.prepared(sql).await.map_err(unavailable)?;
            for row in session.query(&statement, &parameters).await.map_err(unavailable)? {
                found.push(read(&Row::Postgres(&row))?);
            }
        }
        session.run("commit").await.map_err(unavailable)?;
        Ok(found)
    }

    /// How far writers have come.
    pub(super) async fn versions(&self) -> Result<VersionVector, Unavailable> {
        VersionVector::read(&self.asked(version_vector::LIST, &[]).await?)
    }

    #[cfg(test)]
    pub(super) async fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        let session = self.slots[0].session(&self.target).await.map_err(unavailable)?;
        let statement = session.prepared(sql).await.map_err(unavailable)?;
        let name = |(n, of)| match super::parameter::Kind::of(of) {
            Some(_) => Ok(format!("${n}")),
            None => Err(Unavailable::new(format_args!("${n} is {of}, which not every engine has"))),
        };
        (1..).zip(statement.params()).map(name).collect()
    }

    /// Makes a statement in a transaction that is taken back, with some value for each parameter.
    #[cfg(test)]
    pub(super) async fn tried(&self, sql: &str) -> Result<(), Unavailable> {
        let session = self.slots[0].session(&self.target).await.map_err(unavailable)?;
        session.run("begin").await.map_err(unavailable)?;
        let tried = async {
            let statement = session.prepared(sql).await?;
            let values: Vec<_> = (0..).zip(statement.params()).map(super::parameter::sample).collect();
            let parameters: Vec<_> = values.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect();
            session.query(&statement, &parameters).await
        };
        let tried = tried.await;
        session.run("rollback").await.map_err(unavailable)?;
        match tried.map_err(Failure::from) {
            Ok(_) | Err(Failure::Guard(_)) => Ok(()),
            Err(failure) => Err(failure.unavailable()),
        }
    }

    /// Lets nobody read any more. Reads under way end by themselves.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        for slot in &self.slots {
            slot.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

impl Slot {
    /// The connection of this place, made anew if it is gone. Whoever waited for somebody else's attempt shares its
    /// end: a server that says nothing is not waited for by one after the other.
    async fn session(&self, target: &Target) -> Result<Arc<Session>, Error> {
        if let Some(session) = self.reused() {
            return Ok(session);
        }
        let failed = self.failed.load(Ordering::SeqCst);
        let mut why = self.connecting.lock().await;
        if let Some(session) = self.reused() {
            return Ok(session);
        }
        if self.failed.load(Ordering::SeqCst) != failed {
            return Err(Error::Lost(why.clone()));
        }
        let session = match Session::open(target).await {
            Ok(session) => Arc::new(session),
            Err(error) => {
                *why = error.to_string();
                self.failed.fetch_add(1, Ordering::SeqCst);
                return Err(error);
            }
        };
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        Ok(session)
    }

    fn reused(&self) -> Option<Arc<Session>> {
        let reused = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        reused.as_ref().filter(|session| !session.is_gone()).cloned()
    }
}

/// Tries with growing pauses between them.
pub(super) struct Tries {
    until: Instant,
    pause: Duration,
}

impl Tries {
    /// For as long as a read waits.
    pub(super) fn new() -> Self {
        Self::within(PATIENCE)
    }

    /// For so long.
    pub(super) fn within(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, pause: PAUSE_FIRST }
    }

    /// For so long, the first ones soon: for what is a moment away as a rule.
    pub(super) fn soon_within(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, pause: PAUSE_SHORT }
    }

    /// Pauses, and says whether there is time for another try.
    pub(super) async fn another(&mut self) -> bool {
        if Instant::now() + self.pause >= self.until {
            return false;
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        true
    }
}
