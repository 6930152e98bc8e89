//! What was read of clients and customers a moment ago. The store has the truth.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use lunas_domain::merchant::Merchant;
use lunas_vocab::{ClientId, MerchantId, Phone};

use super::api_client::ApiClient;

/// How long what was read is used without asking the store again, in milliseconds.
const KEPT_MS: i64 = 1_000;
/// How many clients, and how many merchants, are kept at most; whichever was not asked for longest makes way.
const KEPT_MAX: usize = 10_000;

/// Remembers clients for a moment.
#[derive(Debug, Default)]
pub struct Directory {
    pub(super) api_clients: Kept<ClientId, ApiClient>,
    pub(super) merchants: Kept<MerchantId, Merchant>,
    blocked: Mutex<Option<Read<Blocked>>>,
    /// Held while the blocked customers are read, so that a busy gateway reads them once.
    pub(super) reading: tokio::sync::Mutex<()>,
}

/// The customers who may not be asked to pay.
#[derive(Debug)]
pub(super) enum Blocked {
    /// All of them.
    These(HashSet<Phone>),
    /// More than are kept.
    TooMany,
}

impl Directory {
    /// Forgets everything, so that the next call sees what was just changed here.
    pub fn forget(&self) {
        self.api_clients.lock().clear();
        self.merchants.lock().clear();
        *self.blocked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The blocked customers, if they were read a moment ago.
    pub(super) fn blocked(&self, now_ms: i64) -> Option<Arc<Blocked>> {
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.still(now_ms)
    }

    /// Remembers the blocked customers.
    pub(super) fn blocked_put(&self, now_ms: i64, blocked: Arc<Blocked>) {
        let read = Read { read_ms: now_ms, value: blocked };
        *self.blocked.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
    }
}

/// What was read, and when.
#[derive(Debug)]
pub(super) struct Read<V> {
    read_ms: i64,
    value: Arc<V>,
}

impl<V> Read<V> {
    fn still(&self, now_ms: i64) -> Option<Arc<V>> {
        (0..KEPT_MS).contains(&(now_ms - self.read_ms)).then(|| self.value.clone())
    }
}

/// What was read of many.
#[derive(Debug)]
pub(super) struct Kept<K, V>(Mutex<LruCache<K, Read<V>>>);

impl<K: Hash + Eq, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT_MAX)))
    }
}

impl<K: Hash + Eq, V> Kept<K, V> {
    /// What was read of that one a moment ago.
    pub(super) fn recall(&self, key: &K, now_ms: i64) -> Option<Arc<V>> {
        self.lock().get(key)?.still(now_ms)
    }

    /// Remembers what was read.
    pub(super) fn remember(&self, key: K, now_ms: i64, value: Arc<V>) {
        self.lock().insert(key, Read { read_ms: now_ms, value });
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, Read<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
