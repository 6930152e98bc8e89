//! How a table is walked over: slice by slice, in the order of its key, by statements that its description yields.

use std::sync::LazyLock;

use crate::Unavailable;
use crate::row::Row;
use crate::table::{self, Table, statement};
use crate::value::Owned;

/// A table and the statements that read it in slices. Rows without a key are in the order of their first column.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(super) table: &'static Table,
    /// How many rows there are.
    pub(super) count: &'static str,
    /// Reads from the beginning on.
    pub(super) first: Reads,
    /// Reads from behind a key on, whose values are the first parameters.
    pub(super) next: Reads,
}

/// How a slice is read.
#[derive(Debug)]
pub(super) struct Reads {
    /// The key of the row that is so many behind the beginning of the slice.
    pub(super) end: &'static str,
    /// The last key of all.
    pub(super) last: &'static str,
    /// The rows up to a key.
    pub(super) rows: &'static str,
}

impl Walk {
    /// Those of every table.
    pub(super) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Walk>> = LazyLock::new(|| table::ALL.into_iter().map(Walk::of).collect());
        &ALL
    }

    /// Made once for each table: the statements stay.
    pub(crate) fn of(table: &'static Table) -> Self {
        let names = table.names();
        let key = &names[..table.walked_by()];
        // Rows of one time are told apart by all they hold.
        let order = if table.key == 0 { names.join(", ") } else { key.join(", ") };
        let after = format!("where ({}) > ({})", key.join(", "), places(1, key.len()));
        let kept = |text: String| -> &'static str { text.leak() };
        Self {
            table,
            count: kept(format!("select count(*) from {}", table.name)),
            first: Reads::of(table, key, &order, "", 0),
            next: Reads::of(table, key, &order, &after, key.len()),
        }
    }

    /// The columns of the key alone.
    pub(super) fn key(&self, row: &Row<'_>) -> Result<Vec<Owned>, Unavailable> {
        row.first(self.table, self.table.walked_by())
    }
}

impl Reads {
    /// Behind a condition with so many parameters.
    fn of(table: &Table, key: &[&str], order: &str, condition: &str, parameters: usize) -> Self {
        let (name, keys, next) = (table.name, key.join(", "), parameters + 1);
        let backwards = format!("{} desc", key.join(" desc, "));
        let word = if condition.is_empty() { "where" } else { "and" };
        let up_to = format!("{word} ({keys}) <= ({})", places(next, key.len()));
        let kept = |text: String| -> &'static str { text.leak() };
        let rows = format!("select {{}} from {name} {condition} {up_to} order by {order}");
        Self {
            end: kept(format!(
                "select {keys} from {name} {condition} order by {keys} limit 1 offset ${next}"
            )),
            last: kept(format!("select {keys} from {name} {condition} order by {backwards} limit 1")),
            rows: statement(&rows, &[table.columns()]),
        }
    }
}

/// So many parameters from one on.
fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|n| format!("${n}")).collect();
    places.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{AUDIT, REPLAY};

    #[test]
    fn a_table_is_walked_over_in_the_order_of_its_key() {
        let replay = Walk::of(&REPLAY);
        assert_eq!(
            replay.next.end,
            "select owner, service, external_id from replay where (owner, service, external_id) \
             > ($1, $2, $3) order by owner, service, external_id limit 1 offset $4"
        );
        assert_eq!(
            replay.first.last,
            "select owner, service, external_id from replay  order by owner desc, service desc, \
             external_id desc limit 1"
        );
        // Rows of one time stay together.
        assert_eq!(
            Walk::of(&AUDIT).next.rows,
            "select at, actor, action, subject, detail from audit where (at) > ($1) and (at) <= ($2) \
             order by at, actor, action, subject, detail"
        );
    }
}
