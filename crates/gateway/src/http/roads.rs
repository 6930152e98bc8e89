//! The paths that are answered beside clients' calls: a router that can say what it has.
//!
//! Who calls a path that is nearly right is told the right one, and a test that asks for all of them finds all of them.

use axum::Router;
use axum::routing::MethodRouter;

/// A router, whose handlers want an `S`, and the paths in it.
#[derive(Debug)]
pub struct Roads<S = ()> {
    router: Router<S>,
    paths: Vec<String>,
}

impl<S: Clone + Send + Sync + 'static> Default for Roads<S> {
    fn default() -> Self {
        Self { router: Router::new(), paths: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Roads<S> {
    /// No path yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One path more.
    pub fn route(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        self.paths.push(path.to_owned());
        self.router = self.router.route(path, methods);
        self
    }

    /// Another's paths as well.
    pub fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.router = self.router.merge(other.router);
        self
    }

    /// Another's paths behind a prefix.
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.paths.extend(other.paths.iter().map(|path| format!("{prefix}{path}")));
        self.router = self.router.nest(prefix, other.router);
        self
    }

    /// What is laid over all paths so far.
    pub fn over(mut self, lay: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = lay(self.router);
        self
    }

    /// The same paths, whose handlers have what they want.
    pub fn with_state(self, state: S) -> Roads {
        Roads { router: self.router.with_state(state), paths: self.paths }
    }

    /// The paths.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// The router itself, and its paths.
    pub(crate) fn into_parts(self) -> (Router<S>, Vec<String>) {
        (self.router, self.paths)
    }
}
