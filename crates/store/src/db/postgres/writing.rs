//! A connection that writes: transactions of single statements, of batches, and of changes made individually.
//!
//! A transaction of changes that only add rows is one statement and one round trip. Any other is two: everything up to
//! the last statement is sent at once and looked at together, then `commit` is.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::address::Target;
use super::committer::Turn;
use super::failure::{Error, Failure, unavailable};
use super::parameter::{Cell, Column, Kind, parameters_of};
use super::plan::{Holds, Line, Plan, empties_tables};
use super::session::Session;
use super::shards::Shards;
use super::single_statement::{self, Shape};
use super::stage::{STAGES, Stage};
use super::version_vector::{self, WHOLE};
use crate::statement::Statement as Written;
use crate::step::Step;
use crate::{CommitError, Unavailable};

const HOLD_BALANCES: &str =
    "select account_id from balance where account_id = any($1) order by account_id for update";

/// All notifications of what is named.
const HOLD_NOTIFICATIONS: &str = "select n.version from notification n where n.reference_no = any($1)
    order by n.reference_no, n.version for update";

/// The same where rows lie on several machines, of which one statement locks those of one.
const HOLD_BALANCE: &str = "select account_id from balance where account_id = $1 and bucket = $2 for update";

const HOLD_NOTIFICATIONS_OF_ONE: &str = "select n.version from notification n
    where n.reference_no = $1 and n.bucket = $2 order by n.version for update";

/// A connection that writes.
pub(super) struct Writing {
    session: Session,
    position: Position,
    /// The kinds of each stage's columns, once they were needed.
    kinds: Vec<Option<Vec<Kind>>>,
    /// Each stage's statement for many rows, once it was needed.
    staged: Vec<Option<Statement>>,
    /// Statements for one row, by their names.
    individual: HashMap<&'static str, Statement>,
    /// The single statements that are whole batches, by their shapes.
    single: HashMap<Shape, Statement>,
    /// The statements of stages for so many rows.
    row_by_row: HashMap<(usize, usize), Statement>,
}

/// A connection's rows of `committer`.
#[derive(Clone, Debug)]
pub(super) struct Position {
    name: String,
    /// The number of the latest batch.
    pub(super) batch: i64,
    /// The part of the store that it was made in.
    part: &'static str,
    /// The parts that it has a row for.
    parts: BTreeSet<&'static str>,
}

/// How a transaction ended.
pub(super) enum Ended {
    /// Well.
    Durable,
    /// The only change was refused.
    Refused(CommitError),
    /// These members' guards do not hold.
    AtFault(Vec<usize>),
    /// Somebody's guard does not hold.
    Unclear,
    /// Another transaction came in between.
    Again,
    /// Another transaction is in the way.
    Blocked(Unavailable),
    /// The connection is gone, and nothing was made.
    Lost(Unavailable),
    /// The connection is gone, and nobody knows.
    Unknown,
    /// It cannot be made.
    Failed(Unavailable),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Guard(refused) => Self::Refused(refused),
            Failure::Again => Self::Again,
            Failure::Blocked(unavailable) => Self::Blocked(unavailable),
            Failure::Lost(unavailable) => Self::Lost(unavailable),
            Failure::Bad(unavailable) | Failure::Other(unavailable) => Self::Failed(unavailable),
        }
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<tokio_postgres::Error> for Ended {
    fn from(error: tokio_postgres::Error) -> Self {
        Failure::from(error).into()
    }
}

/// What a statement of a pipeline gave.
enum Answer {
    Nothing,
    Changed(u64),
    Rows(Vec<Row>),
}

/// What a stage's statement for many rows is given.
enum Given<'a> {
    /// Each column of them.
    Columns(Vec<Column<'a>>),
    /// Each row after the other.
    Cells(Vec<Cell<'a>>),
}

/// A statement that locks rows, and what it is given.
type Hold<'a> = (Statement, Vec<Box<dyn ToSql + Sync + Send + 'a>>);

type Call<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

impl Writing {
    /// Connects, and enters the connection into the table of those that write; on Citus not before its first batch.
    pub(super) async fn begin(target: &Target) -> Result<Self, Unavailable> {
        let session = Session::open(target).await.map_err(unavailable)?;
        let (name, parts) = if session.is_citus() {
            // A node that is away keeps its rows, and nobody waits for it.
            if let Err(error) = session.run(version_vector::FORGET_ON_CITUS).await {
                tracing::debug!(%error, "rows of ended connections are left");
            }
            (version_vector::NAME_ON_CITUS, BTreeSet::new())
        } else {
            session.run(version_vector::FORGET).await.map_err(unavailable)?;
            (version_vector::ADD, BTreeSet::from([WHOLE]))
        };
        let name = session.prepared(name).await.map_err(unavailable)?;
        let rows = session.query(&name, &[]).await.map_err(unavailable)?;
        let row = rows.first().ok_or_else(|| Unavailable::new("a row that was added is not there"))?;
        let name = row.try_get(0).map_err(unavailable)?;
        let position = Position { name, batch: 0, part: WHOLE, parts };
        let (kinds, staged) = (vec![None; STAGES.len()], vec![None; STAGES.len()]);
        let (individual, single, row_by_row) = (HashMap::new(), HashMap::new(), HashMap::new());
        Ok(Self { session, position, kinds, staged, individual, single, row_by_row })
    }

    /// The shards of the cluster that it leads to.
    pub(super) async fn shards(&self) -> Result<Shards, Unavailable> {
        Shards::of(&self.session).await
    }

    /// Whether it leads to Citus.
    pub(super) fn is_citus(&self) -> bool {
        self.session.is_citus()
    }

    /// Whether the connection is known to be gone.
    pub(super) fn is_gone(&self) -> bool {
        self.session.is_gone()
    }

    /// The connection's row, once nothing more will be written on it.
    pub(super) fn position(self) -> Position {
        self.position
    }

    /// Takes the connection out of the table of those that write.
    pub(super) async fn end(self) {
        for part in &self.position.parts {
            if let Err(error) = self.settle(&Position { part, ..self.position.clone() }).await {
                tracing::debug!(%error, "a writer's row was left behind");
            }
        }
    }

    /// Ends another connection for good in the part of its last batch, and gives the number of the last one there that is
    /// durable.
    pub(super) async fn settle(&self, other: &Position) -> Result<Option<i64>, Unavailable> {
        let rows = if self.is_citus() {
            let settle = self.session.prepared(version_vector::SETTLE_ON_CITUS).await.map_err(unavailable)?;
            self.session.query(&settle, &[&other.name, &other.part]).await
        } else {
            let settle = self.session.prepared(version_vector::SETTLE).await.map_err(unavailable)?;
            self.session.query(&settle, &[&other.name]).await
        };
        let rows = rows.map_err(unavailable)?;
        rows.first().map(|row| row.try_get(0).map_err(unavailable)).transpose()
    }

    /// Sees to it that the number of a batch can be written in a part of the store.
    async fn reach(&mut self, part: &'static str) -> Result<(), Error> {
        if !self.position.parts.contains(part) {
            let add = self.session.prepared(version_vector::ADD_PART).await?;
            self.session.execute(&add, &[&self.position.name, &part]).await?;
            self.position.parts.insert(part);
        }
        self.position.part = part;
        Ok(())
    }

    /// Makes one change, step by step, in a transaction of its own. Gives the turn back before it commits.
    pub(super) async fn make_individually(
        &mut self,
        steps: &[Step],
        part: &'static str,
        turn: &mut Option<Turn>,
    ) -> Ended {
        if let Err(error) = self.reach(part).await {
            return error.into();
        }
        let mut holds = Holds::default();
        steps.iter().for_each(|step| holds.add(step));
        let mut statements = Vec::with_capacity(steps.len());
        for step in steps {
            match self.individual(&step.statement).await {
                Ok(statement) => statements.push(statement),
                Err(error) => return error.into(),
            }
        }
        let parameters: Vec<Vec<Cell<'_>>> = steps.iter().map(cells).collect();
        let isolation = if empties_tables(steps) { "repeatable read" } else { "read committed" };
        let calls =
            statements.iter().zip(&parameters).map(|(statement, cells)| self.counted(statement, cells));
        let answers = match self.answers(isolation, &holds, part, calls.collect()).await {
            Ok(answers) => answers,
            Err(ended) => return ended,
        };
        for (step, answer) in steps.iter().zip(answers) {
            let ended = match (answer, step.statement.refuses) {
                (Err(error), _) => error.into(),
                (Ok(Answer::Changed(0)), Some(refused)) => Ended::Refused(refused.clone()),
                (Ok(_), _) => continue,
            };
            return self.taken_back(ended).await;
        }
        self.committed(turn).await
    }

    /// Makes changes that only add rows by one statement, which is its own transaction. None if that cannot be: nothing
    /// was made then, and nothing is known of whose fault it is.
    pub(super) async fn make_single_statement(&mut self, plan: &Plan<'_>) -> Option<Ended> {
        // There it would be one for each stage all the same, and of two phases.
        let shape = single_statement::shape(plan).filter(|_| !self.is_citus())?;
        if let Err(error) = self.reach(plan.part).await {
            return Some(error.into());
        }
        let mut rows = Vec::with_capacity(plan.stages.len());
        for (at, lines) in &plan.stages {
            match self.kinds(*at).await {
                Ok(kinds) => rows.push((columns(&kinds, lines), kinds)),
                Err(ended) => return Some(ended),
            }
        }
        let statement = match self.single.get(&shape) {
            Some(statement) => statement.clone(),
            None => {
                let kinds: Vec<Vec<Kind>> = rows.iter().map(|(_, kinds)| kinds.clone()).collect();
                match self.session.prepared(&single_statement::text(&shape, &kinds)).await {
                    Ok(statement) => self.single.entry(shape).or_insert(statement).clone(),
                    Err(error) => return Some(error.into()),
                }
            }
        };
        let batch = self.position.batch + 1;
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&self.position.name, &batch, &plan.part];
        for (columns, _) in &rows {
            parameters.extend(parameters_of(columns));
        }
        let made = self.session.query(&statement, &parameters).await;
        self.position.batch = batch;
        let error = match made {
            Ok(_) => return Some(Ended::Durable),
            // Without the server's word for it, nobody knows whether it was made.
            Err(error) if !error.takes_back() => return Some(Ended::Unknown),
            Err(error) => error,
        };
        let failure = Failure::from(error);
        let is_of_a_row = matches!(failure, Failure::Guard(_) | Failure::Bad(_));
        (!is_of_a_row).then(|| failure.into())
    }

    /// Makes independent changes in one transaction. Gives the turn back before it commits.
    pub(super) async fn make_batch(&mut self, plan: &Plan<'_>, turn: &mut Option<Turn>) -> Ended {
        if let Err(error) = self.reach(plan.part).await {
            return error.into();
        }
        let (mut stages, mut individual) = (Vec::new(), Vec::new());
        for (at, lines) in &plan.stages {
            if self.is_citus() && STAGES[*at].only_adds() {
                match self.row_by_row(*at, lines.len()).await {
                    Ok(statement) => stages.push((Given::Cells(flat(lines)), statement)),
                    Err(error) => return error.into(),
                }
                continue;
            }
            match self.staged(*at).await {
                Ok((statement, kinds)) => stages.push((Given::Columns(columns(&kinds, lines)), statement)),
                Err(ended) => return ended,
            }
        }
        for (_, step) in &plan.steps {
            match self.individual(&step.statement).await {
                Ok(statement) => individual.push((statement, cells(step))),
                Err(error) => return error.into(),
            }
        }
        let mut calls: Vec<Call<'_>> = Vec::with_capacity(stages.len() + individual.len());
        for ((at, _), (given, statement)) in plan.stages.iter().zip(&stages) {
            calls.push(self.staged_call(statement, given, STAGES[*at].statement.refuses.is_some()));
        }
        calls.extend(individual.iter().map(|(statement, cells)| self.counted(statement, cells)));
        let answers = match self.answers("read committed", &plan.holds, plan.part, calls).await {
            Ok(answers) => answers,
            Err(ended) => return ended,
        };
        match at_fault(plan, answers) {
            Ok(members) if members.is_empty() => self.committed(turn).await,
            Ok(members) => self.taken_back(Ended::AtFault(members)).await,
            Err(ended) => self.taken_back(ended).await,
        }
    }

    /// Begins a transaction, marks and holds what must be, and makes the calls, all sent at once. Gives what the calls
    /// gave; an error means that they were in vain, and leaves no transaction behind.
    async fn answers<'a>(
        &'a self,
        isolation: &str,
        holds: &'a Holds<'a>,
        part: &'static str,
        calls: Vec<Call<'a>>,
    ) -> Result<Vec<Result<Answer, Error>>, Ended> {
        let begin = format!("begin isolation level {isolation}");
        let advance = self.session.prepared(version_vector::ADVANCE).await?;
        let batch = self.position.batch + 1;
        let advanced: [&(dyn ToSql + Sync); 3] = [&self.position.name, &batch, &part];
        let held = self.held(holds).await?;
        let mut all: Vec<Call<'_>> = Vec::with_capacity(calls.len() + held.len() + 2);
        all.push(Box::pin(async { self.session.run(&begin).await.map(|()| Answer::Nothing) }));
        all.push(Box::pin(async { self.session.execute(&advance, &advanced).await.map(Answer::Changed) }));
        for (statement, of) in &held {
            all.push(Box::pin(async move {
                let of: Vec<&(dyn ToSql + Sync)> =
                    of.iter().map(|of| -> &(dyn ToSql + Sync) { &**of }).collect();
                self.session.query(statement, &of).await.map(Answer::Rows)
            }));
        }
        let before = all.len();
        all.extend(calls);
        let mut answers = pipelined(all).await;
        let rest = answers.split_off(before);
        for (at, answer) in answers.into_iter().enumerate() {
            let ended = match answer {
                Err(error) => error.into(),
                // Somebody has settled this connection's fate: it may write no more.
                Ok(Answer::Changed(0)) if at == 1 => Ended::Lost(Unavailable::new("its row was removed")),
                Ok(_) => continue,
            };
            return Err(self.taken_back(ended).await);
        }
        Ok(rest)
    }

    /// The statements that lock what is held, each with what it is given.
    async fn held<'a>(&self, holds: &'a Holds<'a>) -> Result<Vec<Hold<'a>>, Error> {
        let both = [
            (&holds.accounts, HOLD_BALANCES, HOLD_BALANCE),
            (&holds.told, HOLD_NOTIFICATIONS, HOLD_NOTIFICATIONS_OF_ONE),
        ];
        let mut held: Vec<Hold<'a>> = Vec::new();
        for (names, together, one) in both {
            if names.is_empty() {
                continue;
            }
            if !self.session.is_citus() {
                let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
                held.push((self.session.prepared(together).await?, vec![Box::new(names)]));
                continue;
            }
            let statement = self.session.prepared(one).await?;
            let sorted: BTreeSet<(&str, &str)> = names.iter().copied().collect();
            held.extend(sorted.into_iter().map(|(name, bucket)| -> Hold<'a> {
                (statement.clone(), vec![Box::new(name), Box::new(bucket)])
            }));
        }
        Ok(held)
    }

    /// Rolls back, unless the connection is gone, which does the same.
    async fn taken_back(&self, ended: Ended) -> Ended {
        match self.session.run("rollback").await {
            Ok(()) => ended,
            // What is known about the change stays true, but for what only the connection's end has caused.
            _ => match ended {
                Ended::Refused(_) | Ended::AtFault(_) | Ended::Unclear => ended,
                Ended::Durable
                | Ended::Again
                | Ended::Blocked(_)
                | Ended::Lost(_)
                | Ended::Unknown
                | Ended::Failed(_) => Ended::Lost(Unavailable::new("the connection was lost")),
            },
        }
    }

    async fn committed(&mut self, turn: &mut Option<Turn>) -> Ended {
        *turn = None;
        self.position.batch += 1;
        match self.session.run("commit").await.map_err(Failure::from) {
            Ok(()) => Ended::Durable,
            // These two are the server's word that nothing was made. Whatever else goes wrong here, it may have been.
            Err(Failure::Again) => Ended::Again,
            Err(Failure::Guard(_)) => Ended::Unclear,
            Err(_) => Ended::Unknown,
        }
    }

    /// A statement for one row.
    async fn individual(&mut self, of: &Written) -> Result<Statement, Error> {
        if let Some(statement) = self.individual.get(of.name) {
            return Ok(statement.clone());
        }
        let statement = self.session.prepared(&of.individual('$')).await?;
        Ok(self.individual.entry(of.name).or_insert(statement).clone())
    }

    /// A stage's statement for many rows, and the kinds of its columns.
    async fn staged(&mut self, at: usize) -> Result<(Statement, Vec<Kind>), Ended> {
        let kinds = self.kinds(at).await?;
        let statement = match &self.staged[at] {
            Some(statement) => statement.clone(),
            None => self.session.prepared(&STAGES[at].text(&kinds, self.is_citus())).await?,
        };
        self.staged[at] = Some(statement.clone());
        Ok((statement, kinds))
    }

    /// A stage's statement for so many rows.
    async fn row_by_row(&mut self, at: usize, rows: usize) -> Result<Statement, Error> {
        if let Some(statement) = self.row_by_row.get(&(at, rows)) {
            return Ok(statement.clone());
        }
        let statement = self.session.prepared(&STAGES[at].row_by_row(rows)).await?;
        Ok(self.row_by_row.entry((at, rows)).or_insert(statement).clone())
    }

    /// The kinds of a stage's columns, which the server knows from the statement for a single row.
    async fn kinds(&mut self, at: usize) -> Result<Vec<Kind>, Ended> {
        if let Some(kinds) = &self.kinds[at] {
            return Ok(kinds.clone());
        }
        let individual = self.individual(&STAGES[at].statement).await?;
        let kinds: Option<Vec<Kind>> = individual.params().iter().map(Kind::of).collect();
        let unknown = || Unavailable::new("a statement takes what is neither text nor bigint nor bytea");
        let kinds = kinds.ok_or_else(|| Ended::Failed(unknown()))?;
        self.kinds[at] = Some(kinds.clone());
        Ok(kinds)
    }

    /// The statements that this engine makes and no other, with the kinds that the server says.
    #[cfg(test)]
    pub(super) async fn statements(&mut self) -> Result<Vec<String>, Unavailable> {
        let mut kinds = Vec::new();
        for (at, stage) in STAGES.iter().enumerate() {
            let of_stage = self.kinds(at).await;
            kinds.push(of_stage.map_err(|_| Unavailable::new(stage.statement.name))?);
        }
        Ok(texts(&kinds))
    }

    /// How the server goes about a stage's statement for many rows.
    #[cfg(test)]
    pub(super) async fn explained(&mut self, at: usize) -> Result<String, Unavailable> {
        let Ok(kinds) = self.kinds(at).await else { return Err(Unavailable::new(STAGES[at].statement.name)) };
        self.explained_sql(&STAGES[at].text(&kinds, self.is_citus()), &no_rows(&kinds)).await
    }

    /// The same for a row of which every text is that one.
    #[cfg(test)]
    pub(super) async fn explained_in(&mut self, at: usize, text: &str) -> Result<String, Unavailable> {
        let Ok(kinds) = self.kinds(at).await else { return Err(Unavailable::new(STAGES[at].statement.name)) };
        let row: Vec<String> =
            kinds.iter().map(|kind| format!("cast('{{{text}}}' as {})", kind.array())).collect();
        self.explained_sql(&STAGES[at].text(&kinds, self.is_citus()), &row).await
    }

    /// How the server goes about the single statement of a shape.
    #[cfg(test)]
    pub(super) async fn explained_single_statement(&mut self, shape: &Shape) -> Result<String, Unavailable> {
        let mut kinds = Vec::new();
        for at in shape {
            let of_stage = self.kinds(*at).await;
            kinds.push(of_stage.map_err(|_| Unavailable::new(STAGES[*at].statement.name))?);
        }
        let position = ["''".to_owned(), "0".to_owned(), "''".to_owned()];
        let values = [position.to_vec(), no_rows(&kinds.concat())].concat();
        self.explained_sql(&single_statement::text(shape, &kinds), &values).await
    }

    /// How the server goes about holding rows.
    #[cfg(test)]
    pub(super) async fn holds_explained(&self) -> Result<String, Unavailable> {
        let text = no_rows(&[Kind::Text]);
        let notifications = self.explained_sql(HOLD_NOTIFICATIONS, &text).await?;
        Ok(notifications + &self.explained_sql(HOLD_BALANCES, &text).await?)
    }

    /// How the server goes about a statement with those values in the places of its parameters.
    #[cfg(test)]
    pub(super) async fn explained_sql(&self, sql: &str, values: &[String]) -> Result<String, Unavailable> {
        let mut sql = format!("explain {sql}");
        for (n, value) in (1..).zip(values).collect::<Vec<(usize, _)>>().into_iter().rev() {
            sql = sql.replace(&format!("${n}"), value);
        }
        let explain = self.session.prepared(&sql).await.map_err(unavailable)?;
        let rows = self.session.query(&explain, &[]).await.map_err(unavailable)?;
        rows.iter().map(|row| row.try_get::<_, String>(0).map_err(unavailable)).collect()
    }

    fn counted<'a>(&'a self, statement: &'a Statement, cells: &'a [Cell<'a>]) -> Call<'a> {
        Box::pin(async move {
            let parameters: Vec<_> = parameters_of(cells).collect();
            self.session.execute(statement, &parameters).await.map(Answer::Changed)
        })
    }

    /// Gives the rows that a guarded stage has changed.
    fn staged_call<'a>(
        &'a self,
        statement: &'a Statement,
        given: &'a Given<'a>,
        is_guarded: bool,
    ) -> Call<'a> {
        Box::pin(async move {
            let parameters: Vec<_> = match given {
                Given::Columns(columns) => parameters_of(columns).collect(),
                Given::Cells(cells) => parameters_of(cells).collect(),
            };
            if is_guarded {
                self.session.query(statement, &parameters).await.map(Answer::Rows)
            } else {
                self.session.execute(statement, &parameters).await.map(Answer::Changed)
            }
        })
    }
}

/// The statements that this engine makes of Citus and no other engine makes, whatever the kinds of their columns are.
#[cfg(test)]
pub(crate) fn statements() -> Vec<String> {
    texts(&STAGES.iter().map(|stage| vec![Kind::Text; stage.statement.given().len()]).collect::<Vec<_>>())
}

/// The same for columns of these kinds.
#[cfg(test)]
fn texts(kinds: &[Vec<Kind>]) -> Vec<String> {
    let many = STAGES.iter().zip(kinds).map(|(stage, kinds)| stage.text(kinds, true));
    let shape: Shape = (0..STAGES.len()).filter(|at| STAGES[*at].only_adds()).collect();
    let of_shape: Vec<Vec<Kind>> = shape.iter().map(|at| kinds[*at].clone()).collect();
    // It divides by the number of positions that it finds.
    let single = single_statement::text(&shape, &of_shape).replace("1 / count", "count");
    let own = [HOLD_BALANCE, HOLD_NOTIFICATIONS_OF_ONE].into_iter().chain(version_vector::STATEMENTS);
    let rows = STAGES.iter().filter(|stage| stage.only_adds()).map(|stage| stage.row_by_row(2));
    many.chain(rows).chain([single]).chain(own.map(str::to_owned)).collect()
}

/// Columns without a row, as SQL.
#[cfg(test)]
fn no_rows(kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(|kind| format!("cast('{{}}' as {})", kind.array())).collect()
}

fn cells(step: &Step) -> Vec<Cell<'_>> {
    step.values.iter().map(Cell::from).collect()
}

fn flat<'l>(lines: &[Line<'l>]) -> Vec<Cell<'l>> {
    lines.iter().flat_map(|line| line.cells.iter().copied()).collect()
}

fn columns<'l>(kinds: &[Kind], lines: &'l [Line<'_>]) -> Vec<Column<'l>> {
    let column = |(at, kind): (usize, &Kind)| Column::of(*kind, lines.iter().map(move |line| line.cells[at]));
    kinds.iter().enumerate().map(column).collect()
}

/// The members whose guards do not hold, going by what the stages and the steps behind them gave; or an end without a
/// name to it.
fn at_fault(plan: &Plan<'_>, answers: Vec<Result<Answer, Error>>) -> Result<Vec<usize>, Ended> {
    let mut at_fault = Vec::new();
    let mut answers = answers.into_iter();
    for ((at, lines), answer) in plan.stages.iter().zip(&mut answers) {
        match answer.map_err(Failure::from) {
            Ok(Answer::Rows(rows)) if rows.len() < lines.len() => {
                missing(&STAGES[*at], lines, &rows, &mut at_fault)?;
            }
            Ok(_) => {}
            Err(Failure::Guard(_) | Failure::Bad(_)) => {
                return match lines.as_slice() {
                    [line] if at_fault.is_empty() => Ok(line.owner.members().to_vec()),
                    _ if at_fault.is_empty() => Err(Ended::Unclear),
                    _ => Ok(at_fault),
                };
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    for ((member, step), answer) in plan.steps.iter().zip(answers) {
        match (answer.map_err(Failure::from), step) {
            (Err(Failure::Guard(_) | Failure::Bad(_)), _) => {
                at_fault.push(*member);
                return Ok(at_fault);
            }
            (Err(failure), _) => return Err(failure.into()),
            (Ok(Answer::Changed(0)), step) if step.statement.refuses.is_some() => at_fault.push(*member),
            (Ok(_), _) => {}
        }
    }
    Ok(at_fault)
}

/// Adds the owners of the lines that no row came back for.
fn missing(stage: &Stage, lines: &[Line<'_>], rows: &[Row], at_fault: &mut Vec<usize>) -> Result<(), Ended> {
    let mut came_back = vec![false; lines.len()];
    for row in rows {
        let place = if !stage.adds() {
            let place: i64 = row.try_get(0)?;
            usize::try_from(place - 1).ok()
        } else {
            let mut names = Vec::with_capacity(stage.key());
            for column in 0..stage.key() {
                names.push(row.try_get::<_, &str>(column)?);
            }
            let is_it =
                |line: &Line<'_>| line.cells.iter().zip(&names).all(|(cell, name)| *cell == Cell::Text(name));
            lines.iter().position(is_it)
        };
        if let Some(found) = place.and_then(|place| came_back.get_mut(place)) {
            *found = true;
        }
    }
    let gone = lines.iter().zip(came_back).filter(|(_, came_back)| !came_back);
    at_fault.extend(gone.flat_map(|(line, _)| line.owner.members()));
    Ok(())
}

/// Sends the calls in their order, without waiting in between, and gives what they gave.
async fn pipelined(mut calls: Vec<Call<'_>>) -> Vec<Result<Answer, Error>> {
    let mut answers: Vec<Option<Result<Answer, Error>>> = calls.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut is_done = true;
        for (call, answer) in calls.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match call.as_mut().poll(context) {
                    Poll::Ready(ready) => *answer = Some(ready),
                    Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
