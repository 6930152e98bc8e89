//! Who listens for notifications in the place of the sandbox's merchant, and for how long.
//!
//! The merchant's own URL stays what it is: a listener stands before it as long as its lease runs, which it renews. One
//! that ended without a word, because it was killed, is forgotten when its lease is over.

use std::time::Duration;

use lunas_store::{Changes, CommitError, Store, Unavailable, Write};
use lunas_vocab::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a listener counts after it was heard of.
pub const LEASE: Duration = Duration::from_secs(15);
/// The most listeners at once.
const LISTENERS_MAX: usize = 16;
/// The store's setting that keeps them, so that every node of the sandbox knows.
const SETTING: &str = "sandbox-listeners";

/// Somebody who wants the notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Which, by its own choice.
    pub id: String,
    /// Where it listens.
    pub url: String,
    until_ms: i64,
}

/// Everybody who listens, the last who came last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listeners(Vec<Listener>);

impl Listeners {
    /// Those whose lease runs by the machine's clock: a sandbox whose own clock is moved keeps its listeners.
    pub async fn read(store: &Store, now: Timestamp) -> Result<Self, Unavailable> {
        let kept = store.setting_find(SETTING).await?;
        let mut listeners: Self = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        listeners.0.retain(|listener| listener.until_ms > now.ms());
        Ok(listeners)
    }

    /// Keeps them, for every node of the sandbox.
    pub async fn write(&self, store: &Store) -> Result<(), CommitError> {
        let value = serde_json::to_string(self).expect("texts and numbers have a form in JSON");
        store.commit(Changes::new().with(Write::SettingPut { name: SETTING.to_owned(), value })).await
    }

    /// Takes a listener in, or hears of it again; it keeps its place then. Whether there was room.
    pub fn hear(&mut self, id: &str, url: &str, now: Timestamp) -> bool {
        let lease_ms = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let until_ms = now.ms().saturating_add(lease_ms);
        if let Some(listener) = self.0.iter_mut().find(|listener| listener.id == id) {
            url.clone_into(&mut listener.url);
            listener.until_ms = until_ms;
            return true;
        }
        let has_room = self.0.len() < LISTENERS_MAX;
        if has_room {
            self.0.push(Listener { id: id.to_owned(), url: url.to_owned(), until_ms });
        }
        has_room
    }

    /// Lets a listener go. Whether it was there.
    pub fn leave(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|listener| listener.id != id);
        self.0.len() < before
    }

    /// The one that is told: who came last.
    pub fn active(&self) -> Option<&Listener> {
        self.0.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r19_who_came_last_is_told_and_who_is_silent_is_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path().join("lunas.db").to_str().unwrap()).await.unwrap();
        let start = Timestamp::from_ms(1_000_000);
        let after = |seconds: u64| start.plus(Duration::from_secs(seconds));
        let read = async |seconds: u64| Listeners::read(&store, after(seconds)).await.unwrap();
        let url = |listeners: &Listeners| listeners.active().map(|listener| listener.url.clone());

        assert_eq!(url(&read(0).await), None);
        let mut listeners = read(0).await;
        assert!(listeners.hear("one", "http://127.0.0.1:1", after(0)));
        assert!(listeners.hear("two", "http://127.0.0.1:2", after(5)));
        // The first is heard of again and keeps its place.
        assert!(listeners.hear("one", "http://127.0.0.1:1", after(10)));
        listeners.write(&store).await.unwrap();
        assert_eq!(url(&read(10).await).as_deref(), Some("http://127.0.0.1:2"));
        // The second is killed and says nothing any more.
        assert_eq!(url(&read(20).await).as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(url(&read(25).await), None);

        let mut listeners = read(10).await;
        assert!(listeners.leave("two") && !listeners.leave("two"));
        assert_eq!(url(&listeners).as_deref(), Some("http://127.0.0.1:1"));
        for id in 0..LISTENERS_MAX - 1 {
            assert!(listeners.hear(&id.to_string(), "http://127.0.0.1:3", after(10)));
        }
        assert!(!listeners.hear("one too many", "http://127.0.0.1:3", after(10)));
        store.close().await;
    }
}
