//! Forgetting what nobody can ask for any more, a slice at a time.

use std::time::Duration;

use lunas_store::{Changes, Refused, ReplayMark, Write};

use crate::app::{App, ids};

/// Rows of one slice: few, because they are looked at between two batches of payments.
const SLICE: u32 = 500;
const DAY: Duration = Duration::from_hours(24);

/// Forgets the answers of keys whose life is over, within the slice after `mark`; gives where the slice ends.
pub async fn forget_replays(app: &App, mark: ReplayMark) -> Result<ReplayMark, Refused> {
    let up_to = app.store.replay_slice(&mark, SLICE).await?;
    let forget = Write::ReplaysForget { after: mark, up_to: up_to.clone(), now: app.env.now() };
    commit(app, forget).await?;
    Ok(up_to)
}

/// Forgets one slice of the attempts at notifications that are old enough. True when there may be more.
pub async fn forget_attempts(app: &App) -> Result<bool, Refused> {
    let days = app.config.upkeep.keep_attempts_days;
    if days == 0 {
        return Ok(false);
    }
    let bound = ids::least_notice_id(app.env.now().minus(DAY * days));
    let slice = app.store.attempt_slice(&bound, SLICE).await?;
    let is_full = slice.is_some();
    commit(app, Write::AttemptsForget { up_to: slice.unwrap_or(bound) }).await?;
    Ok(is_full)
}

/// Forgets attempts at secrets that no longer count.
pub async fn forget_guesses(app: &App) -> Result<(), Refused> {
    commit(app, Write::GuessesForget { now: app.env.now() }).await
}

async fn commit(app: &App, write: Write) -> Result<(), Refused> {
    app.store.commit(Changes::new().with(write)).await
}
