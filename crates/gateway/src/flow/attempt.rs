//! A customer's attempt at a secret: it has a place in the queue, it is counted, and only then is it checked.
//!
//! The count is durable before anything is looked at, and it is the same for a number that a customer has and for one
//! that nobody has. An attempt that finds the queue full is told so at once and does not count.

use lunas_domain::pin_attempt::Subject;
use lunas_store::{Changes, CommitError, Unavailable, Write};
use lunas_vocab::{Phone, Timestamp};

use super::{Error, Family};
use crate::app::App;
use crate::app::pin::Permit;
use crate::event;
use crate::tally::PinOutcome;

/// Who tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// What tells the browser from others.
    pub browser: String,
    /// Where it calls from.
    pub address: String,
}

/// An attempt that was counted and may be checked.
#[derive(Debug)]
pub struct Attempt {
    /// Its place in the queue.
    pub permit: Permit,
    subjects: Vec<Subject>,
}

/// What a customer may still try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many more attempts are taken from this browser now.
    pub attempts: i64,
    /// When there are more again.
    pub until: Timestamp,
}

/// Why an attempt was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There were too many; this is when the next one is welcome.
    TooMany(Timestamp),
    /// Too many others are being checked.
    Busy,
}

impl Family for Refusal {}

impl Attempt {
    /// Takes a place in the queue and counts an attempt at a number's PIN, on a page that has a count of its own.
    pub async fn begin(
        app: &App,
        visitor: &Visitor,
        phone: &Phone,
        page: Subject,
    ) -> Result<Self, Error<Refusal>> {
        let Some(permit) = app.pin_checker.try_acquire() else {
            app.tally.tried(PinOutcome::Busy);
            return Err(Refusal::Busy.into());
        };
        let Visitor { browser, address } = visitor.clone();
        let subjects = vec![
            Subject::Browser { phone: phone.clone(), browser },
            Subject::Address { phone: phone.clone(), address },
            Subject::Phone(phone.clone()),
            page.clone(),
        ];
        let now = app.env.now();
        let takes = subjects.iter().map(|subject| Write::PinAttemptTake { subject: subject.clone(), now });
        match app.store.commit(Changes { writes: takes.collect() }).await {
            Ok(()) => Ok(Self { permit, subjects }),
            Err(CommitError::TooManyPinAttempts) => {
                event::locked(&page);
                app.tally.tried(PinOutcome::Locked);
                let left = left(app, &subjects).await?;
                Err(Refusal::TooMany(left.until).into())
            }
            Err(refused) => Err(refused.into()),
        }
    }

    /// Whether what was typed was right, once more for the figures.
    pub fn was(&self, app: &App, is_right: bool) -> bool {
        app.tally.tried(if is_right { PinOutcome::Right } else { PinOutcome::Wrong });
        is_right
    }

    /// What a right PIN clears: everything that is counted against the number.
    pub fn clears(&self) -> Vec<Write> {
        let of_number = self.subjects.iter().filter(|subject| {
            matches!(subject, Subject::Browser { .. } | Subject::Address { .. } | Subject::Phone(_))
        });
        of_number.map(|subject| Write::PinAttemptClear { subject: subject.clone() }).collect()
    }

    /// What is left after this attempt.
    pub async fn left(&self, app: &App) -> Result<Left, Unavailable> {
        left(app, &self.subjects).await
    }
}

/// The fewest attempts that any of the counts leaves, and when the last of those that leave so few starts anew.
async fn left(app: &App, subjects: &[Subject]) -> Result<Left, Unavailable> {
    let now = app.env.now();
    let mut least = Left { attempts: i64::MAX, until: now };
    for subject in subjects {
        let allowance = subject.allowance();
        let found = app.store.pin_attempt_find(subject).await?.filter(|row| now < row.window_until);
        let (used, until) =
            found.map_or((0, now.plus(allowance.window)), |row| (row.attempts, row.window_until));
        let attempts = allowance.attempts_max - used;
        if attempts < least.attempts {
            least = Left { attempts, until };
        } else if attempts == least.attempts {
            least.until = least.until.max(until);
        }
    }
    Ok(least)
}
