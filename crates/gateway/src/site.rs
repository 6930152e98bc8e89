//! Everything that is answered: partners' calls, pages and probes, and in a sandbox what stands beside them.

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
use crate::app::{App, Play};
use crate::http::Roads;
use crate::pages::Front;
use crate::{api, pages, probes};
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
        let front = extension.clone().map(|extension| extension as Arc<dyn Front>);
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

    /// Every path that is answered beside partners' services; parts in braces stand for anything.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Answers one request. Never fails: whatever goes wrong is an answer.
    pub async fn answer(&self, request: Request) -> Response {
        let mut request = match too_many::admit(&self.app, request).await {
            ControlFlow::Continue(request) => request,
            ControlFlow::Break(answer) => return answer,
        };
        let extension = self.extension.as_deref();
        if request.uri().path().starts_with(api::PREFIX) {
            let faults = extension.map(|extension| extension as &dyn FaultHook);
            return refusal::seen(&self.app, api::answer(&self.app, faults, request).await);
        }
        if let Some(extension) = self.extension.clone().filter(|_| !probes::is_probe(request.uri().path())) {
            request = match extension.intercept(request).await {
                ControlFlow::Continue(request) => request,
                ControlFlow::Break(answer) => return answer,
            };
        }
        let asked = Asked::of(&request);
        match self.router.clone().oneshot(request).await {
            Ok(answer) => {
                refusal::finish(&self.app, extension, &self.paths, &asked, answer.map(Body::new)).await
            }
            Err(never) => match never {},
        }
    }
}
