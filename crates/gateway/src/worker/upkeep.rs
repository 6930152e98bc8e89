//! Forgets what nobody can ask for any more, archives what ended long ago, and sums up old lines of the ledger, so that
//! neither the tables that traffic works on nor the way to a balance grow without need.
//!
//! It walks the keys from the first to the last, a slice at a time with a rest after each, and begins anew after a longer
//! one. Nobody waits for it, so it never hurries. Several nodes on one store do the same work more than once, which
//! costs a little and harms nothing: what one of them has archived is no longer there for the others.

use std::sync::Arc;
use std::time::Duration;

use lunas_store::{Refused, ReplayMark};
use lunas_vocab::ReferenceNo;
use tokio::sync::watch;

use crate::app::App;
use crate::flow::upkeep;

/// Between two slices.
const REST: Duration = Duration::from_millis(250);
/// Between two walks.
const LONG_REST: Duration = Duration::from_mins(10);

/// Where a walk stands: the next slice is behind the mark.
enum Place {
    Replays(ReplayMark),
    Attempts,
    Payments(Option<ReferenceNo>),
    Accounts(Option<ReferenceNo>),
    Rest,
}

/// Where every walk begins.
impl Default for Place {
    fn default() -> Self {
        Self::Replays(ReplayMark::default())
    }
}

/// Runs until told to stop.
pub(crate) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut place = Place::default();
    while !*stop.borrow() {
        let pause = match tick(&app, &place).await {
            Ok(Some(next)) => {
                place = next;
                REST
            }
            Ok(None) => {
                place = Place::default();
                LONG_REST
            }
            Err(error) => {
                tracing::error!(%error, "old rows could not be forgotten or archived");
                LONG_REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// One slice; gives where the next one is, or nothing at the end of a walk.
async fn tick(app: &App, place: &Place) -> Result<Option<Place>, Refused> {
    Ok(Some(match place {
        Place::Replays(mark) => {
            let mark = upkeep::forget_replays(app, mark.clone()).await?;
            if mark.is_last() { Place::Attempts } else { Place::Replays(mark) }
        }
        Place::Attempts => match upkeep::forget_attempts(app).await? {
            true => Place::Attempts,
            false => Place::Payments(None),
        },
        Place::Payments(mark) => match upkeep::archive_payments(app, mark.as_ref()).await? {
            None => Place::Accounts(None),
            mark => Place::Payments(mark),
        },
        Place::Accounts(mark) => match upkeep::archive_accounts(app, mark.as_ref()).await? {
            None => Place::Rest,
            mark => Place::Accounts(mark),
        },
        Place::Rest => {
            upkeep::forget_guesses(app).await?;
            for account in upkeep::summed_accounts(app).await? {
                while upkeep::sum_up(app, &account).await? {}
            }
            return Ok(None);
        }
    }))
}
