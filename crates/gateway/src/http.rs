//! The gateway over HTTP: partners' calls through one pipeline, pages for customers, and the operator's probes.

mod auth_code;
mod authenticate;
mod container;
mod demo;
mod exchange;
mod faults;
mod health;
mod page;
mod pipeline;
mod qr;
mod reply;
mod sandbox_api;
mod scan;

pub use container::MiniApps;
pub(crate) use pipeline::Peer;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::response::Response;
use tower::ServiceExt;

use crate::app::App;

/// Partners' calls start with this.
const API_PREFIX: &str = "/v1.0/";

/// Answers requests.
#[derive(Clone, Debug)]
pub struct Site {
    app: Arc<App>,
    pages: Router,
}

impl Site {
    /// A site over the running parts. The sandbox's roads exist only where there is a sandbox.
    pub fn new(app: Arc<App>) -> Self {
        let mut pages = Router::new().merge(health::routes()).merge(page::routes()).merge(qr::routes());
        if app.sandbox.is_some() {
            pages = pages.merge(container::routes()).merge(demo::routes()).merge(sandbox_api::routes());
        }
        let pages = pages.with_state(app.clone());
        Self { app, pages }
    }

    /// Answers one request. Never fails: whatever goes wrong is an answer.
    pub async fn answer(&self, request: Request) -> Response {
        if request.uri().path().starts_with(API_PREFIX) {
            return pipeline::answer(&self.app, request).await;
        }
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if self.app.sandbox.is_some() && container::is_miniapp_host(host) {
            return container::proxy(self.app.clone(), request).await;
        }
        match self.pages.clone().oneshot(request).await {
            Ok(answer) => answer.map(Body::new),
            Err(never) => match never {},
        }
    }
}
