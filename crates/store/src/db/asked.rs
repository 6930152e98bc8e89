//! What engines are asked for besides single reads.

use crate::Unavailable;
use crate::row::Row;
use crate::value::Owned;

/// One of several reads of the same state.
pub(crate) struct Query<T> {
    /// The statement.
    pub(crate) sql: &'static str,
    /// Its parameters.
    pub(crate) values: Vec<Owned>,
    /// How one of its rows is read.
    pub(crate) read: fn(&Row<'_>) -> Result<T, Unavailable>,
}

/// One look at whether the database can take commits, by its name.
pub(crate) type Check = (&'static str, Result<(), Unavailable>);
