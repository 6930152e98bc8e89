//! What an error of the server means for what was asked of it.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::address::told;
use crate::{Refused, Unavailable, guard};

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// A constraint does not hold, and that means a refusal.
    Guard(Refused),
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
            Some("23") => {
                let constraint = error.as_db_error().and_then(|error| error.constraint());
                constraint.and_then(guard::refusal).map_or(Self::Bad(unavailable), Self::Guard)
            }
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
