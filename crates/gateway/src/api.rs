//! Clients' calls: one pipeline for every service, from the first byte to the answer.

mod auth_code;
mod authenticate;
mod call;
mod exchange;
mod fault;
mod pipeline;
mod sent;
mod too_many;

pub use fault::{Fault, FaultHook};
pub(crate) use pipeline::answer;
pub(crate) use too_many::check as check_often;

/// Clients' calls start with this.
pub(crate) const PREFIX: &str = "/v1.0/";
