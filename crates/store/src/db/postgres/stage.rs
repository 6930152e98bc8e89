//! The statements that a batch makes for many rows at once, each derived from the one that makes a single row.
//!
//! `$n` of a single row's statement becomes `b.vn`, a column of `unnest($1::text[], …) with ordinality as b`, and what
//! changed is told by `b.ord` or by the key. So a statement is written once, and the two forms cannot differ.

use std::fmt::Write;

use super::parameter::Kind;
use crate::render::{Table, archive, closing, ledger, link, notice, party, payment, refund, virtual_account};

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
pub(super) static STAGES: [Stage; 38] = [
    guarded(payment::REPLAY_CLAIM, 3),
    guarded(payment::QR_REFERENCE_CLAIM, 2),
    guarded(virtual_account::TRX_CLAIM, 2),
    row(&payment::PAYMENT, 1),
    guarded(payment::PAYMENT_MOVE, 1),
    row(&payment::TRANSITION, 2),
    row(&refund::REFUND, 1),
    guarded(refund::TALLY_PUT, 1),
    row(&refund::CANCELLATION, 1),
    row(&closing::CLOSING, 1),
    row(&virtual_account::ACCOUNT, 1),
    guarded(virtual_account::ACCOUNT_MOVE, 1),
    row(&virtual_account::ACCOUNT_TRANSITION, 2),
    row(&virtual_account::TRANSFER, 1),
    row(&link::LINK, 1),
    guarded(link::LINK_MOVE, 1),
    row(&link::LINK_TRANSITION, 2),
    row(&ledger::JOURNAL, 1),
    Stage { source: Source::Statement(ledger::BALANCE_MOVE), key: 1, is_guarded: true, adds_up: true },
    row(&ledger::POSTING, 4),
    guarded(notice::NOTICE_LEASE, 1),
    row(&notice::ATTEMPT, 2),
    guarded(notice::NOTICE_JUDGE, 1),
    run(notice::NOTICE_SUPERSEDE, 1),
    run(notice::NOTICE_RELEASE, 1),
    run(notice::NOTICE_FIRST, 1),
    run(notice::NOTICE_ADD, 1),
    run(party::GUESS_CLEAR, 1),
    row(&archive::ARCHIVE, 2),
    guarded(archive::PAYMENT_TAKE, 1),
    run(archive::TRANSITIONS_TAKE, 1),
    run(archive::REFUNDS_TAKE, 1),
    run(archive::CANCELLATION_TAKE, 1),
    run(archive::CLOSING_TAKE, 1),
    guarded(archive::ACCOUNT_TAKE, 1),
    run(archive::ACCOUNT_TRANSITIONS_TAKE, 1),
    run(archive::TRANSFERS_TAKE, 1),
    guarded(archive::NOTICE_TAKE, 1),
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
        let rows = unnested(kinds);
        match self.source {
            Source::Row(table) => {
                let columns = table.columns.join(", ");
                let values = named(kinds.len());
                format!("insert into {} ({columns}) select {values} from {rows}", table.name)
            }
            Source::Statement(sql) if sql.starts_with("insert ") => self.many_inserted(sql, &rows),
            Source::Statement(sql) => {
                let sql = renamed(sql);
                let (before, condition) = sql.split_once(" where ").unwrap_or((&sql, "true"));
                // A deletion names its other table with another word.
                let word = if sql.starts_with("delete ") { "using" } else { "from" };
                format!("{before} {word} {rows} where {condition} returning b.ord")
            }
        }
    }

    fn many_inserted(&self, sql: &str, rows: &str) -> String {
        let sql = renamed(sql);
        let columns = between(&sql, "(", ")");
        let key: Vec<&str> = columns.split(',').take(self.key).map(str::trim).collect();
        let (head, rest) = sql.split_once("values (").unwrap_or((&sql, ")"));
        let end = closing(rest);
        let (values, conflict) = (&rest[..end], &rest[end + 1..]);
        let mut many = format!("{head}select {values} from {rows}");
        if !conflict.trim().is_empty() {
            // Without a condition, `on` would be taken for a join's.
            many.push_str(" where true ");
            many.push_str(conflict.trim());
        }
        if self.is_guarded {
            many.push_str(" returning ");
            many.push_str(&key.join(", "));
        }
        many
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
    format!("insert into {} ({}) values ({})", into.name, into.columns.join(", "), places.join(", "))
}

/// The rows as a table: `b`, its columns `v1`, `v2` …, and `ord`, which counts from one.
fn unnested(kinds: &[Kind]) -> String {
    let arrays: Vec<String> =
        (1..).zip(kinds).map(|(n, kind): (usize, &Kind)| format!("${n}::{}", kind.array())).collect();
    let columns: Vec<String> = (1..=kinds.len()).map(|n| format!("v{n}")).collect();
    format!("unnest({}) with ordinality as b({}, ord)", arrays.join(", "), columns.join(", "))
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
        let rows = "unnest($1::text[], $2::bigint[]) with ordinality as b(v1, v2, ord)";
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
