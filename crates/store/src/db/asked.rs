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

/// A read by a number that another statement looks up. Where rows lie on several machines it is made in two, each of
/// which knows where to look; anywhere else it is one.
#[derive(Clone, Copy)]
pub(crate) struct Through {
    /// Both in one.
    pub(crate) whole: &'static str,
    /// Gives the number, or none.
    pub(crate) number: &'static str,
    /// Takes the number and where it lies.
    pub(crate) read: &'static str,
}

/// What looks the number up, and how what reads by it begins.
macro_rules! through {
    ($number:literal, $read:literal $(, $piece:expr)* $(,)?) => {
        $crate::db::Through {
            whole: $crate::table::sql!(concat!($read, "(", $number, ")") $(, $piece)*),
            number: $number,
            read: $crate::table::sql!(concat!($read, "$1 and bucket = $2") $(, $piece)*),
        }
    };
}
pub(crate) use through;

/// All values of a column, each found by one look into an index, however many rows have it. Where rows lie on several
/// machines there is a statement for each; anywhere else one makes them all.
#[derive(Clone, Copy)]
pub(crate) struct Walk {
    /// All in one.
    pub(crate) whole: &'static str,
    /// Gives the value behind a value, or none.
    pub(crate) next: &'static str,
}

/// What gives the value behind another one, in front of that one's place and after it. The first one is behind the empty text.
macro_rules! walk {
    ($before:literal, $after:literal) => {
        $crate::db::Walk {
            whole: concat!(
                "with recursive found (id) as (select (",
                $before,
                "''",
                $after,
                ") union all select (",
                $before,
                "found.id",
                $after,
                ") from found where found.id is not null) select id from found where id is not null"
            ),
            next: concat!($before, "$1", $after),
        }
    };
}
pub(crate) use walk;

/// One look at whether the database can take commits, by its name.
pub(crate) type Check = (&'static str, Result<(), Unavailable>);
