//! The statements that a batch makes for many rows at once, each derived from the one that makes a single row.
//!
//! `$n` of a single row's statement becomes `b.vn`, a column of the rows `b` that arrays are taken apart into, and what
//! changed is told by `b.ord` or by the key. So a statement is written once, and the two forms cannot differ.

use std::fmt::Write;

use super::parameter::Kind;
use crate::render::{archive, ledger, link, notice, party, payment, refund, virtual_account};
use crate::table::{self, Table};

/// Where a stage's single form comes from.
pub(super) enum Source {
    /// A plain insert.
    Row(&'static Table),
    /// A statement with this text.
    Statement(&'static str),
}

/// What a batch does once for all of its members.
pub(super) struct Stage {
    pub(super) source: Source,
    /// How many leading values name the row. Two members of one batch never touch a row of the same name.
    pub(super) key: usize,
    /// Whether a row that does not change refuses its change.
    pub(super) is_guarded: bool,
    /// Whether the second value is added to the row, so that rows of one name are one row of their sum.
    pub(super) adds_up: bool,
}

const fn row(table: &'static Table, key: usize) -> Stage {
    Stage { source: Source::Row(table), key, is_guarded: false, adds_up: false }
}

const fn guarded(sql: &'static str, key: usize) -> Stage {
    Stage { source: Source::Statement(sql), key, is_guarded: true, adds_up: false }
}

const fn run(sql: &'static str, key: usize) -> Stage {
    Stage { source: Source::Statement(sql), key, is_guarded: false, adds_up: false }
}

/// Every stage, in the order in which a batch makes them. A change whose own order differs between two steps on the
/// same table is made step by step behind them.
pub(super) static STAGES: [Stage; 40] = [
    guarded(payment::REPLAY_CLAIM, 3),
    guarded(payment::QR_REFERENCE_CLAIM, 2),
    guarded(virtual_account::TRX_CLAIM, 2),
    row(&table::PAYMENT, 1),
    guarded(payment::PAYMENT_MOVE, 1),
    row(&table::TRANSITION, 2),
    row(&table::REFUND, 2),
    guarded(refund::TALLY_PUT, 1),
    row(&table::CANCELLATION, 1),
    row(&table::RESOLUTION, 1),
    row(&table::ACCOUNT, 1),
    guarded(virtual_account::ACCOUNT_MOVE, 1),
    row(&table::ACCOUNT_TRANSITION, 2),
    // Claimed first: a number that its account's end leaves resting is not given in the same breath.
    guarded(virtual_account::NUMBER_CLAIM, 2),
    run(virtual_account::NUMBER_REST_BEGIN, 2),
    row(&table::TRANSFER, 2),
    row(&table::LINK, 2),
    guarded(link::LINK_MOVE, 1),
    row(&table::LINK_TRANSITION, 2),
    row(&table::JOURNAL, 1),
    Stage { source: Source::Statement(ledger::BALANCE_MOVE), key: 1, is_guarded: true, adds_up: true },
    row(&table::POSTING, 4),
    guarded(notice::NOTICE_LEASE, 2),
    row(&table::ATTEMPT, 2),
    guarded(notice::NOTICE_JUDGE, 2),
    run(notice::NOTICE_SUPERSEDE, 2),
    run(notice::NOTICE_RELEASE, 1),
    run(notice::NOTICE_FIRST, 2),
    run(notice::NOTICE_ADD, 2),
    run(party::GUESS_CLEAR, 1),
    row(&table::ARCHIVE, 2),
    guarded(archive::PAYMENT_TAKE, 1),
    run(archive::TRANSITIONS_TAKE, 1),
    run(archive::REFUNDS_TAKE, 1),
    run(archive::CANCELLATION_TAKE, 1),
    run(archive::RESOLUTION_TAKE, 1),
    guarded(archive::ACCOUNT_TAKE, 1),
    run(archive::ACCOUNT_TRANSITIONS_TAKE, 1),
    run(archive::TRANSFERS_TAKE, 1),
    guarded(archive::NOTICE_TAKE, 2),
];

impl Stage {
    /// The table that it writes to.
    pub(super) fn table(&self) -> &'static str {
        match self.source {
            Source::Row(table) => table.name,
            Source::Statement(sql) => table_of(sql),
        }
    }

    /// The statement for one row.
    pub(super) fn single(&self) -> String {
        match self.source {
            Source::Row(table) => insert(table),
            Source::Statement(sql) => sql.to_owned(),
        }
    }

    /// The statement for many rows. Its parameters are one array for each of the single one's.
    pub(super) fn many(&self, kinds: &[Kind]) -> String {
        match self.source {
            Source::Row(_) => self.many_added(kinds, 1),
            Source::Statement(sql) if sql.starts_with("insert ") => self.many_inserted(sql, kinds),
            Source::Statement(sql) => {
                let (sql, rows) = (renamed(sql), unnested(kinds, 1));
                let (before, condition) = sql.split_once(" where ").unwrap_or((&sql, "true"));
                // A deletion names its other table with another word.
                let word = if sql.starts_with("delete ") { "using" } else { "from" };
                format!("{before} {word} {rows} where {condition} returning b.ord")
            }
        }
    }

    fn many_inserted(&self, sql: &str, kinds: &[Kind]) -> String {
        let sql = renamed(sql);
        let columns = between(&sql, "(", ")");
        let key: Vec<&str> = columns.split(',').take(self.key).map(str::trim).collect();
        let mut many = self.many_added(kinds, 1);
        let (_, conflict) = inserted(&sql);
        if !conflict.is_empty() {
            // Without a condition, `on` would be taken for a join's.
            many.push_str(" where true ");
            many.push_str(conflict);
        }
        if self.is_guarded {
            many.push_str(" returning ");
            many.push_str(&key.join(", "));
        }
        many
    }

    /// Whether it adds rows and looks at nothing else.
    pub(super) fn only_adds(&self) -> bool {
        match self.source {
            Source::Row(_) => true,
            Source::Statement(sql) => sql.starts_with("insert ") && !sql.contains("select "),
        }
    }

    /// The insert of many rows without a way out of a conflict. Its parameters begin with `$first`.
    pub(super) fn many_added(&self, kinds: &[Kind], first: usize) -> String {
        let rows = unnested(kinds, first);
        match self.source {
            Source::Row(table) => {
                let columns = table.names().join(", ");
                format!("insert into {} ({columns}) select {} from {rows}", table.name, named(kinds.len()))
            }
            Source::Statement(sql) => {
                let sql = renamed(sql);
                let head = sql.split_once("values (").map_or("", |(head, _)| head);
                format!("{head}select {} from {rows}", inserted(&sql).0)
            }
        }
    }
}

/// The table that a writing statement names first.
pub(super) fn table_of(sql: &str) -> &str {
    let mut words = sql.split_whitespace();
    match words.next() {
        Some("update") => words.next(),
        _ => words.nth(1),
    }
    .unwrap_or_default()
}

/// A plain insert of one row.
pub(super) fn insert(into: &Table) -> String {
    let places: Vec<String> = (1..=into.columns.len()).map(|n| format!("${n}")).collect();
    format!("insert into {} ({}) values ({})", into.name, into.names().join(", "), places.join(", "))
}

/// The rows as a table: `b`, its columns `v1`, `v2` …, and `ord`, which counts from one. The arrays are taken apart by
/// the row and not by `from unnest(…)`, which would keep all of each before the first row is made.
fn unnested(kinds: &[Kind], first: usize) -> String {
    let column =
        |(n, kind): (usize, &Kind)| format!("unnest(${}::{}) as v{}", first + n, kind.array(), n + 1);
    let columns: Vec<String> = (0..).zip(kinds).map(column).collect();
    format!("(select {}, cast(generate_subscripts(${first}, 1) as bigint) as ord) as b", columns.join(", "))
}

fn named(columns: usize) -> String {
    (1..=columns).map(|n| format!("b.v{n}")).collect::<Vec<_>>().join(", ")
}

/// `$n` becomes `b.vn`; blanks become single ones.
fn renamed(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    for word in sql.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        let mut parts = word.split('$');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // Writing to a string does not fail.
            let _ = write!(text, "b.v{part}");
        }
    }
    text
}

/// The values of an insert for one row, and what it does about a conflict.
fn inserted(sql: &str) -> (&str, &str) {
    let rest = sql.split_once("values (").map_or(")", |(_, rest)| rest);
    let end = closing(rest);
    (&rest[..end], rest[end + 1..].trim())
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> &'t str {
    let (_, rest) = text.split_once(open).unwrap_or_default();
    rest.split_once(close).unwrap_or_default().0
}

/// Where the bracket that is open at the beginning is closed.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_derived_from_one() {
        let kinds = [Kind::Text, Kind::Int];
        let rows = "(select unnest($1::text[]) as v1, unnest($2::bigint[]) as v2, cast(generate_subscripts($1, 1) as bigint) as ord) as b";
        let check = |sql: &'static str, expected: &str| {
            assert_eq!(guarded(sql, 1).many(&kinds), expected.replace("ROWS", rows));
        };
        check(
            "update t set a = $2 + 1,\n    b = coalesce($2, b) where id = $1 and a = $2",
            "update t set a = b.v2 + 1, b = coalesce(b.v2, b) from ROWS where id = b.v1 and a = b.v2 returning b.ord",
        );
        check(
            "insert into t (id, a) values ($1, case when exists (select 1 from t) then $2 end)",
            "insert into t (id, a) select b.v1, case when exists (select 1 from t) then b.v2 end from ROWS returning id",
        );
        check(
            "insert into t (id, a) values ($1, $2) on conflict (id) do update set a = excluded.a where t.a < 1",
            "insert into t (id, a) select b.v1, b.v2 from ROWS where true on conflict (id) do update set a = excluded.a where t.a < 1 returning id",
        );
        check("delete from t where id = $1", "delete from t using ROWS where id = b.v1 returning b.ord");
        let claim =
            guarded("insert into t (id, a) values ($1, $2) on conflict (id) do update set a = excluded.a", 1);
        assert!(claim.only_adds());
        assert_eq!(
            claim.many_added(&kinds, 3),
            "insert into t (id, a) select b.v1, b.v2 from (select unnest($3::text[]) as v1, unnest($4::bigint[]) as v2, \
                cast(generate_subscripts($3, 1) as bigint) as ord) as b"
        );
        assert!(!run("insert into t (id) select a from u where id = $1", 1).only_adds());
        assert!(!guarded("update t set a = $2 where id = $1", 1).only_adds());
    }

    #[test]
    fn a_conflict_is_decided_by_the_row_alone() {
        for stage in &STAGES {
            let single = stage.single();
            let conflict = single.split_once(" on conflict").map_or("", |(_, conflict)| conflict);
            assert!(!conflict.contains('$'), "{single}");
        }
    }
}
