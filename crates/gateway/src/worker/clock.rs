//! Keeps the clocks of a sandbox's nodes together: whichever is told to move its clock writes down how far, and the
//! others follow. A gateway for real money has the machine's clock and nothing to do here.

use std::sync::Arc;

use tokio::sync::watch;

use crate::app::App;
use crate::sandbox;

/// Runs until told to stop.
pub(crate) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    if app.sandbox.is_none() {
        return;
    }
    while !*stop.borrow() {
        if let Err(error) = sandbox::follow_clock(&app.store, &app.env).await {
            tracing::error!(%error, "the sandbox's clock could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(super::rest(&app)) => {}
            _ = stop.changed() => {}
        }
    }
}
