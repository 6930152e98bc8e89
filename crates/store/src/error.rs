//! What can go wrong in the store: it does not open, it cannot answer now, or a change meets a guard.
//!
//! What a refusal means for a merchant is not said here; the callers know which request they were serving.

use std::path::PathBuf;
use std::sync::Arc;

/// The store cannot answer: the disk is full, a file cannot be read, a row is not what this program writes, or the
/// store was closed. Nothing was changed. Asking again later may work.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the store is unavailable: {reason}")]
pub struct Unavailable {
    reason: Arc<str>,
}

impl Unavailable {
    /// Keeps the cause as text, because one cause may have to be told to a whole batch of callers.
    pub(crate) fn new(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string().into() }
    }

    /// A row that holds what this program never writes.
    pub(crate) fn corrupt(what: &str, found: impl std::fmt::Debug) -> Self {
        Self::new(format_args!("a stored {what} reads {found:?}, which is none"))
    }

    /// The store was closed, or its writer is gone.
    pub(crate) fn closed() -> Self {
        Self::new("it is closed")
    }
}

/// Why a change was not made. Nothing of it was written, whatever it was, but for one that says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// The replay key is taken: the call was answered before, or another one with the same key was quicker.
    #[error("the external id was used before")]
    Replay,
    /// The merchant's order has a QR code already.
    #[error("the order has a QR code already")]
    OrderTaken,
    /// A row is no longer as it was when the change was decided; read again and decide anew.
    #[error("something else changed the same thing first")]
    LostRace,
    /// The change would push an account below its floor, or take from an account that was never opened.
    #[error("the account does not hold enough")]
    InsufficientFunds,
    /// The change would have an account hold more than an account can.
    #[error("the account cannot hold so much")]
    AccountFull,
    /// The allowance of attempts at a PIN is used up.
    #[error("too many attempts")]
    TooManyPinAttempts,
    /// The virtual account's number is another merchant's, or waits for a payment, or rests.
    #[error("the number is taken")]
    NumberTaken,
    /// Something of that name is there already.
    #[error("this {what} exists already")]
    Exists {
        /// What kind of thing, as a noun.
        what: &'static str,
    },
    /// The connection to the database was lost while the change was being made durable, and the database stayed away
    /// for too long to be asked: the change may have been made or not.
    #[error("the database went away during the commit; it is not known whether the change was made")]
    OutcomeUnknown,
    /// Nothing is known to be wrong with the change, but it could not be made durable.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names an engine that this program does not have.
    #[error(
        "the store's address ({address}) is of no known kind; use sqlite:///absolute/path.db, sqlite://relative.db or \
         postgres://user:password@host:port/database"
    )]
    UnknownScheme {
        /// What of the address may be shown.
        address: String,
    },
    /// Another process has the store open.
    #[error("the store {} is in use by {holder}; stop that one first or choose another data directory", path.display())]
    InUse {
        /// The database's file.
        path: PathBuf,
        /// Who is in the way.
        holder: String,
    },
    /// The database's file has more than one name.
    #[error(
        "the store {} has {links} names on its disk (hard links), and a second program that opens it by another one would destroy it; remove the others, or copy it to a file of its own", path.display()
    )]
    ManyNames {
        /// One of the names.
        path: PathBuf,
        /// How many there are.
        links: u64,
    },
    /// A file or directory cannot be created or opened.
    #[error("the store's file {} cannot be opened", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The store was written by a newer version of this program.
    #[error(
        "the store has migration {version}, which this version does not know; run the version that made it"
    )]
    MigrationUnknown {
        /// The newest migration it has.
        version: i64,
    },
    /// A migration that the store has is not the one this program would have run.
    #[error("migration {version} ({name}) was changed after the store ran it; migrations are never edited")]
    MigrationChanged {
        /// Which.
        version: i64,
        /// Its name.
        name: &'static str,
    },
    /// The store was being filled from another one, and that did not end.
    #[error(
        "the store {address} holds a part of another one; run `lunas migrate-store` again to copy the rest"
    )]
    HalfCopied {
        /// Its address, without a password.
        address: String,
    },
    /// The store lies in a file, or its server is not a cluster as it must be.
    #[error("the store {address} cannot be given to several machines: {reason}")]
    NotDistributed {
        /// Its address, without its password.
        address: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A database server cannot be reached, refused, or is not as it must be.
    #[error("the store {server} cannot be opened: {reason}")]
    Server {
        /// The server's address, without its password.
        server: String,
        /// Why.
        reason: String,
    },
    /// The database itself refused.
    #[error("the store {} cannot be opened: {reason}", path.display())]
    Database {
        /// The database's file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}
