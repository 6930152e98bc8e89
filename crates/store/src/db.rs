//! Everything that differs between engines: how rows are read and how changes are made durable.
//!
//! The rest of the crate sees a [`Database`], a [`Look`] and a [`Row`], and writes its SQL once.

mod sqlite;

use std::str::FromStr;

use lunas_vocab::{InvalidId, Money, Timestamp};

use crate::Unavailable;
use crate::value::Owned;

pub(crate) use sqlite::{Database, Row};

/// One of several reads of the same state.
pub(crate) struct Look<T> {
    /// The statement.
    pub(crate) sql: &'static str,
    /// Its parameters.
    pub(crate) values: Vec<Owned>,
    /// How one of its rows is read.
    pub(crate) read: fn(&Row<'_>) -> Result<T, Unavailable>,
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
