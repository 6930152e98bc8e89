//! Brings a database's tables up to date, from whichever node starts first, and refuses one that was made by other
//! migrations than these.
//!
//! No lock is taken: a migration and its row in the table of migrations are one transaction, and the row comes first.
//! A second node that starts meanwhile waits for that row, finds it taken, and looks again.

use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::address::Target;
use super::failure::Error;
use super::parameter::Cell;
use super::reads::Tries;
use super::session::Session;
use super::version_vector;
use crate::OpenError;
use crate::migration::{MIGRATIONS, Migration, TOO_OLD, known};

/// How long a node waits for others that are migrating.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the engine keeps for itself: which migrations ran, and how far writers have come.
const OWN_TABLES: [&str; 3] = [
    "create table if not exists migration (
        version bigint not null primary key, name text not null, hash text not null)",
    version_vector::TABLE,
    version_vector::EPOCH_BEGIN,
];

const ENCODING: &str = "select current_setting('server_encoding')";

const MIGRATION_LATEST: &str = "select coalesce(max(version), 0) from migration";

const MIGRATION_HASH: &str = "select hash from migration where version = $1";

const MIGRATION_ADD: &str = "insert into migration (version, name, hash) values ($1, $2, $3)";

/// Runs what has not been run yet, each migration in a transaction of its own.
pub(super) async fn migrate(session: &Session, target: &Target) -> Result<(), OpenError> {
    let mut tries = Tries::within(PATIENCE);
    loop {
        let error = match migrated(session, target).await {
            Err(Stopped::Server(error)) => error,
            Err(Stopped::Refused(refused)) => return Err(refused),
            Ok(()) => return Ok(()),
        };
        // Nothing is left of it if there was no transaction to end.
        let _ = session.run("rollback").await;
        if !is_of_another_node(&error) || !tries.another().await {
            return Err(target.refused(&error));
        }
    }
}

/// Refuses a database whose tables are not the ones that [`migrate`] would leave, and changes nothing.
pub(super) async fn check(session: &Session, target: &Target) -> Result<(), OpenError> {
    let checked = async {
        let latest = latest(session).await?;
        known(latest)?;
        for migration in MIGRATIONS {
            if migration.version > latest {
                return Err(Stopped::Refused(target.unusable(TOO_OLD)));
            }
            migration.ran(&hash(session, &migration).await?)?;
        }
        Ok(())
    };
    match checked.await {
        Err(Stopped::Server(error)) => Err(target.refused(&error)),
        Err(Stopped::Refused(refused)) => Err(refused),
        Ok(()) => Ok(()),
    }
}

enum Stopped {
    Server(Error),
    Refused(OpenError),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

impl From<tokio_postgres::Error> for Stopped {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error.into())
    }
}

impl From<OpenError> for Stopped {
    fn from(refused: OpenError) -> Self {
        Self::Refused(refused)
    }
}

async fn migrated(session: &Session, target: &Target) -> Result<(), Stopped> {
    let statement = session.prepared(ENCODING).await?;
    let rows = session.query(&statement, &[]).await?;
    let encoding: String = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
    if encoding != "UTF8" {
        let reason = format!("its encoding is {encoding}; create it with encoding 'UTF8'");
        return Err(Stopped::Refused(target.unusable(&reason)));
    }
    for statement in OWN_TABLES {
        session.run(statement).await?;
    }
    let latest = latest(session).await?;
    known(latest)?;
    for migration in MIGRATIONS {
        if migration.version <= latest {
            migration.ran(&hash(session, &migration).await?)?;
            continue;
        }
        let add = session.prepared(MIGRATION_ADD).await?;
        let hash = migration.hash();
        session.run("begin").await?;
        let row = [Cell::Int(migration.version), Cell::Text(migration.name), Cell::Text(&hash)];
        session.execute(&add, &[&row[0], &row[1], &row[2]]).await?;
        session.run(&in_postgres(migration.sql)).await?;
        // Nobody asks for the epoch of Citus, and no chance changes its rows.
        if !session.is_citus() {
            session.run(version_vector::EPOCH_END).await?;
        }
        session.run("commit").await?;
    }
    Ok(())
}

async fn latest(session: &Session) -> Result<i64, Error> {
    let statement = session.prepared(MIGRATION_LATEST).await?;
    let rows = session.query(&statement, &[]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
}

async fn hash(session: &Session, migration: &Migration) -> Result<String, Error> {
    let statement = session.prepared(MIGRATION_HASH).await?;
    let rows = session.query(&statement, &[&migration.version]).await?;
    Ok(rows.first().map_or(Ok(String::new()), |row| row.try_get(0))?)
}

/// Two nodes that create the same thing at once meet in the server's own catalogue, or at the row of the migration.
fn is_of_another_node(error: &Error) -> bool {
    const MET: [SqlState; 6] = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| MET.contains(code))
}

/// The text in PostgreSQL's own words: its bytes have another name, and its text is compared as bytes are, which is how
/// SQLite orders it.
pub(super) fn in_postgres(sql: &str) -> String {
    let mut rendered = String::with_capacity(sql.len() + sql.len() / 4);
    for line in sql.lines() {
        let (code, comment) = line.split_once(" -- ").map_or((line, ""), |(code, comment)| (code, comment));
        let from_name = code.strip_prefix("    add column ").unwrap_or(code.trim_start());
        let name_ends = code.len() - from_name.trim_start_matches(|c: char| !c.is_whitespace()).len();
        let (name, kind) = code.split_at(name_ends);
        rendered.push_str(name);
        if !code.starts_with("    ") {
            rendered.push_str(kind);
        } else if let Some(rest) = kind.strip_prefix(" text") {
            rendered.push_str(" text collate \"C\"");
            rendered.push_str(rest);
        } else if let Some(rest) = kind.strip_prefix(" blob") {
            rendered.push_str(" bytea");
            rendered.push_str(rest);
        } else {
            rendered.push_str(kind);
        }
        if !comment.is_empty() {
            rendered.push_str(" -- ");
            rendered.push_str(comment);
        }
        rendered.push('\n');
    }
    rendered
}

impl Target {
    /// The server's own words for why it cannot be a store.
    pub(super) fn refused(&self, error: &Error) -> OpenError {
        self.unusable(&error.to_string())
    }

    /// Why it cannot be a store.
    pub(super) fn unusable(&self, reason: &str) -> OpenError {
        OpenError::Server { server: self.shown.clone(), reason: reason.to_owned() }
    }

    /// The refusal of a server that is no cluster, or none that keeps what it has answered.
    pub(super) fn not_distributed(&self, reason: &str) -> OpenError {
        OpenError::NotDistributed { address: self.shown.clone(), reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_and_compared_as_listed() {
        let check = |line: &str, expected: &str| assert_eq!(in_postgres(line), format!("{expected}\n"));
        check("    id text not null, -- A text.", "    id text collate \"C\" not null, -- A text.");
        check("    sealed blob not null, -- A blob.", "    sealed bytea not null, -- A blob.");
        check("    detail text", "    detail text collate \"C\"");
        check("    beats bigint not null, -- How often.", "    beats bigint not null, -- How often.");
        check("create index text on text (text);", "create index text on text (text);");
        check("    add column note text;", "    add column note text collate \"C\";");
        check("    add column sealed blob;", "    add column sealed bytea;");
    }
}
