//! The paths that are answered beside partners' calls: a router that can say what it has.
//!
//! Who calls a path that is nearly right is told the right one, and a test that asks for all of them finds all of them.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use crate::app::App;

/// A router and the paths in it.
#[derive(Debug, Default)]
pub(crate) struct Roads {
    router: Router<Arc<App>>,
    paths: Vec<String>,
}

impl Roads {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One path more.
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<Arc<App>>) -> Self {
        self.paths.push(path.to_owned());
        self.router = self.router.route(path, methods);
        self
    }

    /// Another's paths as well.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.router = self.router.merge(other.router);
        self
    }

    /// Another's paths behind a prefix.
    pub(crate) fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.paths.extend(other.paths.iter().map(|path| format!("{prefix}{path}")));
        self.router = self.router.nest(prefix, other.router);
        self
    }

    /// What is laid over all paths so far.
    pub(crate) fn over(mut self, lay: impl FnOnce(Router<Arc<App>>) -> Router<Arc<App>>) -> Self {
        self.router = lay(self.router);
        self
    }

    /// The router itself, and its paths.
    pub(crate) fn into_parts(self) -> (Router<Arc<App>>, Vec<String>) {
        (self.router, self.paths)
    }
}
