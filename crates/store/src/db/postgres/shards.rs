//! Which parts of a store lie together where several machines keep it.

use std::collections::HashMap;

use lunas_vocab::Bucket;

use super::failure::unavailable;
use super::session::Session;
use super::version_vector::WHOLE;
use crate::Unavailable;
use crate::step::Step;

/// The shard that each bucket lies in. All tables that have buckets lie as this one does.
const SHARDS: &str = "select b.bucket, get_shard_id_for_distribution_column('payment', b.bucket)
    from (select unnest(cast($1 as text[])) as bucket) as b
    where exists (select 1 from pg_dist_partition where logicalrelid = cast('payment' as regclass))";

/// The shards of a cluster. What it says may be out of date once shards were split: batches then lie apart and cost more.
#[derive(Default)]
pub(super) struct Shards {
    /// The first bucket of the shard that each bucket lies in. Empty where there are no shards.
    of: HashMap<String, &'static str>,
    /// Those buckets, in order.
    shards: Vec<&'static str>,
}

/// Where changes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// The first bucket of the shard, or of one of several; that of the whole store where it has no shards.
    pub(super) bucket: &'static str,
    /// Whether all that is known lies there.
    pub(super) is_whole: bool,
}

impl Shards {
    /// Those of the cluster that a connection leads to.
    pub(super) async fn of(session: &Session) -> Result<Self, Unavailable> {
        if !session.is_citus() {
            return Ok(Self::default());
        }
        let buckets: Vec<&'static str> = Bucket::all().map(Bucket::as_str).collect();
        let statement = session.prepared(SHARDS).await.map_err(unavailable)?;
        let rows = session.query(&statement, &[&buckets]).await.map_err(unavailable)?;
        let mut shards: HashMap<&str, i64> = HashMap::with_capacity(rows.len());
        for row in &rows {
            shards.insert(row.try_get(0).map_err(unavailable)?, row.try_get(1).map_err(unavailable)?);
        }
        Ok(Self::read(buckets.into_iter().filter_map(|bucket| Some((bucket, *shards.get(bucket)?)))))
    }

    fn read(buckets: impl Iterator<Item = (&'static str, i64)>) -> Self {
        let mut first: HashMap<i64, &'static str> = HashMap::new();
        let of = buckets.map(|(bucket, shard)| (bucket.to_owned(), *first.entry(shard).or_insert(bucket)));
        let of = of.collect();
        let mut shards: Vec<&'static str> = first.into_values().collect();
        shards.sort_unstable();
        Self { of, shards }
    }

    /// Whether the store has none.
    pub(super) fn are_none(&self) -> bool {
        self.of.is_empty()
    }

    /// A number that parts of one shard have in common.
    pub(super) fn number(&self, part: Part) -> usize {
        self.shards.iter().position(|bucket| *bucket == part.bucket).unwrap_or_default()
    }

    /// Where steps are made.
    pub(super) fn part(&self, steps: &[Step]) -> Part {
        if self.of.is_empty() {
            return Part { bucket: WHOLE, is_whole: true };
        }
        let mut parts = steps.iter().map(|step| self.of.get(step.bucket?).copied());
        let first = steps.iter().find_map(|step| self.of.get(step.bucket?).copied());
        let is_whole = first.is_some() && parts.all(|part| part == first);
        Part { bucket: first.unwrap_or(WHOLE), is_whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::payment::REPLAY_CLAIM;
    use crate::statement::Statement;
    use crate::table::{CANCELLATION, SETTING};

    #[test]
    fn what_lies_in_one_shard_is_told_from_the_rest() {
        let step = |statement: Statement, first: &str| {
            let mut values = vec![crate::value::Owned::from(first.to_owned()); statement.given().len()];
            values.truncate(statement.given().iter().filter(|name| **name != crate::table::BUCKET).count());
            Step::new(statement, values)
        };
        let payment =
            |bucket: &str| step(Statement::row(&CANCELLATION), &format!("A12026110309000042{bucket}aBcDeID"));
        let setting = || step(Statement::row(&SETTING), "x");
        let claim = || step(REPLAY_CLAIM, "x");
        let shards = Shards::read(Bucket::all().map(|bucket| {
            let number: i64 = bucket.as_str().parse().unwrap();
            (bucket.as_str(), 102_000 + number % 8)
        }));
        let check = |steps: &[Step], bucket: &'static str, is_whole: bool| {
            assert_eq!(shards.part(steps), Part { bucket, is_whole });
            assert_eq!(Shards::default().part(steps), Part { bucket: WHOLE, is_whole: true });
        };
        check(&[payment("017")], "001", true);
        check(&[payment("017"), payment("009"), payment("001")], "001", true);
        check(&[payment("017"), payment("018")], "001", false);
        check(&[setting(), payment("018")], "002", false);
        check(&[setting()], WHOLE, false);
        check(&[], WHOLE, false);
        assert!(shards.part(&[claim()]).is_whole);
    }
}
