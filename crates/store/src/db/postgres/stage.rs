//! The statements that a batch makes for many rows at once, and their text.
//!
//! What a statement is given is a column of the rows `b`, which arrays are taken apart into. Which rows were changed is
//! told by their places among the arrays, and which were added by their keys.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::parameter::Kind;
use crate::render::{archive, ledger, link, notification, payment, refund, registry, virtual_account};
use crate::statement::{Deed, Statement, place};
use crate::table::{self, BUCKET, Table};

/// What a batch does once for all of its members.
pub(super) struct Stage {
    pub(super) statement: Statement,
    /// What the row is named by, if not by its table's key: the first of what the statement is given. Two members of one
    /// batch never touch a row of the same name.
    named_by: Option<&'static [&'static str]>,
    /// Whether the second value is added to the row, so that rows of one name are one row of their sum.
    pub(super) adds_up: bool,
}

const fn stage(statement: Statement) -> Stage {
    Stage { statement, named_by: None, adds_up: false }
}

const fn row(table: &'static Table) -> Stage {
    stage(Statement::row(table))
}

/// A statement about rows that are not named by their whole key.
const fn by(named_by: &'static [&'static str], statement: Statement) -> Stage {
    Stage { named_by: Some(named_by), ..stage(statement) }
}

/// What all records of one payment, account or link have in common.
const REFERENCE: &[&str] = &["reference_no"];

/// Every stage, in the order in which a batch makes them. A change whose own order differs between two steps on the
/// same table is made step by step behind them.
pub(super) static STAGES: [Stage; 40] = [
    stage(payment::REPLAY_CLAIM),
    stage(payment::QR_REFERENCE_CLAIM),
    stage(virtual_account::TRX_CLAIM),
    row(&table::PAYMENT),
    stage(payment::PAYMENT_MOVE),
    row(&table::TRANSITION),
    row(&table::REFUND),
    stage(refund::TALLY_PUT),
    row(&table::CANCELLATION),
    row(&table::RESOLUTION),
    row(&table::ACCOUNT),
    stage(virtual_account::ACCOUNT_MOVE),
    row(&table::ACCOUNT_TRANSITION),
    // Claimed first: a number that its account's end leaves resting is not given in the same breath.
    stage(virtual_account::NUMBER_CLAIM),
    stage(virtual_account::NUMBER_REST_BEGIN),
    row(&table::TRANSFER),
    row(&table::LINK),
    by(REFERENCE, link::LINK_MOVE),
    row(&table::LINK_TRANSITION),
    row(&table::JOURNAL),
    Stage { adds_up: true, ..stage(ledger::BALANCE_MOVE) },
    row(&table::POSTING),
    stage(notification::NOTIFICATION_LEASE),
    row(&table::ATTEMPT),
    stage(notification::NOTIFICATION_JUDGE),
    stage(notification::NOTIFICATION_SUPERSEDE),
    by(REFERENCE, notification::NOTIFICATION_RELEASE),
    stage(notification::NOTIFICATION_FIRST),
    stage(notification::NOTIFICATION_ADD),
    stage(registry::PIN_ATTEMPT_CLEAR),
    row(&table::ARCHIVE),
    stage(archive::PAYMENT_TAKE),
    by(REFERENCE, archive::TRANSITIONS_TAKE),
    by(REFERENCE, archive::REFUNDS_TAKE),
    stage(archive::CANCELLATION_TAKE),
    stage(archive::RESOLUTION_TAKE),
    stage(archive::ACCOUNT_TAKE),
    by(REFERENCE, archive::ACCOUNT_TRANSITIONS_TAKE),
    by(REFERENCE, archive::TRANSFERS_TAKE),
    stage(archive::NOTIFICATION_TAKE),
];

/// Where a statement stands among the stages; none if it is made by itself.
pub(super) fn stage_of(statement: &Statement) -> Option<usize> {
    static STAGE_OF: LazyLock<HashMap<&'static str, usize>> =
        LazyLock::new(|| STAGES.iter().map(|stage| stage.statement.name).zip(0..).collect());
    STAGE_OF.get(statement.name).copied()
}

impl Stage {
    /// How many leading values name the row.
    pub(super) fn key(&self) -> usize {
        self.named_by.map_or(self.statement.table.key, <[_]>::len)
    }

    /// The form for many rows. Its parameters are one array for each of what a single row is given. Where rows lie on
    /// several machines it says the buckets beforehand, because nobody else looks into the arrays before the machines that
    /// have the rows.
    pub(super) fn text(&self, kinds: &[Kind], is_distributed: bool) -> String {
        let (statement, names) = (&self.statement, self.statement.given());
        let given = |name: &str| column(&names, name);
        let (table, rows) = (statement.table.name, rows(kinds, 1));
        let where_they_lie = match names.last() {
            Some(&BUCKET) if is_distributed => {
                format!(" and {table}.{BUCKET} = any(${}::text[])", place(&names, BUCKET))
            }
            _ => String::new(),
        };
        let mut text = match statement.deed {
            Deed::Update { .. } | Deed::Move => {
                format!(
                    "update {table} set {} from {rows} where {}{where_they_lie}",
                    statement.set(&given),
                    statement.condition(&given)
                )
            }
            Deed::Delete | Deed::DeleteIf { .. } => {
                let condition = statement.condition(&given);
                format!("delete from {table} using {rows} where {condition}{where_they_lie}")
            }
            // Without a condition, `on` would be taken for a join's.
            Deed::Add { .. } | Deed::Put { .. } | Deed::Insert { .. } | Deed::Empty => {
                self.added(kinds, 1) + " where true" + &statement.conflict(&given)
            }
        };
        if statement.refuses.is_some() {
            text.push_str(" returning ");
            text.push_str(&if self.adds() { names[..self.key()].join(", ") } else { "b.place".to_owned() });
        }
        text
    }

    /// Whether it adds rows. Those that were added are told by their keys, other rows by their places.
    pub(super) fn adds(&self) -> bool {
        matches!(self.statement.deed, Deed::Add { .. } | Deed::Put { .. } | Deed::Insert { .. })
    }

    /// Whether it adds rows and looks at nothing else.
    pub(super) fn only_adds(&self) -> bool {
        self.adds() && self.statement.holds.is_none()
    }

    /// The form for so many rows, each with parameters of its own, where it adds rows and looks at nothing else. It costs a
    /// statement for each number of rows; but where rows lie on several machines, those that come out of arrays are copied
    /// there by a transaction in two phases, even to a single machine.
    pub(super) fn row_by_row(&self, rows: usize) -> String {
        let (statement, names) = (&self.statement, self.statement.given());
        let mut columns = String::new();
        let rows: Vec<String> = (0..rows)
            .map(|row| {
                let given = |name: &str| format!("${}", row * names.len() + place(&names, name));
                let (of_all, row) = statement.added(&given);
                columns = of_all;
                format!("({row})")
            })
            .collect();
        let conflict = statement.conflict(&|name| format!("excluded.{name}"));
        let mut text =
            format!("insert into {} ({columns}) values {}{conflict}", statement.table.name, rows.join(", "));
        if statement.refuses.is_some() {
            text.push_str(" returning ");
            text.push_str(&names[..self.key()].join(", "));
        }
        text
    }

    /// The insert of many rows without a way out of a conflict. Its parameters begin with `$first`.
    pub(super) fn added(&self, kinds: &[Kind], first: usize) -> String {
        let (table, names) = (self.statement.table.name, self.statement.given());
        let (columns, row) = self.statement.added(&|name| column(&names, name));
        let beside = self.statement.looks_beside().map_or_else(String::new, |beside| {
            let key = beside.key;
            let all = |name: &str| format!("= any(${}::text[])", first + place(&names, name) - 1);
            let rows = beside.rows(self.statement.table, &all);
            let given = column(&names, key);
            format!(" left join (select {key}, {rows} group by {key}) as e on e.{key} = {given}")
        });
        format!("insert into {table} ({columns}) select {row} from {}{beside}", rows(kinds, first))
    }
}

/// The column of `b` that what is given under a name is in.
fn column(given: &[&str], name: &str) -> String {
    format!("b.v{}", place(given, name))
}

/// The rows as a table: `b`, its columns `v1`, `v2` …, and `place`, which counts from one. The arrays are taken apart by
/// the row and not by `from unnest(…)`, which would keep all of each before the first row is made.
fn rows(kinds: &[Kind], first: usize) -> String {
    let column =
        |(n, kind): (usize, &Kind)| format!("unnest(${}::{}) as v{}", first + n, kind.array(), n + 1);
    let columns: Vec<String> = (0..).zip(kinds).map(column).collect();
    let place = format!("cast(generate_subscripts(${first}, 1) as bigint) as place");
    format!("(select {}, {place}) as b", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommitError;
    use crate::statement::expr;
    use crate::table::SETTING;

    #[test]
    fn both_forms_come_from_the_same_parts() {
        const GIVEN: &[&str] = &["name", "value"];
        let kinds = [Kind::Text, Kind::Int];
        let rows = "(select unnest($1::text[]) as v1, unnest($2::bigint[]) as v2, \
            cast(generate_subscripts($1, 1) as bigint) as place) as b";
        let check = |statement: Statement, individual: &str, batch: &str| {
            assert_eq!(statement.individual('$'), individual);
            assert_eq!(stage(statement).text(&kinds, true), batch.replace("ROWS", rows));
        };
        check(
            Statement::update("u", &SETTING, GIVEN, expr!["value = " value " + 1"], expr!["name = " name])
                .or(&CommitError::LostRace),
            "update setting set value = $2 + 1 where name = $1",
            "update setting set value = b.v2 + 1 from ROWS where name = b.v1 returning b.place",
        );
        check(
            Statement::insert("i", &SETTING, GIVEN, ("c, d", expr!["0, " name])),
            "insert into setting (name, value, c, d) values ($1, $2, 0, $1)",
            "insert into setting (name, value, c, d) select b.v1, b.v2, 0, b.v1 from ROWS where true",
        );
        check(
            Statement::put_if("p", &SETTING, "setting.value < 1").or(&CommitError::LostRace),
            "insert into setting (name, value) values ($1, $2) \
                on conflict (name) do update set value = excluded.value where setting.value < 1",
            "insert into setting (name, value) select b.v1, b.v2 from ROWS where true \
                on conflict (name) do update set value = excluded.value where setting.value < 1 returning name",
        );
        check(
            Statement::delete("d", &SETTING, GIVEN),
            "delete from setting where setting.name = $1 and setting.value = $2",
            "delete from setting using ROWS where setting.name = b.v1 and setting.value = b.v2",
        );
    }

    #[test]
    fn a_conflict_is_decided_by_the_row_alone() {
        for Stage { statement, .. } in &STAGES {
            let conflict = statement.conflict(&|name| format!("${name}"));
            assert!(!conflict.contains('$'), "{}", statement.name);
        }
    }

    #[test]
    fn what_names_a_row_is_given_first() {
        for stage in &STAGES {
            let (table, given) = (stage.statement.table, stage.statement.given());
            let named_by = stage.named_by.map_or_else(|| table.names()[..table.key].to_vec(), <[_]>::to_vec);
            assert_eq!(given[..stage.key()], named_by, "{}", stage.statement.name);
        }
    }

    #[test]
    fn every_stage_has_a_name_of_its_own() {
        for (at, stage) in STAGES.iter().enumerate() {
            assert_eq!(stage_of(&stage.statement), Some(at), "{}", stage.statement.name);
        }
    }
}
