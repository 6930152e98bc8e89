//! Access tokens that were checked before.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use hashlink::LruCache;
use lunas_vocab::{ClientId, Timestamp};

/// How many tokens are remembered; the oldest makes way. One that is looked up does not grow younger, so that looking it
/// up takes no lock from others; a token that made way and comes again is checked once more.
const PROVEN_MAX: usize = 10_000;

/// Tokens that proved to be this gateway's, so that a client's token is checked once and not at every call. What a
/// token says never changes, so nothing here grows old; that it has expired is seen at each call.
pub struct ProvenTokens(RwLock<LruCache<Box<str>, Proven>>);

impl Default for ProvenTokens {
    fn default() -> Self {
        Self(RwLock::new(LruCache::new(PROVEN_MAX)))
    }
}

/// Shows no token.
impl fmt::Debug for ProvenTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProvenTokens")
    }
}

/// What a token says.
#[derive(Clone, Debug)]
pub(super) struct Proven {
    pub(super) client: ClientId,
    pub(super) expires: Timestamp,
}

impl ProvenTokens {
    pub(super) fn find(&self, token: &str) -> Option<Proven> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).peek(token).cloned()
    }

    pub(super) fn add(&self, token: &str, proven: Proven) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(token.into(), proven);
    }
}
