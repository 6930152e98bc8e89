//! Everything that differs between engines: how rows are read and how changes are made durable.
//!
//! The rest of the crate sees a [`Database`], a [`Query`] and a [`Row`](crate::row::Row), and writes its SQL once.

mod address;
mod asked;
mod postgres;
mod sqlite;

#[cfg(test)]
pub(crate) use postgres::statements as postgres_statements;

pub use address::masked;
pub(crate) use address::{Engine, shown};
pub(crate) use asked::{Check, Query, Through, Walk, through, walk};

use std::sync::Arc;

use lunas_vocab::Timestamp;

use crate::bucket::by_number;
use crate::row::Row;
use crate::step::Step;
use crate::value::Value;
use crate::{CommitError, Figures, Finding, OpenError, Tasks, Unavailable};

/// An open database of either engine.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
    /// Not the database itself, but a snapshot of a copy of it.
    Replica(postgres::Snapshot),
}

impl Database {
    /// Opens the database at an address and brings its tables up to date.
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::Database::open(address).await.map(Self::Postgres),
            Engine::Sqlite(path) => sqlite::Database::open(path).map(Self::Sqlite),
        }
    }

    /// Whether an address can be understood.
    pub(crate) fn check_address(address: &str) -> Result<(), OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::check_address(address),
            Engine::Sqlite(_) => Ok(()),
        }
    }

    /// Opens a database that is there, beside whoever has it open.
    pub(crate) async fn attach(address: &str) -> Result<Self, OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::Database::attach(address).await.map(Self::Postgres),
            Engine::Sqlite(path) => sqlite::Database::attach(path).map(Self::Sqlite),
        }
    }

    /// Gives the tables of the database at an address to several machines.
    pub(crate) async fn distribute(address: &str, tell: impl FnMut(String)) -> Result<(), OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::Database::distribute(address, tell).await,
            Engine::Sqlite(_) => Err(OpenError::NotDistributed {
                address: shown(address),
                reason: "it is a file; a cluster's address is postgres://…".to_owned(),
            }),
        }
    }

    /// Looks at the servers of the database at an address, if it has some.
    pub(crate) async fn examine(address: &str, clock: impl Fn() -> Timestamp) -> Vec<Finding> {
        match Engine::of(address) {
            Ok(Engine::Postgres(address)) => postgres::Database::examine(address, clock).await,
            Ok(Engine::Sqlite(_)) | Err(_) => Vec::new(),
        }
    }

    /// Makes the steps durable, or none of them.
    pub(crate) async fn commit(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        match self {
            Self::Sqlite(database) => database.commit(steps).await,
            Self::Postgres(database) => database.commit(steps).await,
            Self::Replica(_) => Err(read_only().into()),
        }
    }

    /// Looks at what must be right for commits to be taken and to last.
    pub(crate) async fn check(&self) -> Vec<Check> {
        match self {
            Self::Sqlite(database) => database.check(),
            Self::Postgres(database) => database.check().await,
            Self::Replica(_) => Vec::new(),
        }
    }

    /// The board of background tasks, if it has any.
    pub(crate) fn tasks(&self) -> Option<&Tasks> {
        match self {
            Self::Sqlite(database) => Some(database.tasks()),
            Self::Postgres(database) => Some(database.tasks()),
            Self::Replica(_) => None,
        }
    }

    /// What it did so far. A snapshot does nothing that is counted.
    pub(crate) fn figures(&self) -> Option<&Arc<Figures>> {
        match self {
            Self::Sqlite(database) => Some(database.figures()),
            Self::Postgres(database) => Some(database.figures()),
            Self::Replica(_) => None,
        }
    }

    /// How many changes wait for the committer.
    pub(crate) fn queued(&self) -> usize {
        match self {
            Self::Sqlite(database) => database.queued(),
            Self::Postgres(database) => database.queued(),
            Self::Replica(_) => 0,
        }
    }

    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        match self {
            Self::Sqlite(database) => database.rows(sql, values, read),
            // In boxes: these are large, and each call of a client would have room for them, on SQLite too.
            Self::Postgres(database) => Box::pin(database.rows(sql, values, read)).await,
            Self::Replica(snapshot) => Box::pin(snapshot.rows(sql, values, read)).await,
        }
    }

    /// Every row that has a number which another statement looks up.
    pub(crate) async fn rows_through<T>(
        &self,
        through: &Through,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        if !self.is_distributed() {
            return self.rows(through.whole, values, read).await;
        }
        let found = self.rows(through.number, values, |row| row.text_or_null(0)).await?;
        match found.into_iter().flatten().next() {
            Some(number) => self.rows(through.read, &[Value::Text(&number), by_number(&number)], read).await,
            None => Ok(Vec::new()),
        }
    }

    /// Every value of a column, in their order.
    pub(crate) async fn walk(&self, walk: &Walk) -> Result<Vec<String>, Unavailable> {
        if !self.is_distributed() {
            return self.rows(walk.whole, &[], |row| row.text(0)).await;
        }
        let mut found: Vec<String> = Vec::new();
        loop {
            let last = Value::Text(found.last().map_or("", String::as_str));
            match self.rows(walk.next, &[last], |row| row.text(0)).await?.pop() {
                Some(next) => found.push(next),
                None => return Ok(found),
            }
        }
    }

    /// Whether something may have been answered that nobody sees yet.
    pub(crate) async fn in_doubt(&self) -> Result<bool, Unavailable> {
        match self {
            Self::Postgres(database) => Box::pin(database.in_doubt()).await,
            Self::Sqlite(_) | Self::Replica(_) => Ok(false),
        }
    }

    /// Whether its rows lie on several machines.
    pub(crate) fn is_distributed(&self) -> bool {
        match self {
            Self::Postgres(database) => database.is_citus(),
            Self::Sqlite(_) | Self::Replica(_) => false,
        }
    }

    /// The rows of several statements that all see the same state.
    pub(crate) async fn snapshot<T: Send + 'static>(
        &self,
        queries: Vec<Query<T>>,
    ) -> Result<Vec<T>, Unavailable> {
        match self {
            Self::Sqlite(database) => database.snapshot(queries).await,
            Self::Postgres(database) => database.snapshot(&queries).await,
            Self::Replica(_) => Err(read_only()),
        }
    }

    /// A migration in the engine's words.
    #[cfg(test)]
    pub(crate) fn migration(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(_) => sqlite::Database::migration(sql),
            Self::Postgres(_) | Self::Replica(_) => postgres::Database::migration(sql),
        }
    }

    /// Prepares a statement and names its parameters in their order.
    #[cfg(test)]
    pub(crate) async fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        match self {
            Self::Sqlite(database) => database.parameters(sql),
            Self::Postgres(database) => database.parameters(sql).await,
            Self::Replica(_) => Err(read_only()),
        }
    }

    /// Makes durable what is queued, and closes.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(database) => database.close().await,
            Self::Postgres(database) => database.close().await,
            // It ends with its last handle.
            Self::Replica(_) => {}
        }
    }

    /// A snapshot of a replica, for reading what was answered before and perhaps more.
    pub(crate) async fn replica_snapshot(&self) -> Option<Self> {
        match self {
            Self::Postgres(database) => Box::pin(database.replica_snapshot()).await.map(Self::Replica),
            Self::Sqlite(_) | Self::Replica(_) => None,
        }
    }

    /// The same, shared with others who ask for one at this time.
    pub(crate) async fn shared_replica_snapshot(&self) -> Option<Self> {
        match self {
            Self::Postgres(database) => database.shared_replica_snapshot().await.map(Self::Replica),
            Self::Sqlite(_) | Self::Replica(_) => None,
        }
    }

    /// Ends a snapshot, and says whether this database has all that it saw.
    pub(crate) async fn verifies(&self, snapshot: Self) -> bool {
        match (self, snapshot) {
            (Self::Postgres(database), Self::Replica(snapshot)) => {
                Box::pin(database.verifies(snapshot)).await
            }
            _ => false,
        }
    }
}

fn read_only() -> Unavailable {
    Unavailable::new("a snapshot of a replica only reads single statements")
}
