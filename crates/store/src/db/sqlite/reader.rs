//! A connection that only reads, and the rows it gives.

use std::cell::Cell;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};

use tokio::time::Instant;

use crate::Unavailable;
use crate::db::Query;
use crate::row::Row;
use crate::value::{Owned, Value};

/// How long a snapshot is reused: what another process makes is seen after that at the latest.
const REUSE_MAX: Duration = Duration::from_millis(2);

/// A connection that only reads. It keeps the statements it has run, and may reuse the snapshot it sees.
pub(crate) struct Reader {
    connection: Connection,
    /// How many batches had been made when it read last.
    made: Cell<Option<u64>>,
    /// When the snapshot that it holds is too old, if it holds one: that of its transaction.
    reuse_until: Cell<Option<Instant>>,
}

impl Reader {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, made: Cell::new(None), reuse_until: Cell::new(None) }
    }

    /// Sees to it that the next read sees at least so many batches. A snapshot is reused from the second read on
    /// between which nothing was made: where much is written, holding one would only cost.
    pub(super) fn renew(&self, made: u64, may_reuse: bool) -> Result<(), Unavailable> {
        let is_unchanged = self.made.replace(Some(made)) == Some(made);
        if is_unchanged && self.reuse_until.get().is_some_and(|until| Instant::now() < until) {
            return Ok(());
        }
        self.release()?;
        if is_unchanged && may_reuse {
            self.run("begin")?;
            self.reuse_until.set(Some(Instant::now() + REUSE_MAX));
        }
        Ok(())
    }

    /// Releases the snapshot that it holds, if it holds one.
    pub(super) fn release(&self) -> Result<(), Unavailable> {
        if self.reuse_until.take().is_some() { self.run("commit") } else { Ok(()) }
    }

    fn run(&self, sql: &str) -> Result<(), Unavailable> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Unavailable::new)?;
        statement.execute([]).map(drop).map_err(Unavailable::new)
    }

    /// Whether it holds a snapshot.
    #[cfg(test)]
    pub(super) fn holds_snapshot(&self) -> bool {
        self.reuse_until.get().is_some()
    }

    /// Every row of a statement, read by `read`.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        values: &[impl ToSql],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Unavailable::new)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(Unavailable::new)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(Unavailable::new)? {
            found.push(read(&Row::Sqlite(row))?);
        }
        Ok(found)
    }

    /// The rows of several statements that all see the state that the first one saw.
    pub(crate) fn snapshot<T>(&self, queries: &[Query<T>]) -> Result<Vec<T>, Unavailable> {
        let snapshot = self.connection.unchecked_transaction().map_err(Unavailable::new)?;
        let mut found = Vec::new();
        for Query { sql, values, read } in queries {
            found.extend(self.rows(sql, values, read)?);
        }
        snapshot.finish().map_err(Unavailable::new)?;
        Ok(found)
    }

    /// Prepares a statement, so that its text is known to be good, and names its parameters in their order.
    #[cfg(test)]
    pub(crate) fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        let statement = self.connection.prepare(sql).map_err(Unavailable::new)?;
        let name = |index| statement.parameter_name(index).unwrap_or_default().to_owned();
        Ok((1..=statement.parameter_count()).map(name).collect())
    }
}

/// Parameters are bound by their place, so a statement must name `$1`, `$2` … first in that order; a test sees to it.
impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Null => ValueRef::Null,
        }))
    }
}

impl ToSql for Owned {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Null => ValueRef::Null,
        }))
    }
}
