//! The gateway over HTTP: partners' calls through one pipeline, pages for customers, and the operator's probes.

mod auth_code;
mod authenticate;
mod container;
mod demo;
mod exchange;
mod faults;
mod health;
mod local;
mod page;
mod pipeline;
mod qr;
mod refusal;
mod reply;
mod roads;
mod sandbox_api;
mod scan;
mod sent;

pub use container::MiniApps;
pub(crate) use pipeline::Peer;
pub(crate) use refusal::{Arrival, TooSlow, unencrypted, unreadable};

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::middleware;
use axum::response::Response;
use tower::ServiceExt;

use crate::app::App;
use refusal::Asked;
use roads::Roads;

/// Partners' calls start with this.
const API_PREFIX: &str = "/v1.0/";

/// Everything that a sandbox serves and a gateway for real money does not, but for a script that pages of other sites
/// load.
fn sandbox_routes() -> Roads {
    container::routes().merge(demo::routes()).merge(sandbox_api::routes())
}

/// Answers requests.
#[derive(Clone, Debug)]
pub struct Site {
    app: Arc<App>,
    pages: Router,
    paths: Arc<[String]>,
}

impl Site {
    /// A site over the running parts. The sandbox's roads exist only where there is a sandbox.
    pub fn new(app: Arc<App>) -> Self {
        let mut pages = Roads::new().merge(health::routes()).merge(page::routes()).merge(qr::routes());
        if app.sandbox.is_some() {
            let guard = middleware::from_fn_with_state(app.clone(), local::only);
            let guarded = sandbox_routes().over(|router| router.route_layer(guard));
            pages = pages.merge(container::script_route()).merge(guarded);
        }
        let (pages, paths) = pages.into_parts();
        let pages = pages.fallback(refusal::nowhere).with_state(app.clone());
        Self { app, pages, paths: paths.into() }
    }

    /// Every path that is answered beside partners' services; parts in braces stand for anything.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Answers one request. Never fails: whatever goes wrong is an answer.
    pub async fn answer(&self, request: Request) -> Response {
        if request.uri().path().starts_with(API_PREFIX) {
            return pipeline::answer(&self.app, request).await;
        }
        if self.app.sandbox.is_some() && !health::is_probe(request.uri().path()) {
            let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            if container::is_miniapp_host(host) {
                return container::proxy(self.app.clone(), request).await;
            }
            if let Some(refusal) = local::misaddressed(&self.app, request.uri(), request.headers()) {
                return refusal;
            }
        }
        let asked = Asked::of(&request);
        match self.pages.clone().oneshot(request).await {
            Ok(answer) => refusal::finish(&self.app, &self.paths, &asked, answer.map(Body::new)).await,
            Err(never) => match never {},
        }
    }
}
