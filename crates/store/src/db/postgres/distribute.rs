//! Gives the tables to the nodes of a cluster of Citus, and refuses one that would lose what it has answered.
//!
//! It may be done again at any time: a table that lies as it should is left alone. Nobody may write meanwhile.

use std::fmt;

use super::address::Target;
use super::failure::Error;
use super::parameter::Cell;
use super::session::Session;
use crate::OpenError;
use crate::table::{ALL, BUCKET};

/// The longest that what is in doubt after a node's fall may stay locked.
const RECOVERY_MAX_MS: i64 = 60_000;

pub(super) const IS_COORDINATOR: &str = "select count(*) from pg_dist_local_group where groupid = 0";

pub(super) const WORKERS: &str = "select count(*) from pg_dist_node
    where noderole = 'primary' and isactive and shouldhaveshards and groupid <> 0";

/// What each node says when it is asked as Citus asks it. The coordinator's own word is enough where it is no node.
const ON_NODES: &str = "select n.nodename || ':' || n.nodeport, a.success, a.result
    from run_command_on_all_nodes($1) a join pg_dist_node n on n.nodeid = a.nodeid order by 1";

/// Every setting that decides whether an answer lasts, with blanks in between.
pub(super) const SETTINGS: &str = "select current_setting('synchronous_commit') || ' '
    || current_setting('max_prepared_transactions') || ' ' || current_setting('max_connections')";

const RECOVERY: &str =
    "select cast(setting as bigint) from pg_settings where name = 'citus.recover_2pc_interval'";

/// How a table lies: the column, nothing where it is on every node, or no row where it is on this one alone.
pub(super) const LIES: &str =
    "select coalesce(cast(column_to_column_name(logicalrelid, partkey) as text), '')
    from pg_dist_partition where logicalrelid = cast(cast($1 as text) as regclass)";

const BY_COLUMN: &str = "select create_distributed_table(cast(cast($1 as text) as regclass), $2)";

const EVERYWHERE: &str = "select create_reference_table(cast(cast($1 as text) as regclass))";

/// The rows that are on the nodes are no more needed here.
const CLEAN_UP: &str =
    "select truncate_local_data_after_distributing_table(cast(cast($1 as text) as regclass))";

/// Refuses what is no coordinator of a cluster that keeps what it has answered.
pub(super) async fn check(session: &Session, target: &Target) -> Result<(), OpenError> {
    let refused = |error: Error| target.refused(&error);
    let unusable = |reason: &str| target.not_distributed(reason);
    if !session.is_citus() {
        return Err(unusable(NO_CITUS));
    }
    if number(session, IS_COORDINATOR).await.map_err(refused)? != Some(1) {
        return Err(unusable(&Flaw::from(NO_COORDINATOR).to_string()));
    }
    if number(session, WORKERS).await.map_err(refused)? == Some(0) {
        return Err(unusable(&Flaw::from(NO_WORKERS).to_string()));
    }
    let interval = recovery_ms(session).await.map_err(refused)?;
    recovers(interval).map_err(|flaw| unusable(&format!("its cluster's {flaw}")))?;
    for (node, said) in on_nodes(session, SETTINGS).await.map_err(refused)? {
        let said =
            said.map_err(|answer| unusable(&format!("its node {node} did not say how it is set: {answer}")))?;
        lasts(&said).map_err(|flaw| unusable(&format!("its node {node} has {flaw}")))?;
    }
    Ok(())
}

/// What is wrong, as a clause, and what to do about it.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) says: String,
    pub(super) remedy: String,
}

impl From<(&str, &str)> for Flaw {
    fn from((says, remedy): (&str, &str)) -> Self {
        Self { says: says.to_owned(), remedy: remedy.to_owned() }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.says, self.remedy)
    }
}

/// Distributes every table, and tells a line for each.
pub(super) async fn distribute(
    session: &Session,
    target: &Target,
    mut tell: impl FnMut(String),
) -> Result<(), OpenError> {
    for (table, column) in layout() {
        tell(placed(session, target, table, column).await?);
    }
    Ok(())
}

/// Every table, and the column by which it lies; no text where it is on every node.
pub(super) fn layout() -> impl Iterator<Item = (&'static str, &'static str)> {
    // How far a writer has come is written beside what it tells of, by the same transaction.
    let own = [("committer", BUCKET)];
    ALL.iter().map(|table| (table.name, table.lies_by().unwrap_or_default())).chain(own)
}

const NO_CITUS: &str = "its database has no Citus; on every node: `create extension citus`, and on the coordinator \
    `select citus_set_coordinator_host('…')` and `select citus_add_node('…', 5432)` for each worker";

pub(super) const NO_COORDINATOR: (&str, &str) =
    ("it is a worker of a cluster of Citus", "the address must name the coordinator");

pub(super) const NO_WORKERS: (&str, &str) = (
    "its cluster of Citus has no worker that takes shards",
    "on the coordinator: `select citus_add_node('…', 5432)`",
);

/// Puts one table where it should be, and says what was done.
async fn placed(session: &Session, target: &Target, table: &str, wanted: &str) -> Result<String, OpenError> {
    let refused = |error: Error| target.refused(&error);
    let how = told(wanted);
    match text(session, LIES, &[table]).await.map_err(refused)? {
        Some(found) if found == wanted => return Ok(format!("{table} lies {how} already")),
        Some(found) => {
            let found = told(&found);
            let reason = format!(
                "its table {table} lies {found} and should lie {how}; `select undistribute_table('{table}')` takes it back"
            );
            return Err(target.not_distributed(&reason));
        }
        None => {}
    }
    let done = if wanted.is_empty() {
        text(session, EVERYWHERE, &[table]).await
    } else {
        text(session, BY_COLUMN, &[table, wanted]).await
    };
    done.map_err(refused)?;
    text(session, CLEAN_UP, &[table]).await.map_err(refused)?;
    Ok(format!("{table} lies {how} now"))
}

/// Lets the rows of every table be moved to another node while they are written: a row without a key is known by all of
/// its columns.
pub(super) async fn name_rows(session: &Session, target: &Target) -> Result<(), OpenError> {
    let named = async {
        for table in ALL.iter().filter(|table| table.key == 0) {
            session.run(&format!("alter table {} replica identity full", table.name)).await?;
        }
        Ok(())
    };
    named.await.map_err(|error| target.refused(&error))
}

/// How a table lies, in words.
pub(super) fn told(column: &str) -> String {
    if column.is_empty() { "on every node".to_owned() } else { format!("by {column}") }
}

/// What each node answers to a statement of one text, or why it does not.
pub(super) async fn on_nodes(
    session: &Session,
    sql: &str,
) -> Result<Vec<(String, Result<String, String>)>, Error> {
    let statement = session.prepared(ON_NODES).await?;
    let rows = session.query(&statement, &[&sql]).await?;
    let mut said = Vec::with_capacity(rows.len());
    for row in rows {
        let (node, is_answer, answer): (String, bool, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        said.push((node, if is_answer { Ok(answer) } else { Err(answer) }));
    }
    Ok(said)
}

/// Whether what a node has answered outlives it, going by its settings.
pub(super) fn lasts(settings: &str) -> Result<(), Flaw> {
    let mut words = settings.split(' ');
    let (commit, prepared, connections) = (words.next(), words.next(), words.next());
    if let Some(off @ ("off" | "local")) = commit {
        return Err(Flaw {
            says: format!("synchronous_commit = {off}, and would lose what was answered"),
            remedy: "on that node: `alter system set synchronous_commit = 'on'; select pg_reload_conf()`"
                .to_owned(),
        });
    }
    let count = |word: Option<&str>| word.and_then(|word| word.parse::<u32>().ok());
    match (count(prepared), count(connections)) {
        (Some(prepared), Some(connections)) if prepared >= connections => Ok(()),
        (Some(prepared), Some(connections)) => Err(Flaw {
            says: format!(
                "max_prepared_transactions = {prepared}, less than max_connections = {connections}: commits would be \
                 refused under load"
            ),
            remedy: format!(
                "on that node: `alter system set max_prepared_transactions = {connections}`, and start it anew"
            ),
        }),
        _ => Err(Flaw {
            says: format!("settings of which it says `{settings}`"),
            remedy: "look into its log".to_owned(),
        }),
    }
}

/// How often the coordinator looks after what is in doubt; -1 is never.
pub(super) async fn recovery_ms(session: &Session) -> Result<i64, Error> {
    Ok(number(session, RECOVERY).await?.unwrap_or(-1))
}

/// Whether transactions that a fall left in doubt are ended soon.
pub(super) fn recovers(interval_ms: i64) -> Result<(), Flaw> {
    let says = match interval_ms {
        0..=RECOVERY_MAX_MS => return Ok(()),
        ..0 => {
            "citus.recover_2pc_interval is off: what a node's fall leaves in doubt would stay locked for good"
                .to_owned()
        }
        _ => format!(
            "citus.recover_2pc_interval is {interval_ms} ms: what a node's fall leaves in doubt would stay locked for \
             longer than {RECOVERY_MAX_MS} ms"
        ),
    };
    let remedy =
        "on the coordinator: `alter system set citus.recover_2pc_interval = '5s'; select pg_reload_conf()`";
    Err(Flaw { says, remedy: remedy.to_owned() })
}

pub(super) async fn number(session: &Session, sql: &str) -> Result<Option<i64>, Error> {
    let statement = session.prepared(sql).await?;
    let rows = session.query(&statement, &[]).await?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

/// The only text of a statement; none of a row whose type is not text, such as what a procedure gives.
pub(super) async fn text(session: &Session, sql: &str, values: &[&str]) -> Result<Option<String>, Error> {
    let statement = session.prepared(sql).await?;
    let cells: Vec<Cell<'_>> = values.iter().map(|value| Cell::Text(value)).collect();
    let parameters: Vec<_> = super::parameter::parameters_of(&cells).collect();
    let rows = session.query(&statement, &parameters).await?;
    Ok(rows.first().and_then(|row| row.try_get(0).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_lose_data_are_refused_with_a_remedy() {
        let check = |settings: &str, expected: &[&str]| {
            let refused = lasts(settings).err().map_or_else(String::new, |flaw| flaw.to_string());
            assert_eq!(refused.is_empty(), expected.is_empty(), "{settings}: {refused}");
            assert!(expected.iter().all(|words| refused.contains(words)), "{settings}: {refused}");
        };
        check("on 200 200", &[]);
        check("remote_apply 400 200", &[]);
        check("off 200 200", &["synchronous_commit = off", "alter system"]);
        check("local 200 200", &["synchronous_commit = local"]);
        check("on 0 200", &["max_prepared_transactions = 0", "max_prepared_transactions = 200`"]);
        check("on 199 200", &["max_prepared_transactions = 199"]);
        check("on", &["says `on`"]);
    }

    #[test]
    fn recovery_that_is_slow_or_off_is_refused_with_a_remedy() {
        let check = |interval_ms: i64, expected: &str| {
            let refused = recovers(interval_ms).err().map_or_else(String::new, |flaw| flaw.to_string());
            assert_eq!(refused.is_empty(), expected.is_empty(), "{interval_ms}: {refused}");
            assert!(refused.contains(expected), "{refused}");
        };
        check(5_000, "");
        check(60_000, "");
        check(60_001, "longer than 60000 ms");
        check(-1, "is off");
    }
}
