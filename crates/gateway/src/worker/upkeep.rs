//! Forgets what nobody can ask for any more, archives what ended long ago, and sums up old lines of the ledger, so that
//! neither the tables that traffic works on nor the way to a balance grow without need.
//!
//! It walks the keys from the first to the last, a slice at a time with a rest after each, and begins anew after a longer
//! one. Nobody waits for it, so it never hurries. Several nodes on one store do the same work more than once, which
//! costs a little and harms nothing: what one of them has archived is no longer there for the others.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::driver::{Next, Worker};
use crate::app::App;
use crate::flow::upkeep::Walk;

/// Between two slices.
const REST: Duration = Duration::from_millis(250);
/// Between two walks.
const LONG_REST: Duration = Duration::from_mins(10);

/// Walks over what is old.
pub(super) struct Upkeep {
    walk: Mutex<Walk>,
}

impl Worker for Upkeep {
    const NAME: &'static str = "upkeep";

    fn new(_: &Arc<App>) -> Self {
        Self { walk: Mutex::default() }
    }

    async fn tick(&self, app: &Arc<App>) -> Next {
        Next::After(match self.walk.lock().await.step(app).await {
            Ok(true) => REST,
            Ok(false) => LONG_REST,
            Err(error) => {
                tracing::error!(%error, "old rows could not be forgotten or archived");
                LONG_REST
            }
        })
    }

    /// What panics would panic again at the same slice, and keep the walk from all that is behind it.
    async fn panicked(&self) {
        self.walk.lock().await.skip();
    }
}
