//! Keeps the clocks of a sandbox's nodes together: whichever is told to move its clock writes down how far, and the
//! others follow. A gateway for real money has the machine's clock and nothing to do here.

use std::sync::Arc;

use super::driver::{Next, Worker, rest};
use crate::app::App;
use crate::controls::clock;

/// Follows the clock that another node moved.
pub(super) struct Clock;

impl Worker for Clock {
    const NAME: &'static str = "clock";

    fn new(_: &Arc<App>) -> Self {
        Self
    }

    async fn tick(&self, app: &Arc<App>) -> Next {
        if let Err(error) = clock::follow(&app.store, &app.env).await {
            tracing::error!(%error, "the sandbox's clock could not be read");
        }
        Next::After(rest(app))
    }
}
