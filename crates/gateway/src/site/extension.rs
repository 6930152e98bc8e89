//! What a gateway of play money can be given from outside, beside its own routes.

use std::fmt::Debug;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;

use crate::api::FaultHook;
use crate::http::Roads;
use crate::pages::Front;

/// What came of a request before its route: an answer, or the request itself, which goes on.
pub type Intercepted = Pin<Box<dyn Future<Output = ControlFlow<Response, Request>> + Send>>;

/// A sandbox, as far as the gateway under it knows one. Only [`crate::app::Play`] can be given one.
pub trait Extension: FaultHook + Front + Debug + 'static {
    /// Its routes, with whatever guards them.
    fn routes(self: Arc<Self>) -> Roads;

    /// Looks at a request that is neither a client's call nor a probe's before its route is looked for.
    fn intercept(self: Arc<Self>, request: Request) -> Intercepted;

    /// Whether refusals of that path are plain JSON with an `error`, rather than bodies of BI-SNAP.
    fn answers_plainly(&self, path: &str) -> bool;
}
