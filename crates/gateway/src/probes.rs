//! Probes for whoever keeps the gateway running. They tell the truth: ready means that a write reached the disk, in the
//! file that is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::app::App;
use crate::env::Stopwatch;
use crate::http::Roads;
use crate::span;

const ALIVE_PATH: &str = "/healthz";
const READY_PATH: &str = "/readyz";
/// How long what was found is told again: however often it is asked for, the store is looked at so often.
const KEPT: Duration = Duration::from_secs(1);
/// How long a look may take. A store that takes longer is not ready.
const LOOK_MAX: Duration = Duration::from_secs(5);

pub(crate) fn routes() -> Roads<Arc<App>> {
    let readiness = Arc::<Readiness>::default();
    let ready = move |State(app): State<Arc<App>>| ready(Arc::clone(&readiness), app);
    Roads::new().route(ALIVE_PATH, get(alive)).route(READY_PATH, get(ready))
}

/// Whether a path is a probe's. A probe says nothing that others must not know, and who asks goes by any name.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, ALIVE_PATH | READY_PATH)
}

/// The process runs and answers.
async fn alive() -> Response {
    answer(StatusCode::OK, json!({"status": "ok"}))
}

/// What was found last.
#[derive(Debug, Default)]
struct Readiness {
    /// Held while somebody looks, so that one does.
    last: Mutex<Option<(Stopwatch, Found)>>,
    /// How often the store was looked at.
    looks: AtomicU64,
}

/// What a look found: each check that failed has its reason, and the others say `ok`.
#[derive(Clone, Debug)]
struct Found {
    checks: BTreeMap<&'static str, String>,
    /// The first of the reasons.
    failure: Option<String>,
}

impl Found {
    fn failed(check: &'static str, reason: String) -> Self {
        Self { checks: BTreeMap::from([(check, reason.clone())]), failure: Some(reason) }
    }
}

impl Readiness {
    /// What is found now, or was found a moment ago.
    async fn look(&self, app: &App) -> Found {
        let Ok(mut last) = tokio::time::timeout(LOOK_MAX, self.last.lock()).await else {
            return Found::failed("write", too_slow());
        };
        if let Some((since, found)) = &*last
            && since.elapsed() < KEPT
        {
            return found.clone();
        }
        self.looks.fetch_add(1, Ordering::Relaxed);
        let found = match tokio::time::timeout(LOOK_MAX, app.store.checks()).await {
            Ok(checks) => {
                let told = |check: &Result<(), lunas_store::Unavailable>| match check {
                    Ok(()) => "ok".to_owned(),
                    Err(error) => error.to_string(),
                };
                let failure = checks.iter().find_map(|(_, check)| check.as_ref().err());
                let failure = failure.map(ToString::to_string);
                Found { failure, checks: checks.iter().map(|(name, check)| (*name, told(check))).collect() }
            }
            Err(_) => Found::failed("write", too_slow()),
        };
        if let Some(failure) = &found.failure {
            tracing::error!(failure, "not ready");
        }
        *last = Some((app.env.stopwatch(), found.clone()));
        found
    }
}

fn too_slow() -> String {
    format!("the store did not take a write within {} seconds", LOOK_MAX.as_secs())
}

/// Requests can be taken: the store accepts a commit that lasts, and gives an answer. Background tasks are shown and do
/// not decide: payments can be taken while one of them is being started again.
async fn ready(readiness: Arc<Readiness>, app: Arc<App>) -> Response {
    // Whoever asks and goes away does not keep the next one from what was found.
    let asked = Arc::clone(&app);
    let looking = span::spawn(async move { readiness.look(&asked).await });
    let found = looking.await.unwrap_or_else(|error| Found::failed("write", error.to_string()));
    let tasks: BTreeMap<&str, String> =
        app.store.tasks().report().into_iter().map(|(name, task)| (name, task.to_string())).collect();
    let (status, word) = match found.failure {
        None => (StatusCode::OK, "ready"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let store = found.failure.unwrap_or_else(|| "ok".to_owned());
    answer(status, json!({"status": word, "store": store, "checks": found.checks, "tasks": tasks}))
}

fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However often and by however many it is asked for, the store is looked at once in a second at the most.
    #[tokio::test]
    async fn m9_asking_often_does_not_load_the_store() {
        let directory = tempfile::tempdir().unwrap();
        let app = App::for_test(directory.path()).await;
        let readiness = Arc::<Readiness>::default();
        let begun = app.env.stopwatch();
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..500 {
            asking.spawn(ready(Arc::clone(&readiness), Arc::clone(&app)));
        }
        for answer in asking.join_all().await {
            assert_eq!(answer.status(), StatusCode::OK);
        }
        let looks = readiness.looks.load(Ordering::Relaxed);
        assert!(looks <= 1 + begun.elapsed().as_secs(), "{looks} looks in {:?}", begun.elapsed());
        app.store.clone().close().await;
    }
}
