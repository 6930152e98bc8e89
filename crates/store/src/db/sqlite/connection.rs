//! The connections to the file: the one that writes, the one that moves pages out of the log, and those that read.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// Statements that a connection keeps prepared; more than the crate has.
const STATEMENTS_KEPT_MAX: usize = 128;
/// A payment of another merchant than the one before goes to pages of its own in several indexes, and a page is written
/// whole, twice. With 8192 bytes 36 KB are written for each payment of fifty merchants, with these 26.
const PAGE_BYTES: i64 = 4096;
/// What the writer keeps of the database in memory, in KiB. More is slower: SQLite walks all that it keeps at the end
/// of nearly every commit that splits a page, and what is not here is in the operating system's cache anyway. Less
/// than a batch touches would write pages twice. Measured over 200,000 payments: 128 MiB cost 15 s of processor time,
/// 16 MiB 13 s.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
/// What each reader keeps.
const READER_CACHE_KIB: i64 = 16 * 1024;
/// How long a statement waits for a lock before it fails. Nobody but this process may hold one.
pub(super) const BUSY: Duration = Duration::from_secs(1);

/// The one connection that writes. The page size only counts while the file is new.
pub(super) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // Negative sizes are in KiB.
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// The connection that moves what was committed from the log into the database's file.
pub(super) fn checkpointing(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// One that only reads.
pub(super) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// Statements are prepared once and stay so. Without the first line SQLite, where it is built to plan by histograms,
/// prepares a statement anew each time a value is bound in its condition; creating payments cost a quarter more.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT_MAX);
    Ok(())
}
