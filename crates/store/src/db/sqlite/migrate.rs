//! Brings a database's tables up to date, and refuses one that was made by other migrations than these.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::OpenError;
use crate::migration::{MIGRATIONS, TOO_OLD, known};

/// Tables whose rows are wide, or which have no key. They keep SQLite's hidden row number; all others are stored in
/// their key's order, which saves an index. A wide row in a key's order would sit in the inner pages of the tree as
/// well and make it deep.
const WITH_ROWID: [&str; 4] = ["payment", "replay", "attempt", "audit"];

const MIGRATION_TABLE: &str = "create table if not exists migration (
    version integer not null primary key, name text not null, hash text not null) strict";

const MIGRATION_LATEST: &str = "select coalesce(max(version), 0) from migration";

const MIGRATION_HASH: &str = "select hash from migration where version = ?1";

const MIGRATION_ADD: &str = "insert into migration (version, name, hash) values (?1, ?2, ?3)";

/// Runs what has not been run yet, all in one transaction.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed =
        |error: rusqlite::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    transaction.execute_batch(MIGRATION_TABLE).map_err(failed)?;
    let latest: i64 = transaction.query_row(MIGRATION_LATEST, [], |row| row.get(0)).map_err(failed)?;
    known(latest)?;
    for migration in MIGRATIONS {
        if migration.version <= latest {
            let ran: String = transaction
                .query_row(MIGRATION_HASH, [migration.version], |row| row.get(0))
                .map_err(failed)?;
            migration.ran(&ran)?;
        } else {
            transaction.execute_batch(&in_sqlite(migration.sql)).map_err(failed)?;
            let values = params![migration.version, migration.name, migration.hash()];
            transaction.execute(MIGRATION_ADD, values).map_err(failed)?;
        }
    }
    transaction.commit().map_err(failed)
}

/// Refuses a database whose tables are not the ones that [`migrate`] would leave, and changes nothing.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed =
        |error: rusqlite::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
    let latest: i64 = connection.query_row(MIGRATION_LATEST, [], |row| row.get(0)).map_err(failed)?;
    known(latest)?;
    for migration in MIGRATIONS {
        if migration.version > latest {
            return Err(OpenError::Database { path: path.to_owned(), reason: TOO_OLD.to_owned() });
        }
        let ran: String =
            connection.query_row(MIGRATION_HASH, [migration.version], |row| row.get(0)).map_err(failed)?;
        migration.ran(&ran)?;
    }
    Ok(())
}

/// The text in SQLite's own words: strict tables, whose columns hold what they say and nothing else, have no `bigint`,
/// and tables are stored in their key's order unless that does not pay.
pub(super) fn in_sqlite(sql: &str) -> String {
    let mut rendered = String::with_capacity(sql.len());
    let mut table = "";
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix("create table ") {
            table = rest.trim_end_matches(" (");
        }
        if line == ");" {
            let suffix = if WITH_ROWID.contains(&table) { "strict" } else { "strict, without rowid" };
            rendered.push_str(&format!(") {suffix};\n"));
        } else {
            rendered.push_str(&line.replace(" bigint", " integer"));
            rendered.push('\n');
        }
    }
    rendered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_strict_and_stored_as_listed() {
        let check = |sql: &str, expected: &str| assert_eq!(in_sqlite(sql), expected);
        check(
            "create table pin_attempt (\n    attempts bigint not null\n);\n",
            "create table pin_attempt (\n    attempts integer not null\n) strict, without rowid;\n",
        );
        check(
            "create table audit (\n    at bigint\n);\n",
            "create table audit (\n    at integer\n) strict;\n",
        );
        check(
            "alter table audit\n    add column n bigint;\n",
            "alter table audit\n    add column n integer;\n",
        );
    }
}
