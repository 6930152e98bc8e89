//! What an error of the server means for what was asked of it.

use std::error::Error as _;
use std::fmt;
use std::fmt::Write as _;

use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::migration::constraint;
use crate::{CommitError, Unavailable, guard};

/// An error with what lies behind it.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        // Writing to a string does not fail.
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}

/// What went wrong on a connection, or on the way to one.
#[derive(Debug)]
pub(super) enum Error {
    /// What the server said, or the driver.
    Told(tokio_postgres::Error),
    /// Nobody said anything for as long as anybody waits, or it was not the one who was meant. A sentence without its
    /// end.
    Lost(String),
    /// No server of the address let us in; each with its reason.
    ShutOut(Vec<(String, Error)>),
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Told(error)
    }
}

/// For whoever reads a log: with what lies behind it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(error) => f.write_str(&told(error)),
            Self::Lost(what) => f.write_str(what),
            Self::ShutOut(servers) => {
                for (at, (server, error)) in servers.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{server}: {error}")?;
                }
                Ok(())
            }
        }
    }
}

impl Error {
    /// The server's code, if the error is the server's.
    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Told(error) => error.code(),
            Self::Lost(_) | Self::ShutOut(_) => None,
        }
    }

    /// Whether it is the server's word that it has taken a statement back, and its transaction if it is one by itself.
    /// An error that ends the connection may come when the commit was made already, and so may what a server says of its
    /// line to another one that has the rows, or of something that it did not expect; and some engines say that they do
    /// not know.
    pub(super) fn takes_back(&self) -> bool {
        let Self::Told(error) = self else { return false };
        let Some(told) = error.as_db_error() else { return false };
        let is_certain = !matches!(told.code().code().get(..2), Some("08" | "XX"))
            && *told.code() != SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN;
        told.parsed_severity() == Some(Severity::Error) && (is_certain || constraint_of(told).is_some())
    }
}

/// An error for somebody who will not try again.
pub(super) fn unavailable(error: impl Into<Error>) -> Unavailable {
    Failure::from(error.into()).unavailable()
}

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// A constraint does not hold, and that means a refusal.
    Guard(CommitError),
    /// Somebody else's transaction came in between; the same thing may be tried again at once.
    Again,
    /// Somebody else's transaction is in the way for longer than a statement waits.
    Blocked(Unavailable),
    /// The connection is gone, or leads to a server that takes no writes.
    Lost(Unavailable),
    /// The server refuses what it was given; whoever gave it is at fault, and nobody else.
    Bad(Unavailable),
    /// Trying again would end the same way, whoever tries.
    Other(Unavailable),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let unavailable = Unavailable::new(&error);
        match error {
            Error::Told(error) => error.into(),
            Error::Lost(_) => Self::Lost(unavailable),
            Error::ShutOut(servers) => {
                // As long as one of them may come back, trying again makes sense.
                let mut failures = servers.into_iter().map(|(_, error)| Self::from(error));
                match failures.any(|failure| matches!(failure, Self::Lost(_))) {
                    true => Self::Lost(unavailable),
                    false => Self::Other(unavailable),
                }
            }
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let unavailable = Unavailable::new(told(&error));
        let Some(code) = error.code() else {
            let of_the_line = error.source().is_some_and(|source| source.is::<std::io::Error>());
            return match error.is_closed() || of_the_line {
                true => Self::Lost(unavailable),
                false => Self::Bad(unavailable),
            };
        };
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            return Self::Again;
        }
        if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED {
            return Self::Blocked(unavailable);
        }
        match code.code().get(..2) {
            Some(class @ ("23" | "XX")) => match error.as_db_error().and_then(constraint_of) {
                Some(constraint) => guard::refusal(constraint).map_or(Self::Bad(unavailable), Self::Guard),
                None if class == "23" => Self::Bad(unavailable),
                None => Self::Other(unavailable),
            },
            // A value out of range, too long, or not text.
            Some("21" | "22" | "42" | "54") => Self::Bad(unavailable),
            // A connection's end, an operator's intervention, and a server that has become a standby.
            Some("08" | "57") => Self::Lost(unavailable),
            _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION
                || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT =>
            {
                Self::Lost(unavailable)
            }
            _ => Self::Other(unavailable),
        }
    }
}

/// The constraint that does not hold, if that is why. Citus repeats what another node said and leaves the name of the
/// constraint to the text, with a shard's number behind it, and now and then gives it the code of an internal error.
fn constraint_of(error: &DbError) -> Option<&str> {
    error.constraint().or_else(|| named_in(error.message()))
}

/// The constraint that a text names.
fn named_in(text: &str) -> Option<&'static str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut found = words.filter_map(|word| constraint(word).or_else(|| constraint(without_shard(word))));
    found.next()
}

/// A name without the number of a shard, `balance_key` of `balance_key_102701`.
fn without_shard(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((name, shard)) if !shard.is_empty() && shard.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    }
}

impl Failure {
    /// The failure for somebody who will not try again.
    pub(super) fn unavailable(self) -> Unavailable {
        match self {
            Self::Guard(refused) => Unavailable::new(refused),
            Self::Again => Unavailable::new("other transactions keep coming in between"),
            Self::Blocked(unavailable)
            | Self::Lost(unavailable)
            | Self::Bad(unavailable)
            | Self::Other(unavailable) => unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What servers say in place of a constraint's name, in whatever language.
    #[test]
    fn a_constraint_is_read_out_of_what_another_node_said() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(named_in(text), expected, "{text}");
        check("duplicate key value violates unique constraint \"journal_key_102701\"", Some("journal_key"));
        check("duplicate key value violates unique constraint \"journal_key\"", Some("journal_key"));
        check("doppelter Schlüsselwert verletzt Unique-Constraint »refund_key_102701«", Some("refund_key"));
        check(
            "new row for relation \"balance_102190\" violates check constraint \"balance_floor\"",
            Some("balance_floor"),
        );
        check("violates unique constraint \"client_key_key_102008\"", Some("client_key_key"));
        check("violates check constraint \"payment_refunded\"", Some("payment_refunded"));
        check("relation \"client_key_102008\" does not exist", None);
        check("connection to the remote node 10.0.0.2:5432 failed", None);
        check("", None);
    }
}
