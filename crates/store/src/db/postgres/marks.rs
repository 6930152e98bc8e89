//! The table `committer`: how far each connection that writes has come. What it says is a clock of the whole store,
//! exact on every server that has the rows: a standby that has replayed them, and a primary that was one before.
//!
//! Each transaction leaves its number in its connection's row. A row that has a number and goes away takes knowledge
//! with it, and so do migrations, which leave no number; both change the *era*, the number of a row of its own, to one
//! that was never there before.

use std::collections::HashMap;

use tokio_postgres::Row;

use super::failure::{Error, unavailable};
use super::session::Session;
use crate::Unavailable;

/// What the engine keeps for itself: one row per connection that writes, which says the number of its last batch that
/// is durable, and one that says the era.
pub(super) const TABLE: &str = "create table if not exists committer (
        session text not null primary key, batch bigint not null, seen_at bigint not null)";

pub(super) const ERA_BEGIN: &str =
    "insert into committer (session, batch, seen_at) values ('era', 0, 0) on conflict (session) do nothing";

/// Nobody has to guess it: it only must not be one that was there before.
pub(super) const ERA_END: &str =
    "update committer set batch = cast(random() * 9007199254740992 as bigint) where session = 'era'";

/// The server names each connection that writes, so that nothing here needs chance.
pub(super) const ADD: &str = "insert into committer (session, batch, seen_at) \
    values (cast(gen_random_uuid() as text), 0, cast(extract(epoch from now()) * 1000 as bigint)) returning session";

pub(super) const MARK: &str = "update committer set batch = $2, \
    seen_at = cast(extract(epoch from now()) * 1000 as bigint) where session = $1";

/// Waits for the transaction that holds the row, if there is one. Without its row, that transaction's own mark fails
/// to find it and it is never committed.
pub(super) const SETTLE: &str = "with gone as (delete from committer where session = $1 returning batch), \
    era as (update committer set batch = cast(random() * 9007199254740992 as bigint) \
        where session = 'era' and exists (select 1 from gone where batch > 0)) \
    select batch from gone";

/// Forgets connections that ended long ago without having been asked after.
pub(super) const FORGET: &str = "with gone as (delete from committer where session <> 'era' \
        and seen_at < cast(extract(epoch from now()) * 1000 as bigint) - 604800000 returning batch) \
    update committer set batch = cast(random() * 9007199254740992 as bigint) \
        where session = 'era' and exists (select 1 from gone where batch > 0)";

pub(super) const LIST: &str = "select session, batch from committer";

/// Which changes a state of the store has in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// None is that of a store that was never opened.
    era: Option<i64>,
    /// The last number of each connection.
    batches: HashMap<String, i64>,
}

impl Marks {
    /// Those that a connection sees, within its transaction if it is in one.
    pub(super) async fn seen_by(session: &Session) -> Result<Self, Error> {
        let statement = session.prepared(LIST).await?;
        Ok(Self::of(&session.query(&statement, &[]).await?)?)
    }

    fn of(rows: &[Row]) -> Result<Self, tokio_postgres::Error> {
        let mut marks = Self::default();
        for row in rows {
            let (session, batch): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            if session == "era" {
                marks.era = Some(batch);
            } else if batch > 0 {
                marks.batches.insert(session, batch);
            }
        }
        Ok(marks)
    }

    /// Those of rows that [`LIST`] gave.
    pub(super) fn read(rows: &[Row]) -> Result<Self, Unavailable> {
        Self::of(rows).map_err(unavailable)
    }

    /// Whether every change that the other state has in it is in this one too. No may be wrong, yes is not.
    pub(super) fn include(&self, other: &Self) -> bool {
        let includes = |(session, batch): (&String, &i64)| {
            self.batches.get(session).is_some_and(|reached| reached >= batch)
        };
        self.era.is_some() && self.era == other.era && other.batches.iter().all(includes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(era: i64, batches: &[(&str, i64)]) -> Marks {
        let batches = batches.iter().map(|(session, batch)| ((*session).to_owned(), *batch)).collect();
        Marks { era: Some(era), batches }
    }

    #[test]
    fn a_state_includes_another_when_no_connection_is_behind_in_the_same_era() {
        let check = |of: &Marks, other: &Marks, expected: bool| {
            assert_eq!(of.include(other), expected, "{of:?} {other:?}");
        };
        let both = marks(1, &[("a", 5), ("b", 7)]);
        check(&both, &both, true);
        check(&both, &marks(1, &[("a", 5)]), true);
        check(&both, &marks(1, &[("a", 4), ("b", 7)]), true);
        check(&both, &marks(1, &[("a", 6), ("b", 7)]), false);
        check(&both, &marks(1, &[("a", 5), ("c", 1)]), false);
        check(&both, &marks(2, &[("a", 5), ("b", 7)]), false);
        check(&Marks::default(), &Marks::default(), false);
    }
}
