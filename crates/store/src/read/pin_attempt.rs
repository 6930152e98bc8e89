//! How many attempts there were at a secret.

use lunas_domain::pin_attempt::Subject;
use lunas_vocab::Timestamp;

use crate::table::{PIN_ATTEMPT, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

/// The attempts counted against one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinAttemptRow {
    /// How many there were in this window.
    pub attempts: i64,
    /// When the count starts anew.
    pub window_until: Timestamp,
}

const PIN_ATTEMPT_FIND: &str = sql!("select {} from pin_attempt where subject = $1", PIN_ATTEMPT.columns());

impl Store {
    /// The attempts counted against a subject; none if nobody tried, or if it is forgotten.
    pub async fn pin_attempt_find(&self, subject: &Subject) -> Result<Option<PinAttemptRow>, Unavailable> {
        let key = subject.key();
        self.row(PIN_ATTEMPT_FIND, &[Value::Text(&key)], |row| {
            Ok(PinAttemptRow {
                attempts: row.int(at!(PIN_ATTEMPT.attempts))?,
                window_until: row.time(at!(PIN_ATTEMPT.window_until))?,
            })
        })
        .await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PIN_ATTEMPT_FIND];
