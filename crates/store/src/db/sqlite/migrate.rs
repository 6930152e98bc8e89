//! Brings a database's tables up to date, and refuses one that was made by other migrations than these.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::OpenError;

/// A step from one set of tables to the next. Its text is never edited once it was released.
struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 1] =
    [Migration { version: 1, name: "initial", sql: include_str!("../../../migrations/0001_initial.sql") }];

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
    if MIGRATIONS.iter().all(|migration| migration.version < latest) {
        return Err(OpenError::MigrationUnknown { version: latest });
    }
    for Migration { version, name, sql } in MIGRATIONS {
        let hash = hash(sql);
        if version <= latest {
            let ran: String =
                transaction.query_row(MIGRATION_HASH, [version], |row| row.get(0)).map_err(failed)?;
            if ran != hash {
                return Err(OpenError::MigrationChanged { version, name });
            }
        } else {
            transaction.execute_batch(&in_sqlite(sql)).map_err(failed)?;
            transaction.execute(MIGRATION_ADD, params![version, name, hash]).map_err(failed)?;
        }
    }
    transaction.commit().map_err(failed)
}

/// Refuses a database whose tables are not the ones that [`migrate`] would leave, and changes nothing.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed =
        |error: rusqlite::Error| OpenError::Database { path: path.to_owned(), reason: error.to_string() };
    let latest: i64 = connection.query_row(MIGRATION_LATEST, [], |row| row.get(0)).map_err(failed)?;
    if MIGRATIONS.iter().all(|migration| migration.version < latest) {
        return Err(OpenError::MigrationUnknown { version: latest });
    }
    for Migration { version, name, sql } in MIGRATIONS {
        if version > latest {
            let reason =
                "its tables are older than this program; start the gateway once to renew them".to_owned();
            return Err(OpenError::Database { path: path.to_owned(), reason });
        }
        let ran: String =
            connection.query_row(MIGRATION_HASH, [version], |row| row.get(0)).map_err(failed)?;
        if ran != hash(sql) {
            return Err(OpenError::MigrationChanged { version, name });
        }
    }
    Ok(())
}

/// FNV-1a of the text, in hexadecimal. It notices an edit; it is no seal against somebody who wants to deceive.
fn hash(sql: &str) -> String {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The text in SQLite's own words: strict tables, whose columns hold what they say and nothing else, have no `bigint`,
/// and tables are stored in their key's order unless that does not pay.
fn in_sqlite(sql: &str) -> String {
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
    fn versions_count_from_one_without_a_gap() {
        let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=versions.len()).map(|n| i64::try_from(n).unwrap()).collect::<Vec<_>>());
    }

    #[test]
    fn every_table_and_column_has_its_sentence() {
        for Migration { name, sql, .. } in MIGRATIONS {
            let mut before = "";
            for line in sql.lines() {
                if line.starts_with("create ") {
                    assert!(before.starts_with("-- "), "{name}: nothing is said about {line}");
                }
                let is_column = line.starts_with("    ") && !line.trim_start().starts_with("constraint ");
                assert!(!is_column || line.contains(" -- "), "{name}: nothing is said about {line}");
                before = line;
            }
        }
    }

    #[test]
    fn tables_are_strict_and_stored_as_listed() {
        let check = |sql: &str, expected: &str| assert_eq!(in_sqlite(sql), expected);
        check(
            "create table guess (\n    attempts bigint not null\n);\n",
            "create table guess (\n    attempts integer not null\n) strict, without rowid;\n",
        );
        check(
            "create table audit (\n    at bigint\n);\n",
            "create table audit (\n    at integer\n) strict;\n",
        );
    }
}
