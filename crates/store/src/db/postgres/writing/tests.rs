//! A statement does the same in all of its forms: for one row on either engine, and for a batch.

use lunas_cluster::Database as Throwaway;
use rusqlite::{Connection, params_from_iter};
use tokio_postgres::Statement as PreparedStatement;

use super::{Given, Writing, at_fault, columns, flat, pipelined};
use crate::db::postgres::address::Target;
use crate::db::postgres::failure::unavailable;
use crate::db::postgres::parameter::{Cell, parameters_of};
use crate::db::postgres::plan::{Line, Owner, Plan};
use crate::db::postgres::stage::{STAGES, Stage};
use crate::row::Row;
use crate::statement::{Deed, Part, Statement, place};
use crate::step::Step;
use crate::table::{BUCKET, Kind, Table};
use crate::value::Owned;
use crate::{Store, Unavailable};

/// Rows of a batch. The last of them meets no row that it may change, and is refused if that is its guard.
const ROWS: i64 = 3;

/// What a batch of one stage is given, and what stands in its table before.
struct Trial {
    statement: Statement,
    given: Vec<Vec<Owned>>,
    seeds: Vec<Vec<Owned>>,
}

/// What the table holds afterwards, and the rows that were refused, by their places.
type Effect = (Vec<Vec<Owned>>, Vec<usize>);

#[tokio::test]
async fn every_stage_does_the_same_in_all_forms() {
    let (directory, throwaway) = (tempfile::tempdir().unwrap(), Throwaway::create());
    let path = directory.path().join("lunas.db");
    for address in [path.to_str().unwrap(), &throwaway.address()] {
        Store::open(address).await.unwrap().close().await;
    }
    let connection = Connection::open(&path).unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let mut writing = Writing::begin(&target).await.unwrap();
    for (at, stage) in STAGES.iter().enumerate() {
        let trial = Trial::of(stage);
        let name = stage.statement.name;
        let expected = trial.on_sqlite(&connection);
        assert_ne!(expected.0, trial.seeds, "{name} does nothing");
        let refused = if stage.statement.refuses.is_some() { vec![2] } else { Vec::new() };
        assert_eq!(expected.1, refused, "{name}");
        trial.seed(&mut writing).await;
        let mut at_fault = Vec::new();
        for (place, given) in trial.given.iter().enumerate() {
            let changed = writing.tried(&stage.statement, given).await.unwrap();
            if changed == 0 && stage.statement.refuses.is_some() {
                at_fault.push(place);
            }
        }
        assert_eq!(
            (writing.contents(stage.statement.table).await.unwrap(), at_fault),
            expected,
            "{name}, individually"
        );
        trial.seed(&mut writing).await;
        let at_fault = writing.tried_together(at, &trial.given).await.unwrap();
        assert_eq!(
            (writing.contents(stage.statement.table).await.unwrap(), at_fault),
            expected,
            "{name}, in a batch"
        );
        if stage.only_adds() {
            trial.seed(&mut writing).await;
            let at_fault = writing.tried_row_by_row(at, &trial.given).await.unwrap();
            assert_eq!(
                (writing.contents(stage.statement.table).await.unwrap(), at_fault),
                expected,
                "{name}, row by row"
            );
        }
    }
    writing.end().await;
}

impl Trial {
    fn of(stage: &'static Stage) -> Self {
        let statement = stage.statement;
        let (table, names) = (statement.table, statement.given());
        // Numbers of one row differ, and grow.
        let own = names.iter().filter(|name| **name != BUCKET);
        let values = |row| (1..).zip(own.clone()).map(move |(at, name)| sample(table, name, row + 10 * at));
        let given = (1..=ROWS).map(|row| Step::new(statement, values(row).collect()).values);
        let given: Vec<Vec<Owned>> = given.collect();
        let seeds = (1..=ROWS).zip(&given).filter_map(|(row, given)| seed(stage, row, given));
        Self { statement, seeds: seeds.collect(), given }
    }

    /// The effect of the form for one row on SQLite.
    fn on_sqlite(&self, connection: &Connection) -> Effect {
        let table = self.statement.table;
        let run = |statement: &Statement, given: &[Owned]| {
            connection.execute(&statement.individual('?'), params_from_iter(given)).unwrap()
        };
        connection.execute(&format!("delete from {}", table.name), []).unwrap();
        for seed in &self.seeds {
            run(&Statement::row(table), seed);
        }
        let changed: Vec<usize> = self.given.iter().map(|given| run(&self.statement, given)).collect();
        let is_refused = |place: &usize| changed[*place] == 0 && self.statement.refuses.is_some();
        let refused = (0..self.given.len()).filter(is_refused).collect();
        let mut selected = connection.prepare(&contents(table)).unwrap();
        let rows = selected.query_map([], |row| Ok(Row::Sqlite(row).all(table).unwrap())).unwrap();
        (rows.map(Result::unwrap).collect(), refused)
    }

    /// Leaves nothing but the seeds in the table.
    async fn seed(&self, writing: &mut Writing) {
        writing.emptied(self.statement.table.name).await.unwrap();
        for seed in &self.seeds {
            writing.tried(&Statement::row(self.statement.table), seed).await.unwrap();
        }
    }
}

impl Writing {
    /// Makes a statement for one row by itself, and counts the rows that it changed.
    async fn tried(&mut self, of: &Statement, given: &[Owned]) -> Result<u64, Unavailable> {
        let statement = self.individual(of).await.map_err(unavailable)?;
        let cells: Vec<Cell<'_>> = given.iter().map(Cell::from).collect();
        let parameters: Vec<_> = parameters_of(&cells).collect();
        self.session.execute(&statement, &parameters).await.map_err(unavailable)
    }

    /// Makes a stage by itself, and gives the rows that are at fault, by their places.
    async fn tried_together(&mut self, at: usize, given: &[Vec<Owned>]) -> Result<Vec<usize>, Unavailable> {
        let Ok((statement, kinds)) = self.staged(at).await else {
            return Err(Unavailable::new(STAGES[at].statement.name));
        };
        let lines = given.iter().enumerate().map(|(member, row)| line(member, row)).collect();
        let plan = Plan { stages: vec![(at, lines)], ..Plan::default() };
        let given = Given::Columns(columns(&kinds, &plan.stages[0].1));
        self.tried_so(&plan, &[(given, statement)]).await
    }

    /// The same with parameters for each row.
    async fn tried_row_by_row(&mut self, at: usize, given: &[Vec<Owned>]) -> Result<Vec<usize>, Unavailable> {
        let lines = given.iter().enumerate().map(|(member, row)| line(member, row)).collect();
        let plan = Plan { stages: vec![(at, lines)], ..Plan::default() }.in_halves();
        let mut all = Vec::new();
        for (at, lines) in &plan.stages {
            let statement = self.row_by_row(*at, lines.len()).await.map_err(unavailable)?;
            all.push((Given::Cells(flat(lines)), statement));
        }
        assert_eq!(all.len(), 2, "three rows are two and one");
        self.tried_so(&plan, &all).await
    }

    async fn tried_so(
        &self,
        plan: &Plan<'_>,
        all: &[(Given<'_>, PreparedStatement)],
    ) -> Result<Vec<usize>, Unavailable> {
        let stage = &STAGES[plan.stages[0].0].statement;
        let calls =
            all.iter().map(|(given, statement)| self.staged_call(statement, given, stage.refuses.is_some()));
        let answers = pipelined(calls.collect()).await;
        at_fault(plan, answers).map_err(|_| Unavailable::new(stage.name))
    }

    /// Removes all rows of a table.
    async fn emptied(&self, table: &str) -> Result<(), Unavailable> {
        self.session.run(&format!("delete from {table}")).await.map_err(unavailable)
    }

    /// All rows of a table.
    async fn contents(&self, table: &Table) -> Result<Vec<Vec<Owned>>, Unavailable> {
        let statement = self.session.prepared(&contents(table)).await.map_err(unavailable)?;
        let rows = self.session.query(&statement, &[]).await.map_err(unavailable)?;
        rows.iter().map(|row| Row::Postgres(row).all(table)).collect()
    }
}

fn line(member: usize, row: &[Owned]) -> Line<'_> {
    Line { owner: Owner::One(member), cells: row.iter().map(Cell::from).collect() }
}

/// All rows of a table, in one order.
fn contents(table: &Table) -> String {
    let columns = table.names().join(", ");
    format!("select {columns} from {} order by {columns}", table.name)
}

/// A value for a column, or for something else that a statement is given, which is a number then.
fn sample(table: &Table, name: &str, row: i64) -> Owned {
    let column = table.columns.iter().find(|column| column.name == name);
    match (name, column.map(|column| column.kind)) {
        // Two columns are bounded by others.
        ("refunded", _) => (row % 10).into(),
        ("floor", _) => Owned::Int(0),
        (_, None | Some(Kind::Int)) => (1_000 + row).into(),
        (_, Some(Kind::Text)) => format!("{name}-{row}").into(),
        (_, Some(Kind::Blob)) => row.to_be_bytes().to_vec().into(),
    }
}

/// The row that a statement meets with those values, if it is to meet one.
fn seed(stage: &Stage, row: i64, given: &[Owned]) -> Option<Vec<Owned>> {
    let (statement, table, names) = (stage.statement, stage.statement.table, stage.statement.given());
    let of = |name: &str| given[place(&names, name) - 1].clone();
    let same: Vec<&str> = match statement.deed {
        Deed::Add { .. } => return None,
        Deed::Insert { .. } if statement.name != "notification_add" || row != 2 => return None,
        Deed::Put { .. } if row == 1 => return None,
        Deed::Put { .. } | Deed::Insert { .. } => names[..stage.key()].to_vec(),
        Deed::Update { .. } | Deed::Move | Deed::Delete | Deed::DeleteIf { .. } | Deed::Empty
            if row == ROWS =>
        {
            return None;
        }
        Deed::Update { set, .. } => {
            let is_set = |name: &&str| set.iter().any(|part| matches!(part, Part::Given(set) if set == name));
            names.iter().copied().filter(|name| !is_set(name)).collect()
        }
        Deed::Move => vec![names[0]],
        Deed::Delete | Deed::DeleteIf { .. } | Deed::Empty => names.clone(),
    };
    let value = |column: &&str| match stands(statement.name, column, &of) {
        Some(value) if row < ROWS => value,
        _ if same.contains(column) => of(column),
        _ => sample(table, column, 500 + row),
    };
    Some(Step::insert(table, table.names().iter().map(value).collect()).values)
}

/// What a row must have for a statement to change it, or to look at it, beside what the statement is given.
fn stands(statement: &str, column: &str, given: &impl Fn(&str) -> Owned) -> Option<Owned> {
    let before = |name: &str| match given(name) {
        Owned::Int(int) => Owned::Int(int - 1),
        other @ (Owned::Text(_) | Owned::Blob(_) | Owned::Null) => other,
    };
    Some(match (statement, column) {
        (
            "payment_move"
            | "account_move"
            | "link_move"
            | "notification_supersede"
            | "notification_add"
            | "tally_put",
            "version",
        ) => before("version"),
        ("notification_lease" | "notification_supersede" | "notification_add", "state") => "pending".into(),
        ("notification_release", "state") => "waiting".into(),
        ("notification_lease", "lease_until") => given("seen_lease_until"),
        ("notification_supersede", "holds_back") => Owned::Int(0),
        ("notification_add", "holds_back") => Owned::Int(1),
        ("replay_claim", "kept_until") | ("qr_reference_claim", "taken_until") => given("taken_at"),
        ("trx_claim", "opened_at") => before("unique_since"),
        ("number_claim", "rests_until") => given("opened_at"),
        ("number_claim", "merchant_id") => given("merchant_id"),
        _ => return None,
    })
}
