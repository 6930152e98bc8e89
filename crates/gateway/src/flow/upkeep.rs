//! Forgetting what nobody can ask for any more, archiving what ended long ago, and summing up what no longer changes, a
//! slice at a time.

use std::time::Duration;

use lunas_domain::ledger::Account;
use lunas_domain::pin_attempt::Allowance;
use lunas_store::{Changes, CommitError, EndedSlice, ReplayMark, Write};
use lunas_vocab::{ReferenceNo, Timestamp};

use super::notification;
use crate::app::{App, ids};
use crate::env::Stopwatch;

/// Rows of one slice: few, because they are looked at between two batches of payments.
const SLICE: u32 = 500;
/// Lines that a checkpoint passes at a time. A balance sums fewer than twice as many that are old, and all young ones.
const SUMMED: u32 = 1_000;
/// How old a line is when none can be added before it any more. A commit takes seconds at the very most.
const SETTLED_AFTER: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How often it is looked after what a clock left behind that was ahead, while there is work to do.
const MENDED_EVERY: Duration = Duration::from_mins(1);
/// By how much the clocks of nodes may differ without anything being taken for left behind.
const CLOCKS_DIFFER_BY: Duration = Duration::from_mins(5);

/// A walk over all that may be forgotten, archived or summed up.
#[derive(Debug)]
pub struct Walk {
    place: Place,
    mended: Option<Stopwatch>,
}

/// Where a walk stands: the next slice is behind the mark.
#[derive(Debug)]
enum Place {
    Replays(ReplayMark),
    Attempts,
    Payments(Option<ReferenceNo>),
    Accounts(Option<ReferenceNo>),
    Sums,
}

/// A walk at its beginning.
impl Default for Walk {
    fn default() -> Self {
        Self { place: Place::Replays(ReplayMark::default()), mended: None }
    }
}

impl Walk {
    /// Takes the next slice. False at the end; the next step begins anew. A slice that fails is taken again.
    pub async fn step(&mut self, app: &App) -> Result<bool, CommitError> {
        if self.mended.is_none_or(|since| since.elapsed() >= MENDED_EVERY) {
            mend(app).await?;
            self.mended = Some(app.env.stopwatch());
        }
        self.place = match &self.place {
            Place::Replays(mark) => {
                let mark = forget_replays(app, mark.clone()).await?;
                if mark.is_last() { Place::Attempts } else { Place::Replays(mark) }
            }
            Place::Attempts => match forget_attempts(app).await? {
                true => Place::Attempts,
                false => Place::Payments(None),
            },
            Place::Payments(mark) => match archive_payments(app, mark.as_ref()).await? {
                None => Place::Accounts(None),
                mark => Place::Payments(mark),
            },
            Place::Accounts(mark) => match archive_accounts(app, mark.as_ref()).await? {
                None => Place::Sums,
                mark => Place::Accounts(mark),
            },
            Place::Sums => {
                forget_pin_attempts(app).await?;
                for account in summed_accounts(app).await? {
                    while sum_up(app, &account).await? {}
                }
                self.place = Place::Replays(ReplayMark::default());
                return Ok(false);
            }
        };
        Ok(true)
    }
}

impl Walk {
    /// Leaves out what is left of one kind until the next walk.
    pub fn skip(&mut self) {
        self.place = match &self.place {
            Place::Replays(_) => Place::Attempts,
            Place::Attempts => Place::Payments(None),
            Place::Payments(_) => Place::Accounts(None),
            Place::Accounts(_) => Place::Sums,
            Place::Sums => Place::Replays(ReplayMark::default()),
        };
    }
}

/// Mends what was made while the machine's clock was ahead. What merchants were told stays as it is: the time at which a
/// payment ends.
async fn mend(app: &App) -> Result<(), CommitError> {
    let now = app.env.now();
    let until = |longest: Duration| now.plus(longest).plus(CLOCKS_DIFFER_BY);
    let longest_retry = app.config.retry_delays().into_iter().max().unwrap_or_default();
    let mend = Write::AheadMend {
        now,
        attempt_until: until(longest_retry),
        lease_until: until(notification::lease_of(app)),
        window_until: until(Allowance::WINDOW_MAX),
    };
    commit(app, mend).await
}

/// Forgets the answers of keys whose life is over, within the slice after `mark`; gives where the slice ends.
async fn forget_replays(app: &App, mark: ReplayMark) -> Result<ReplayMark, CommitError> {
    let up_to = app.store.replay_slice(&mark, SLICE).await?;
    let forget = Write::ReplaysForget { after: mark, up_to: up_to.clone(), now: app.env.now() };
    commit(app, forget).await?;
    Ok(up_to)
}

/// Forgets one slice of the attempts at notifications that are old enough. True when there may be more.
async fn forget_attempts(app: &App) -> Result<bool, CommitError> {
    let days = app.config.upkeep.keep_attempts_days;
    if days == 0 {
        return Ok(false);
    }
    let bound = ids::least_notification_id(app.env.now().minus(DAY * days));
    let slice = app.store.attempt_slice(&bound, SLICE).await?;
    let is_full = slice.is_some();
    commit(app, Write::AttemptsForget { up_to: slice.unwrap_or(bound) }).await?;
    Ok(is_full)
}

/// Archives the slice of old payments after `mark`; gives where the slice ends, or nothing at the end of the walk.
async fn archive_payments(app: &App, mark: Option<&ReferenceNo>) -> Result<Option<ReferenceNo>, CommitError> {
    let Some((last, ended_by)) = archived_up_to(app) else { return Ok(None) };
    archive(app, app.store.payments_ended(mark, &last, ended_by).await?).await
}

/// The same for virtual accounts.
async fn archive_accounts(app: &App, mark: Option<&ReferenceNo>) -> Result<Option<ReferenceNo>, CommitError> {
    let Some((last, ended_by)) = archived_up_to(app) else { return Ok(None) };
    archive(app, app.store.accounts_ended(mark, &last, ended_by).await?).await
}

/// The last reference number that can be old enough, and when what it stands for has to have ended; none when nothing is
/// archived.
fn archived_up_to(app: &App) -> Option<(ReferenceNo, Timestamp)> {
    let days = app.config.upkeep.archive_after_days;
    let ended_by = app.env.now().minus(DAY * days);
    (days > 0).then(|| (ids::references_between(ended_by, ended_by).1, ended_by))
}

/// One commit. What has changed since it was read, or was archived by another node, is left to the next walk.
async fn archive(app: &App, slice: EndedSlice) -> Result<Option<ReferenceNo>, CommitError> {
    let count = slice.ended.len();
    let writes = slice.ended.into_iter().map(|ended| Write::Archive(Box::new(ended)));
    match app.store.commit(writes.fold(Changes::new(), Changes::with)).await {
        Ok(()) if count > 0 => tracing::debug!(count, "old payments or accounts were archived"),
        Ok(()) => {}
        Err(CommitError::LostRace) => {
            tracing::debug!(count, "a slice of the archive was left to the next walk")
        }
        Err(other) => return Err(other),
    }
    Ok(slice.up_to)
}

/// Forgets attempts at secrets that no longer count.
async fn forget_pin_attempts(app: &App) -> Result<(), CommitError> {
    commit(app, Write::PinAttemptsForget { now: app.env.now() }).await
}

/// Moves the checkpoint of an account past lines that are old enough. True when there may be more.
async fn sum_up(app: &App, account: &Account) -> Result<bool, CommitError> {
    let horizon = app.env.now().minus(SETTLED_AFTER);
    let Some(up_to) = app.store.balance_slice(account, horizon, SUMMED).await? else { return Ok(false) };
    let Some(checkpoint) = app.store.checkpoint_next(account, up_to).await? else { return Ok(false) };
    commit(app, Write::CheckpointMove(checkpoint)).await?;
    Ok(true)
}

/// The accounts without a balance row: every merchant's, every bank's, and cash.
async fn summed_accounts(app: &App) -> Result<Vec<Account>, CommitError> {
    let merchants = app.store.merchants_list().await?;
    let banks = app.store.banks_list().await?;
    let accounts = merchants.into_iter().map(|merchant| Account::Merchant(merchant.id));
    Ok(accounts.chain(banks.into_iter().map(|bank| Account::Bank(bank.id))).chain([Account::Cash]).collect())
}

async fn commit(app: &App, write: Write) -> Result<(), CommitError> {
    app.store.commit(Changes::new().with(write)).await
}
