//! All SQL of Lunas: reads, and one [`Store::commit`] that makes a whole decision durable or none of it.
//!
//! | engine | isolation of a commit | isolation of a read | durable when |
//! |---|---|---|---|
//! | SQLite | serializable: one writer, one `begin immediate` at a time | one statement sees one snapshot, which has everything that this process answered before, and what another one did up to two milliseconds ago; `ledger_check` runs all of its statements in one | the write-ahead log is synced (`synchronous=FULL`) before `commit` answers |
//! | PostgreSQL | read committed: every guard is a constraint or a condition of the statement that changes the row, and rows that a statement looks at beside its own are locked first; emptying a sandbox is repeatable read | one statement sees one snapshot; `ledger_check` is one repeatable read | the server has answered `commit`, or the statement that is a whole transaction, with `synchronous_commit` on or stronger |
//!
//! A flow reads what it needs, decides in pure code, and hands over [`Changes`]. Nothing is read inside the transaction:
//! every [`Write`] carries its guard, and a guard that does not hold refuses the whole of the changes with a
//! [`CommitError`] that says which. Between the read and the commit anything may have happened; that is what the guards
//! are for.
//!
//! [`Store::replica_snapshot`] reads a standby of PostgreSQL: several statements see one snapshot, and what they found
//! counts only once it is verified that the standby was neither behind an answer nor ahead of the primary.
//! [`Store::shared_replica_snapshot`] does so for many small reads at a time, which share the snapshot and the proof.
//!
//! Commits from all callers queue up for the engine's committer, which writes what is queued in one transaction, makes
//! it durable once and then answers everybody. A refused change is taken back alone and never fails its neighbours.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use lunas_domain::ledger::{Account, JournalEntry};
//! use lunas_store::{Changes, CommitError, Store, Write};
//! use lunas_vocab::{CustomerId, Money, Timestamp};
//!
//! # let directory = std::env::temp_dir().join(format!("lunas-store-tour-{}", std::process::id()));
//! # let path = directory.join("tour.db");
//! let store = Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
//!
//! let ani = CustomerId::new("c-1").unwrap();
//! let wallet = Account::Wallet(ani.clone());
//! let at = Timestamp::parse("2026-11-20T18:00:00+07:00").unwrap();
//! let top_up = JournalEntry::top_up(ani, Money::idr(50_000), "first", at).unwrap();
//! let opened = Changes::new()
//!     .with(Write::BalanceOpen { account: wallet.clone(), floor: Money::ZERO_IDR })
//!     .with(Write::JournalPost(top_up.clone()));
//! store.commit(opened).await.unwrap();
//! assert_eq!(store.balance_find(&wallet).await.unwrap(), Money::idr(50_000));
//!
//! // The same journal entry cannot be booked twice.
//! let again = store.commit(Write::JournalPost(top_up).into()).await;
//! assert!(matches!(again, Err(CommitError::LostRace)));
//! assert!(store.ledger_check().await.unwrap().is_sound());
//! store.close().await;
//! # std::fs::remove_dir_all(directory).unwrap();
//! # });
//! ```

mod bucket;
mod changes;
mod copy;
mod db;
mod document;
mod error;
pub mod figures;
mod finding;
mod guard;
mod migration;
mod read;
mod record;
mod render;
mod replica_snapshot;
mod row;
mod scope;
mod statement;
mod step;
mod store;
mod table;
pub mod tasks;
mod value;

pub use changes::{Changes, Write};
pub use copy::{CopyError, CopyProgress};
pub use db::masked;
pub use document::Ended;
pub use error::{CommitError, OpenError, Unavailable};
pub use figures::Figures;
pub use finding::Finding;
pub use read::{
    ARCHIVE_SLICE_MAX, BACKLOG_MAX, Backlog, DUE_PER_MERCHANT_MAX, EndedSlice, HistoryFilter, HistoryLine,
    LedgerReport, NotificationFilter, OFFENDERS_MAX, Offender, OldestCredentials, PaymentFilter,
    PinAttemptRow, StatementLine, TRANSFERS_ARCHIVED_MAX, Transition,
};
pub use record::{
    AttemptRow, AuditRow, Checkpoint, ClientOwner, ClientRow, CustomerRow, NotificationKey, NotificationRow,
    NotificationState, PublicKeyRow, ReplayMark, SealedSecret,
};
pub use replica_snapshot::ReplicaSnapshot;
pub use scope::Scope;
pub use store::{LIST_MAX, Opening, Store};
pub use tasks::Tasks;

#[cfg(test)]
mod tests;
