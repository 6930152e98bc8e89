//! One access token for all callers: fetched by the first that needs it, waited for by the others, kept until shortly
//! before it expires.
//!
//! The lock is held while a token is fetched, which is what makes the others wait. Those who waited for a fetch that
//! failed share its failure; if each tried in its turn, a gateway that is down would hold them in a queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lunas_snap::message::token::TokenAnswer;
use lunas_vocab::Secret;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{Error, machine};

/// A token is not used any more this long before it expires: it has to arrive while it counts.
const EXPIRY_MARGIN: Duration = Duration::from_secs(30);

/// An access token as it goes into `Authorization`.
pub(crate) type Token = Arc<Secret<String>>;

/// The token of one client, if there is one.
#[derive(Default)]
pub(crate) struct TokenCache {
    kept: Mutex<Kept>,
    /// How many fetches have failed; read before the lock is waited for.
    failures: AtomicU64,
}

#[derive(Default)]
struct Kept {
    token: Option<(Token, Instant)>,
    last_failure: Option<Arc<Error>>,
}

impl TokenCache {
    /// The kept token, or a new one. `refused` is a token that the gateway does not take any more.
    pub(crate) async fn get<F>(&self, refused: Option<&Token>, fetch: F) -> Result<Token, Error>
    where
        F: AsyncFnOnce() -> Result<TokenAnswer, Error>,
    {
        let failures_before = self.failures.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some((token, use_until)) = &kept.token
            && machine::instant() < *use_until
            && refused.is_none_or(|refused| !Arc::ptr_eq(token, refused))
        {
            return Ok(Arc::clone(token));
        }
        if self.failures.load(Ordering::Acquire) != failures_before
            && let Some(failure) = &kept.last_failure
        {
            return Err(Error::Token(Arc::clone(failure)));
        }
        kept.token = None;
        let asked_at = machine::instant();
        match fetch().await {
            Ok(answer) => {
                let token = Arc::new(answer.access_token);
                kept.token = Some((Arc::clone(&token), asked_at + usable(answer.expires_in_s)));
                Ok(token)
            }
            Err(error) => {
                let failure = Arc::new(error);
                kept.last_failure = Some(Arc::clone(&failure));
                self.failures.fetch_add(1, Ordering::Release);
                Err(Error::Token(failure))
            }
        }
    }
}

/// How long a token of that life is used.
fn usable(expires_in_s: u32) -> Duration {
    let life = Duration::from_secs(u64::from(expires_in_s));
    // Half of a very short life, so that such a token is used at all.
    life.saturating_sub(EXPIRY_MARGIN).max(life / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_dropped_before_it_expires() {
        let check = |life_s: u32, expected_s: u64| {
            assert_eq!(usable(life_s), Duration::from_secs(expected_s), "{life_s}");
        };
        check(900, 870);
        check(60, 30);
        check(40, 20);
        check(0, 0);
    }
}
