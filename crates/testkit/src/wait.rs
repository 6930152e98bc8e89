//! The one place that waits: for a condition, by looking again and again, and never longer than anybody would.

use std::time::Duration;

/// How long a condition may take to come true. Generous: a busy machine must not fail a test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks until `look` gives something, and gives that.
///
/// # Panics
///
/// When it takes longer than twenty seconds; `what` is named then.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, look: impl FnMut() -> F) -> T {
    tried(look).await.unwrap_or_else(|| panic!("waited {PATIENCE:?} in vain for {what}"))
}

/// The same, and nothing when it takes longer.
#[expect(clippy::disallowed_methods, reason = "what a gateway does by itself is announced by nobody")]
pub(crate) async fn tried<T, F: Future<Output = Option<T>>>(mut look: impl FnMut() -> F) -> Option<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.ok()
}
