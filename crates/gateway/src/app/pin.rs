//! Hashing and checking PINs with Argon2id.
//!
//! A check takes tens of milliseconds and nineteen megabytes on purpose, so few run at once and none on the threads
//! that serve requests. The queue is short: whoever finds it full hears at once that there is no place, instead of
//! waiting behind those who try PINs by the hundred.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use lunas_store::CustomerRow;
use lunas_vocab::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::env::Env;
use crate::span;

/// How many PINs are checked at once.
const CHECKS_MAX: usize = 2;
/// How many may wait for that. The last of them waits a fraction of a second.
const QUEUE_MAX: usize = 30;
/// Bytes of salt in each hash.
const SALT_LEN: usize = 16;

/// Checks PINs, a few at a time.
#[derive(Debug)]
pub struct PinChecker {
    permits: Arc<Semaphore>,
    checks: Semaphore,
}

/// A permit to have a PIN checked, from the queue's end until the check is done. Dropping it gives it back.
#[derive(Debug)]
pub struct Permit(OwnedSemaphorePermit);

impl Default for PinChecker {
    fn default() -> Self {
        let permits = Arc::new(Semaphore::new(CHECKS_MAX + QUEUE_MAX));
        Self { permits, checks: Semaphore::new(CHECKS_MAX) }
    }
}

impl PinChecker {
    /// A place, if one is free.
    pub fn try_acquire(&self) -> Option<Permit> {
        self.permits.clone().try_acquire_owned().ok().map(Permit)
    }

    /// Whether `pin` is the one that was hashed. `hash` may be absent: then the work is done all the same and the
    /// answer is no, so that the time taken does not tell whether a customer exists.
    pub async fn is_right(&self, permit: &Permit, pin: Secret<String>, hash: Option<Secret<String>>) -> bool {
        debug_assert_eq!(permit.0.num_permits(), 1, "a permit is one");
        let Ok(_check) = self.checks.acquire().await else { return false };
        span::spawn_blocking(move || match &hash {
            Some(hash) => matches(&pin, hash.expose()),
            None => {
                let _ = digest(&pin, [0; SALT_LEN]);
                false
            }
        })
        .await
        .unwrap_or(false)
    }

    /// Whether a PIN is the customer's, or the one that a sandbox's pages of linked accounts take beside it.
    pub async fn link_pin_is_right(&self, permit: &Permit, pin: Secret<String>, row: &CustomerRow) -> bool {
        let is_other = row.link_pin.as_ref().is_some_and(|other| is_equal(other, &pin));
        is_other || self.is_right(permit, pin, Some(row.pin_hash.clone())).await
    }
}

/// Compares secrets in a time that tells nothing of them.
pub fn is_equal(one: &Secret<String>, other: &Secret<String>) -> bool {
    verify_slices_are_equal(one.expose().as_bytes(), other.expose().as_bytes()).is_ok()
}

/// The hash of a PIN, as a PHC string with its own salt and parameters.
pub fn hash(env: &Env, pin: &Secret<String>) -> Secret<String> {
    Secret::new(digest(pin, env.bytes::<SALT_LEN>()))
}

fn digest(pin: &Secret<String>, salt: [u8; SALT_LEN]) -> String {
    Argon2::default()
        .hash_password_with_salt(pin.expose().as_bytes(), &salt)
        .expect("the default parameters and a salt of sixteen bytes are accepted")
        .to_string()
}

fn matches(pin: &Secret<String>, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|parsed| Argon2::default().verify_password(pin.expose().as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_pin_opens_its_hash() {
        let env = Env::seeded(1);
        let pin = |text: &str| Secret::new(text.to_owned());
        let hashed = hash(&env, &pin("123456"));
        assert!(hashed.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hashed.expose());
        assert_ne!(hash(&env, &pin("123456")), hashed, "each hash has its own salt");
        let checker = PinChecker::default();
        let permit = checker.try_acquire().unwrap();
        assert!(checker.is_right(&permit, pin("123456"), Some(hashed.clone())).await);
        assert!(!checker.is_right(&permit, pin("123457"), Some(hashed)).await);
        assert!(!checker.is_right(&permit, pin("123456"), None).await);
        assert!(!checker.is_right(&permit, pin("123456"), Some(pin("not a hash"))).await);
    }

    #[test]
    fn m16_the_queue_is_short_and_a_place_that_is_given_back_is_free() {
        let checker = PinChecker::default();
        let mut permits: Vec<Permit> = std::iter::from_fn(|| checker.try_acquire()).collect();
        assert_eq!(permits.len(), CHECKS_MAX + QUEUE_MAX);
        assert!(checker.try_acquire().is_none());
        permits.pop();
        assert!(checker.try_acquire().is_some_and(|_| true));
        assert!(checker.try_acquire().is_some(), "it was given back again");
    }
}
