//! The table `committer`: how far each connection that writes has come. Its rows are a version vector of the whole
//! store, exact on every server that has them: a standby that has replayed them, and a primary that was one before.
//!
//! Each transaction leaves its number in its connection's row. A row that has a number and goes away takes knowledge
//! with it, and so do migrations, which leave no number; both change the *epoch*, the number of a row of its own, to one
//! that was never there before.

use std::collections::HashMap;

use tokio_postgres::Row;

use super::failure::{Error, unavailable};
use super::session::Session;
use crate::Unavailable;

/// What the engine keeps for itself: one row per connection that writes, which says the number of its last batch that
/// is durable, and one that says the epoch. Where rows lie on several machines a connection has a row for each part of the
/// store in which it makes batches, so that the number of a batch is written where the batch is.
pub(super) const TABLE: &str = "create table if not exists committer (
        session text not null, batch bigint not null, seen_at bigint not null, bucket text collate \"C\" not null,
        constraint committer_key primary key (session, bucket))";

pub(super) const EPOCH_BEGIN: &str =
    "insert into committer (session, batch, seen_at, bucket) values ('epoch', 0, 0, '')
    on conflict (session, bucket) do nothing";

/// The bucket of a row that stands for all of the store.
pub(super) const WHOLE: &str = "";

/// Nobody has to guess it: it only must not be one that was there before.
pub(super) const EPOCH_END: &str =
    "update committer set batch = cast(random() * 9007199254740992 as bigint) where session = 'epoch'";

/// The server names each connection that writes, so that nothing here needs chance.
pub(super) const ADD: &str = "insert into committer (session, batch, seen_at, bucket) \
    values (cast(gen_random_uuid() as text), 0, cast(extract(epoch from now()) * 1000 as bigint), '') returning session";

/// A name for a connection that has no row yet: on Citus none is added before there is something to write to its part,
/// so that a part that is away keeps nobody from the others.
pub(super) const NAME_ON_CITUS: &str = "select cast(gen_random_uuid() as text)";

/// A row for a part of the store.
pub(super) const ADD_PART: &str = "insert into committer (session, batch, seen_at, bucket) \
    values ($1, 0, cast(extract(epoch from now()) * 1000 as bigint), $2)";

pub(super) const ADVANCE: &str = "update committer set batch = $2, \
    seen_at = cast(extract(epoch from now()) * 1000 as bigint) where session = $1 and bucket = $3";

/// Waits for the transaction that holds the row, if there is one. Without its row, that transaction's own advance fails
/// to find it and it is never committed.
pub(super) const SETTLE: &str = "with gone as (delete from committer where session = $1 returning batch), \
    epoch as (update committer set batch = cast(random() * 9007199254740992 as bigint) \
        where session = 'epoch' and exists (select 1 from gone where batch > 0)) \
    select batch from gone";

/// Forgets connections that ended long ago without having been asked after.
pub(super) const FORGET: &str = "with gone as (delete from committer where session <> 'epoch' \
        and seen_at < cast(extract(epoch from now()) * 1000 as bigint) - 604800000 returning batch) \
    update committer set batch = cast(random() * 9007199254740992 as bigint) \
        where session = 'epoch' and exists (select 1 from gone where batch > 0)";

/// The same on Citus, which changes no row of several machines by chance. No standby is read there, so that nobody asks
/// for the epoch.
pub(super) const SETTLE_ON_CITUS: &str =
    "delete from committer where session = $1 and bucket = $2 returning batch";

pub(super) const FORGET_ON_CITUS: &str = "delete from committer where session <> 'epoch' \
    and seen_at < cast(extract(epoch from now()) * 1000 as bigint) - 604800000";

pub(super) const LIST: &str = "select session, batch from committer";

#[cfg(test)]
pub(super) const STATEMENTS: [&str; 7] =
    [ADD, NAME_ON_CITUS, ADD_PART, ADVANCE, SETTLE_ON_CITUS, FORGET_ON_CITUS, LIST];

/// Which changes a state of the store has in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VersionVector {
    /// None is that of a store that was never opened.
    epoch: Option<i64>,
    /// The last number of each connection.
    batches: HashMap<String, i64>,
}

impl VersionVector {
    /// That which a connection sees, within its transaction if it is in one.
    pub(super) async fn seen_by(session: &Session) -> Result<Self, Error> {
        let statement = session.prepared(LIST).await?;
        Ok(Self::of(&session.query(&statement, &[]).await?)?)
    }

    fn of(rows: &[Row]) -> Result<Self, tokio_postgres::Error> {
        let mut vector = Self::default();
        for row in rows {
            let (session, batch): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            if session == "epoch" {
                vector.epoch = Some(batch);
            } else if batch > 0 {
                vector.batches.insert(session, batch);
            }
        }
        Ok(vector)
    }

    /// That of rows that [`LIST`] gave.
    pub(super) fn read(rows: &[Row]) -> Result<Self, Unavailable> {
        Self::of(rows).map_err(unavailable)
    }

    /// Whether every change that the other state has in it is in this one too. No may be wrong, yes is not.
    pub(super) fn includes(&self, other: &Self) -> bool {
        let has = |(session, batch): (&String, &i64)| {
            self.batches.get(session).is_some_and(|reached| reached >= batch)
        };
        self.epoch.is_some() && self.epoch == other.epoch && other.batches.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(epoch: i64, batches: &[(&str, i64)]) -> VersionVector {
        let batches = batches.iter().map(|(session, batch)| ((*session).to_owned(), *batch)).collect();
        VersionVector { epoch: Some(epoch), batches }
    }

    #[test]
    fn a_state_includes_another_when_no_connection_is_behind_in_the_same_epoch() {
        let check = |of: &VersionVector, other: &VersionVector, expected: bool| {
            assert_eq!(of.includes(other), expected, "{of:?} {other:?}");
        };
        let both = vector(1, &[("a", 5), ("b", 7)]);
        check(&both, &both, true);
        check(&both, &vector(1, &[("a", 5)]), true);
        check(&both, &vector(1, &[("a", 4), ("b", 7)]), true);
        check(&both, &vector(1, &[("a", 6), ("b", 7)]), false);
        check(&both, &vector(1, &[("a", 5), ("c", 1)]), false);
        check(&both, &vector(2, &[("a", 5), ("b", 7)]), false);
        check(&VersionVector::default(), &VersionVector::default(), false);
    }
}
