//! Racing others for what a flow changes: it reads, decides and commits, and does so anew if somebody was quicker.

use lunas_store::{Changes, CommitError};

use super::{Error, Family};
use crate::app::App;

/// How often a flow that lost a race looks again before it gives up.
const TURNS_MAX: u32 = 8;

/// The same where many may race for one thing at once: reports that pay into one account, and the refunds of one
/// merchant on several nodes, of which one gets through at a time. With so many turns it is all but impossible that the
/// same one never does.
const TURNS_MAX_IN_A_CROWD: u32 = 64;

/// One flow's turns at one change.
#[derive(Debug)]
pub(super) struct Race {
    /// What is said when all turns were lost.
    lost: String,
    turn: u32,
    turns_max: u32,
}

impl Race {
    /// A race in which few take part. `lost` is the sentence for the log if it is lost for good.
    pub(super) fn new(lost: impl Into<String>) -> Self {
        Self { lost: lost.into(), turn: 0, turns_max: TURNS_MAX }
    }

    /// A race in which many may take part.
    pub(super) fn in_a_crowd(lost: impl Into<String>) -> Self {
        Self { turns_max: TURNS_MAX_IN_A_CROWD, ..Self::new(lost) }
    }

    /// Which turn it is, the first being 0.
    pub(super) fn turn(&self) -> u32 {
        self.turn
    }

    /// Makes what was decided durable, and has the notifications looked at that go with it. False if somebody was
    /// quicker and everything is to be read and decided anew.
    pub(super) async fn commit<R: Family>(&mut self, app: &App, changes: Changes) -> Result<bool, Error<R>> {
        match app.commit(changes).await {
            Ok(()) => {
                app.notifications_waiting.notify_one();
                Ok(true)
            }
            Err(CommitError::LostRace | CommitError::NumberTaken) => {
                self.turn += 1;
                if self.turn < self.turns_max {
                    Ok(false)
                } else {
                    Err(Error::Unavailable(self.lost.clone()))
                }
            }
            Err(refused) => Err(refused.into()),
        }
    }
}
