//! Everything that is answered: clients' calls, pages and probes, and in a sandbox what stands beside them.

mod extension;
mod refusal;
mod too_many;

pub use extension::{Extension, Intercepted};
pub(crate) use refusal::{unencrypted, unreadable};

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use tower::ServiceExt;

use crate::api::FaultHook;
use crate::app::{App, Play, ids};
use crate::http::{Roads, near, reply};
use crate::pages::Front;
use crate::{api, pages, probes, span};
use refusal::Asked;

/// Answers requests.
#[derive(Clone, Debug)]
pub struct Site {
    app: Arc<App>,
    extension: Option<Arc<dyn Extension>>,
    router: Router,
    paths: Arc<[String]>,
}

/// The gateway alone.
impl From<Arc<App>> for Site {
    fn from(app: Arc<App>) -> Self {
        Self::of(app, None)
    }
}

impl Site {
    /// A gateway of play money with what a sandbox adds to it. There is no such thing for real money:
    ///
    /// ```compile_fail,E0308
    /// # use std::sync::Arc;
    /// # use lunas_gateway::{config::Config, production, site::{Extension, Site}};
    /// async fn sandbox_beside_live_keys(config: Config, extension: Arc<dyn Extension>) {
    ///     let (app, _) = production::prepare(config).await.unwrap();
    ///     Site::with(&app, extension);
    /// }
    /// ```
    pub fn with(play: &Play, extension: Arc<dyn Extension>) -> Self {
        Self::of(play.app().clone(), Some(extension))
    }

    fn of(app: Arc<App>, extension: Option<Arc<dyn Extension>>) -> Self {
        let front = extension.clone().map(|extension| -> Arc<dyn Front> { extension });
        let own = Roads::new().merge(probes::routes()).merge(pages::routes(front));
        let mut roads = own.with_state(app.clone());
        if let Some(extension) = &extension {
            roads = roads.merge(extension.clone().routes());
        }
        let (router, paths) = roads.into_parts();
        Self { app, extension, router: router.fallback(refusal::nowhere), paths: paths.into() }
    }

    /// The running parts.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Every path that is answered beside clients' services; parts in braces stand for anything.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Answers one request. Never fails: whatever goes wrong is an answer.
    pub async fn answer(&self, request: Request) -> Response {
        let request = match too_many::admit(&self.app, request).await {
            ControlFlow::Continue(request) => request,
            ControlFlow::Break(answer) => return answer,
        };
        if request.uri().path().starts_with(api::PREFIX) {
            let faults = self.extension.as_deref().map(|extension| -> &dyn FaultHook { extension });
            return refusal::seen(&self.app, api::answer(&self.app, faults, request).await);
        }
        let request_id = ids::request_id(&self.app.env);
        let span = span::visit(&request_id);
        // In a box: what is moved about here is large.
        span::request(span, Box::pin(self.answer_beside(request, &request_id))).await
    }

    /// Answers what is no client's call. The answer carries the id that the log has, and if it is a failure the log has
    /// one line of it.
    async fn answer_beside(&self, request: Request, request_id: &str) -> Response {
        let stopwatch = self.app.env.stopwatch();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let mut answer = self.routed(request, request_id).await;
        reply::identify(&mut answer, request_id);
        let status = answer.status();
        let (http, path) = (status.as_u16(), near::shown(uri.path()));
        let (elapsed_us, reason) = (stopwatch.elapsed_us(), span::reason());
        // A probe asks all the time, and what it is told is its own line elsewhere.
        if status.is_server_error() && !probes::is_probe(uri.path()) {
            tracing::error!(%method, path, http, elapsed_us, reason, "failed");
        } else if status.is_client_error() {
            tracing::info!(%method, path, http, elapsed_us, reason, "refused");
        }
        answer
    }

    async fn routed(&self, mut request: Request, request_id: &str) -> Response {
        let extension = self.extension.as_deref();
        if let Some(extension) = self.extension.clone().filter(|_| !probes::is_probe(request.uri().path())) {
            request = match extension.intercept(request).await {
                ControlFlow::Continue(request) => request,
                ControlFlow::Break(answer) => return answer,
            };
        }
        let asked = Asked::of(&request);
        match self.router.clone().oneshot(request).await {
            Ok(answer) => {
                let answer = answer.map(Body::new);
                refusal::finish(&self.app, extension, &self.paths, &asked, request_id, answer).await
            }
            Err(never) => match never {},
        }
    }
}
