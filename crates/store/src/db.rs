//! Everything that differs between engines: how rows are read and how changes are made durable.
//!
//! The rest of the crate sees a [`Database`], a [`Look`] and a [`Row`], and writes its SQL once.

mod address;
mod migration;
mod postgres;
mod sqlite;

pub use address::masked;
pub(crate) use address::{Engine, shown};
pub(crate) use migration::MIGRATIONS;

use std::str::FromStr;

use lunas_vocab::{InvalidId, Money, Timestamp};
use rusqlite::types::ValueRef;

use crate::render::Step;
use crate::value::{Owned, Value};
use crate::{OpenError, Refused, Tasks, Unavailable};

/// One of several reads of the same state.
pub(crate) struct Look<T> {
    /// The statement.
    pub(crate) sql: &'static str,
    /// Its parameters.
    pub(crate) values: Vec<Owned>,
    /// How one of its rows is read.
    pub(crate) read: fn(&Row<'_>) -> Result<T, Unavailable>,
}

/// One look at whether the database can take commits, by its name.
pub(crate) type Check = (&'static str, Result<(), Unavailable>);

/// An open database of either engine.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
    /// Not the database itself, but a look at a copy of it.
    Replica(postgres::Look),
}

impl Database {
    /// Opens the database at an address and brings its tables up to date.
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::Database::open(address).await.map(Self::Postgres),
            Engine::Sqlite(path) => sqlite::Database::open(path).map(Self::Sqlite),
        }
    }

    /// Opens a database that is there, beside whoever has it open.
    pub(crate) async fn attach(address: &str) -> Result<Self, OpenError> {
        match Engine::of(address)? {
            Engine::Postgres(address) => postgres::Database::attach(address).await.map(Self::Postgres),
            Engine::Sqlite(path) => sqlite::Database::attach(path).map(Self::Sqlite),
        }
    }

    /// Makes the steps durable, or none of them.
    pub(crate) async fn commit(&self, steps: Vec<Step>) -> Result<(), Refused> {
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

    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        match self {
            Self::Sqlite(database) => database.rows(sql, values, read),
            Self::Postgres(database) => database.rows(sql, values, read).await,
            Self::Replica(look) => look.rows(sql, values, read).await,
        }
    }

    /// The rows of several statements that all see the same state.
    pub(crate) async fn snapshot<T: Send + 'static>(
        &self,
        looks: Vec<Look<T>>,
    ) -> Result<Vec<T>, Unavailable> {
        match self {
            Self::Sqlite(database) => database.snapshot(looks).await,
            Self::Postgres(database) => database.snapshot(&looks).await,
            Self::Replica(_) => Err(read_only()),
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

    /// A look at a replica, for reading what was answered before and perhaps more.
    pub(crate) async fn look(&self) -> Option<Self> {
        match self {
            Self::Postgres(database) => database.look().await.map(Self::Replica),
            Self::Sqlite(_) | Self::Replica(_) => None,
        }
    }

    /// The same, shared with others who ask for one at this time.
    pub(crate) async fn shared_look(&self) -> Option<Self> {
        match self {
            Self::Postgres(database) => database.shared_look().await.map(Self::Replica),
            Self::Sqlite(_) | Self::Replica(_) => None,
        }
    }

    /// Ends a look, and says whether this database has all that it saw.
    pub(crate) async fn confirms(&self, look: Self) -> bool {
        match (self, look) {
            (Self::Postgres(database), Self::Replica(look)) => database.confirms(look).await,
            _ => false,
        }
    }
}

fn read_only() -> Unavailable {
    Unavailable::new("a look at a replica only reads single statements")
}

/// A row of an answer. Columns are counted from zero.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
    /// One that was kept in an archived document.
    Kept(&'r [Owned]),
}

/// Reads what engines store.
impl Row<'_> {
    fn get<T>(&self, column: usize) -> Result<T, Unavailable>
    where
        T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>,
    {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Unavailable::new),
            Self::Postgres(row) => row.try_get(column).map_err(Unavailable::new),
            Self::Kept(values) => {
                let value = values.get(column).map_or(ValueRef::Null, |value| match value {
                    Owned::Text(text) => ValueRef::Text(text.as_bytes()),
                    Owned::Int(int) => ValueRef::Integer(*int),
                    Owned::Blob(bytes) => ValueRef::Blob(bytes),
                    Owned::Null => ValueRef::Null,
                });
                T::column_result(value).map_err(Unavailable::new)
            }
        }
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, Unavailable> {
        self.get(column)
    }

    pub(crate) fn text_or_null(&self, column: usize) -> Result<Option<String>, Unavailable> {
        self.get(column)
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, Unavailable> {
        self.get(column)
    }

    pub(crate) fn int_or_null(&self, column: usize) -> Result<Option<i64>, Unavailable> {
        self.get(column)
    }

    pub(crate) fn blob(&self, column: usize) -> Result<Vec<u8>, Unavailable> {
        self.get(column)
    }
}

/// Reads the types of the vocabulary out of a row's columns, which are counted from zero.
impl Row<'_> {
    /// An identifier.
    pub(crate) fn id<T: FromStr<Err = InvalidId>>(&self, column: usize) -> Result<T, Unavailable> {
        identifier(&self.text(column)?)
    }

    /// An identifier that may be missing.
    pub(crate) fn id_or_null<T: FromStr<Err = InvalidId>>(
        &self,
        column: usize,
    ) -> Result<Option<T>, Unavailable> {
        self.text_or_null(column)?.as_deref().map(identifier).transpose()
    }

    /// A word of a closed list.
    pub(crate) fn word<T>(&self, column: usize, parse: fn(&str) -> Option<T>) -> Result<T, Unavailable> {
        let word = self.text(column)?;
        parse(&word).ok_or_else(|| Unavailable::corrupt("word", word))
    }

    /// A word of a closed list that may be missing.
    pub(crate) fn word_or_null<T>(
        &self,
        column: usize,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Unavailable> {
        let word = self.text_or_null(column)?;
        word.map(|word| parse(&word).ok_or_else(|| Unavailable::corrupt("word", word))).transpose()
    }

    /// An instant.
    pub(crate) fn time(&self, column: usize) -> Result<Timestamp, Unavailable> {
        Ok(Timestamp::from_ms(self.int(column)?))
    }

    /// An instant that may be missing.
    pub(crate) fn time_or_null(&self, column: usize) -> Result<Option<Timestamp>, Unavailable> {
        Ok(self.int_or_null(column)?.map(Timestamp::from_ms))
    }

    /// An amount.
    pub(crate) fn money(&self, column: usize) -> Result<Money, Unavailable> {
        Ok(Money::idr_minor(self.int(column)?))
    }

    /// A sum of amounts, in two columns: the upper halves of the amounts, and the lower. One beyond what an amount can
    /// say is the most that can be said.
    pub(crate) fn money_sum(&self, column: usize) -> Result<Money, Unavailable> {
        let (upper, lower) = (self.int(column)?, self.int(column + 1)?);
        let sum = (i128::from(upper) << 32) + i128::from(lower);
        let bound = if sum < 0 { i64::MIN } else { i64::MAX };
        Ok(Money::idr_minor(i64::try_from(sum).unwrap_or(bound)))
    }

    /// An amount that may be missing.
    pub(crate) fn money_or_null(&self, column: usize) -> Result<Option<Money>, Unavailable> {
        Ok(self.int_or_null(column)?.map(Money::idr_minor))
    }

    /// A small count, such as a version or a number of attempts.
    pub(crate) fn count(&self, column: usize) -> Result<u32, Unavailable> {
        let count = self.int(column)?;
        u32::try_from(count).map_err(|_| Unavailable::corrupt("count", count))
    }

    /// A count of rows.
    pub(crate) fn total(&self, column: usize) -> Result<u64, Unavailable> {
        let total = self.int(column)?;
        u64::try_from(total).map_err(|_| Unavailable::corrupt("count", total))
    }

    /// An HTTP status that may be missing.
    pub(crate) fn http_status_or_null(&self, column: usize) -> Result<Option<u16>, Unavailable> {
        let status = self.int_or_null(column)?;
        status
            .map(|status| u16::try_from(status).map_err(|_| Unavailable::corrupt("HTTP status", status)))
            .transpose()
    }
}

fn identifier<T: FromStr<Err = InvalidId>>(text: &str) -> Result<T, Unavailable> {
    text.parse().map_err(|_| Unavailable::corrupt("identifier", text))
}
