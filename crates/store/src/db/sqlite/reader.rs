//! A connection that only reads, and the rows it gives.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};

use crate::Unavailable;
use crate::db::{Look, Row};
use crate::value::{Owned, Value};

/// A connection that only reads. It keeps the statements it has run.
pub(crate) struct Reader {
    connection: Connection,
}

impl Reader {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection }
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
    pub(crate) fn snapshot<T>(&self, looks: &[Look<T>]) -> Result<Vec<T>, Unavailable> {
        let snapshot = self.connection.unchecked_transaction().map_err(Unavailable::new)?;
        let mut found = Vec::new();
        for Look { sql, values, read } in looks {
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
