//! What the sandbox adds to the gateway under it.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::HOST;
use axum::middleware;
use axum::response::Response;
use lunas_gateway::api::{Fault, FaultHook};
use lunas_gateway::http::Roads;
use lunas_gateway::pages::asset::Asset;
use lunas_gateway::pages::language::Language;
use lunas_gateway::pages::{Front, Start};
use lunas_gateway::site::{Extension, Intercepted};
use lunas_snap::service::Service;

use crate::mini_apps::is_miniapp_host;
use crate::running::Running;
use crate::{asset, container, controls, demo, local, start};

/// Everything that a sandbox serves and a gateway for real money does not, but for a script that pages of other sites
/// load.
pub(crate) fn guarded_routes() -> Roads<Running> {
    container::routes().merge(demo::routes()).merge(controls::routes())
}

impl Extension for Running {
    fn routes(self: Arc<Self>) -> Roads {
        let guard = middleware::from_fn_with_state(self.app.clone(), local::only);
        let guarded = guarded_routes().over(|router| router.route_layer(guard));
        container::script_route().merge(guarded).with_state(Self::clone(&self))
    }

    fn intercept(self: Arc<Self>, request: Request) -> Intercepted {
        Box::pin(async move { self.looked_at(request).await })
    }

    fn answers_plainly(&self, path: &str) -> bool {
        path.starts_with(controls::PREFIX)
    }
}

impl Running {
    /// Carries what is for a mini app to it, and refuses what was sent to a name that is not the sandbox's.
    async fn looked_at(&self, request: Request) -> ControlFlow<Response, Request> {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if is_miniapp_host(host) {
            return ControlFlow::Break(container::proxy(self, request).await);
        }
        match local::misaddressed(&self.app, request.uri(), request.headers()) {
            Some(refusal) => ControlFlow::Break(refusal),
            None => ControlFlow::Continue(request),
        }
    }
}

impl FaultHook for Running {
    fn next(&self, service: Service) -> Option<Fault> {
        self.own.faults.take(service.code())
    }
}

impl Front for Running {
    fn start(&self, language: Language) -> Start {
        start::page(language, &self.own.file.display().to_string())
    }

    fn assets(&self) -> &'static [&'static Asset] {
        &asset::ALL
    }
}
