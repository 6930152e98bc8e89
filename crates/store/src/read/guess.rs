//! How many attempts there were at a secret.

use lunas_domain::guess::Subject;
use lunas_vocab::Timestamp;

use crate::table::{GUESS, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

/// The attempts counted against one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessRow {
    /// How many there were in this window.
    pub attempts: i64,
    /// When the count starts anew.
    pub window_until: Timestamp,
}

const GUESS_FIND: &str = sql!("select {} from guess where subject = $1", GUESS.columns());

impl Store {
    /// The attempts counted against a subject; none if nobody tried, or if it is forgotten.
    pub async fn guess_find(&self, subject: &Subject) -> Result<Option<GuessRow>, Unavailable> {
        let key = subject.key();
        self.row(GUESS_FIND, &[Value::Text(&key)], |row| {
            Ok(GuessRow {
                attempts: row.int(at!(GUESS.attempts))?,
                window_until: row.time(at!(GUESS.window_until))?,
            })
        })
        .await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[GUESS_FIND];
