//! What one write does, in an engine's hands: a statement, and what it is given.

use crate::statement::Statement;
use crate::table::Table;
use crate::value::Owned;

/// A statement that writes, and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// The statement.
    pub(crate) statement: Statement,
    /// One value for each of what it is given, in their order.
    pub(crate) values: Vec<Owned>,
    /// Where the rows that it is about lie, if that follows from the values. It is the last of them.
    pub(crate) bucket: Option<&'static str>,
}

impl Step {
    pub(crate) fn new(statement: Statement, mut values: Vec<Owned>) -> Self {
        let bucket = statement.follows().and_then(|follows| {
            follows.bucket(|column| match values.get(statement.place(column)?)? {
                Owned::Text(text) => Some(text.as_ref()),
                Owned::Int(_) | Owned::Blob(_) | Owned::Null => None,
            })
        });
        values.extend(bucket.map(Owned::from));
        debug_assert_eq!(statement.given().len(), values.len(), "{} is given something else", statement.name);
        Self { statement, values, bucket }
    }

    /// Adds a row of all columns. Its guards are the table's constraints.
    pub(crate) fn insert(into: &'static Table, values: Vec<Owned>) -> Self {
        Self::new(Statement::row(into), values)
    }
}

/// The values of a step, each of any type that can be stored.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Owned::from($value)),*] };
}
pub(crate) use values;
