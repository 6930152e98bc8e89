//! What one write does, in an engine's hands: a row, or a statement with its guard. The statements' text is the same for
//! every engine, and parameters are `$1`, `$2` … in the order of their values.

use crate::Refused;
use crate::table::Table;
use crate::value::Owned;

/// What one write does, in an engine's hands: a row, or a statement with its guard.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A new row. Its guards are the table's constraints.
    Insert {
        /// Where it goes.
        into: &'static Table,
        /// One value for each of the columns.
        values: Vec<Owned>,
    },
    /// A statement.
    Run {
        /// Its text.
        sql: &'static str,
        /// Its parameters.
        values: Vec<Owned>,
        /// The refusal when it changes no row, if that is its guard.
        otherwise: Option<Refused>,
    },
}

impl Step {
    pub(crate) fn insert(into: &'static Table, values: Vec<Owned>) -> Self {
        debug_assert_eq!(into.columns.len(), values.len(), "a row of {} has other columns", into.name);
        Self::Insert { into, values }
    }

    pub(crate) fn run(sql: &'static str, values: Vec<Owned>) -> Self {
        Self::Run { sql, values, otherwise: None }
    }

    /// A statement whose guard is that it changes a row.
    pub(crate) fn guarded(sql: &'static str, values: Vec<Owned>, otherwise: Refused) -> Self {
        Self::Run { sql, values, otherwise: Some(otherwise) }
    }
}

/// The values of a step, each of any type that can be stored.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Owned::from($value)),*] };
}
pub(crate) use values;
