//! The sandbox's controls, under `/sandbox/v1/`. They exist only where there is a sandbox.
//!
//! Each control goes through the flow that a page, a client or a worker would use. Answers are plain JSON; a refusal
//! has an `error` that says what to do.

mod accounts;
mod answer;
mod links;
mod listeners;
mod payments;
mod world;

use axum::routing::{delete, get, post, put};
use lunas_gateway::http::Roads;

use crate::running::Running;

/// The controls lie under this.
pub(crate) const PREFIX: &str = "/sandbox/v1/";

pub(crate) fn routes() -> Roads<Running> {
    let controls = Roads::new()
        .route("/payments/{reference_no}/pay", post(payments::pay))
        .route("/payments/{reference_no}/deny", post(payments::deny))
        .route("/payments/{reference_no}/fail", post(payments::fail))
        .route("/payments/{reference_no}/expire", post(payments::expire))
        .route("/qr/pay", post(payments::scan_and_pay))
        .route("/va/{number}/pay", post(accounts::pay))
        .route("/va/{number}/expire", post(accounts::expire))
        .route("/links", post(links::link))
        .route("/links/{phone}", delete(links::unlink))
        .route("/notifications", get(payments::notifications))
        .route("/notifications/{id}/resend", post(payments::resend))
        .route("/notify-url", put(world::notify_url))
        .route("/listeners/{id}", put(listeners::hear).delete(listeners::leave))
        .route("/notify-text", put(world::notify_text))
        .route("/notify-statuses", put(world::notify_statuses))
        .route("/va-terms", put(world::va_terms))
        .route("/ledger/check", get(world::ledger_check))
        .route("/clock", get(world::clock_read))
        .route("/clock/advance", post(world::clock_advance))
        .route("/faults", post(world::faults))
        .route("/reset", post(world::reset));
    Roads::new().nest(PREFIX.trim_end_matches('/'), controls)
}
