//! A row of an answer, whichever engine gave it, and how the types of the vocabulary are read out of it.

use std::str::FromStr;

use lunas_vocab::{InvalidId, Money, Timestamp};
use rusqlite::types::ValueRef;

use crate::Unavailable;
use crate::table::{Kind, Table};
use crate::value::Owned;

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

/// Reads what a table's description says.
impl Row<'_> {
    /// All columns of a table, in their order.
    pub(crate) fn all(&self, table: &Table) -> Result<Vec<Owned>, Unavailable> {
        self.first(table, table.columns.len())
    }

    /// Its first columns, so many of them.
    pub(crate) fn first(&self, table: &Table, columns: usize) -> Result<Vec<Owned>, Unavailable> {
        let value = |(at, kind)| {
            Ok(match kind {
                Kind::Text => self.text_or_null(at)?.into(),
                Kind::Int => self.int_or_null(at)?.into(),
                Kind::Blob => self.get::<Option<Vec<u8>>>(at)?.into(),
            })
        };
        table.columns.iter().take(columns).map(|column| column.kind).enumerate().map(value).collect()
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

/// An identifier that was stored as text.
pub(crate) fn identifier<T: FromStr<Err = InvalidId>>(text: &str) -> Result<T, Unavailable> {
    text.parse().map_err(|_| Unavailable::corrupt("identifier", text))
}
