//! The steps from one set of tables to the next, which every engine takes in its own words.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::OpenError;

/// A step from one set of tables to the next. Its text is never edited once it was released.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

pub(crate) const MIGRATIONS: [Migration; 1] =
    [Migration { version: 1, name: "initial", sql: include_str!("../migrations/0001_initial.sql") }];

impl Migration {
    /// FNV-1a of the text, in hexadecimal. It notices an edit; it is no seal against somebody who wants to deceive.
    pub(crate) fn hash(&self) -> String {
        let hash = self.sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }

    /// Refuses a store that ran another text under this version.
    pub(crate) fn ran(&self, hash: &str) -> Result<(), OpenError> {
        if self.hash() == hash {
            return Ok(());
        }
        Err(OpenError::MigrationChanged { version: self.version, name: self.name })
    }
}

/// Refuses a store that is newer than this program.
pub(crate) fn known(latest: i64) -> Result<(), OpenError> {
    if MIGRATIONS.iter().all(|migration| migration.version < latest) {
        return Err(OpenError::MigrationUnknown { version: latest });
    }
    Ok(())
}

/// What is said of a store whose tables are older than this program, when it may not renew them.
pub(crate) const TOO_OLD: &str =
    "its tables are older than this program; start the gateway once to renew them";

/// The constraint of that name, if a migration makes one.
pub(crate) fn constraint(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let lines = MIGRATIONS.iter().flat_map(|migration| migration.sql.lines());
        lines.filter_map(|line| line.trim_start().strip_prefix("constraint ")?.split(' ').next()).collect()
    });
    NAMES.get(name).copied()
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
                if line.starts_with("create ") || line.starts_with("alter ") {
                    assert!(before.starts_with("-- "), "{name}: nothing is said about {line}");
                }
                // What is added has its sentence above: SQLite keeps the line's text, and a comment would hide what follows.
                let is_other =
                    |line: &str| line.starts_with("constraint ") || line.starts_with("add column ");
                let is_column = line.starts_with("    ") && !is_other(line.trim_start());
                assert!(
                    !line.contains("add column ") || line.ends_with(';'),
                    "{name}: a comment follows {line}"
                );
                assert!(!is_column || line.contains(" -- "), "{name}: nothing is said about {line}");
                before = line;
            }
        }
    }
}
