//! Forgets what nobody can ask for any more, and sums up old lines of the ledger, so that neither the store nor the way
//! to a balance grows without need.
//!
//! It walks the keys from the first to the last, a slice at a time with a rest after each, and begins anew after a longer
//! one. Nobody waits for it, so it never hurries. Several nodes on one store do the same work more than once, which
//! costs a little and harms nothing.

use std::sync::Arc;
use std::time::Duration;

use lunas_store::{Refused, ReplayMark};
use tokio::sync::watch;

use crate::app::App;
use crate::flow::upkeep;

/// Between two slices.
const REST: Duration = Duration::from_millis(250);
/// Between two walks.
const LONG_REST: Duration = Duration::from_mins(10);

/// Runs until told to stop.
pub(crate) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut mark = ReplayMark::default();
    while !*stop.borrow() {
        let pause = match tick(&app, &mut mark).await {
            Ok(true) => REST,
            Ok(false) => LONG_REST,
            Err(error) => {
                tracing::error!(%error, "old rows could not be forgotten");
                LONG_REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// One slice: of the kept answers up to the last, then of the attempts. False at the end of a walk.
async fn tick(app: &App, mark: &mut ReplayMark) -> Result<bool, Refused> {
    if !mark.is_last() {
        *mark = upkeep::forget_replays(app, mark.clone()).await?;
    } else if !upkeep::forget_attempts(app).await? {
        *mark = ReplayMark::default();
        upkeep::forget_guesses(app).await?;
        for account in upkeep::summed_accounts(app).await? {
            while upkeep::sum_up(app, &account).await? {}
        }
        return Ok(false);
    }
    Ok(true)
}
