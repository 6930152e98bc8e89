//! The memory of one limit: when each key may call again, for as many keys as it has room for.
//!
//! When it is full, the key that was not heard of for longest goes. That is fair to whoever calls steadily: a flood of ever
//! new keys pushes out the keys of the flood, because everybody else was heard of more recently. Nothing has to walk over
//! it from time to time, and nothing is ever cleared as a whole.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use hashlink::LruCache;

/// Keys by when they were heard of last.
pub(super) struct Recent(Mutex<LruCache<u64, Nanos>>);

impl Recent {
    pub(super) fn new(keys_max: usize) -> Self {
        Self(Mutex::new(LruCache::new(keys_max)))
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<u64, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Recent {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut kept = self.lock();
        // Being refused is being heard of, too: who calls too often all the time is not forgotten.
        let (outcome, next) = decide(kept.get(key).copied())?;
        kept.insert(*key, next);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<u64> for Recent {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, free_at| *free_at > drop_below);
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").field("keys", &self.len()).finish()
    }
}
