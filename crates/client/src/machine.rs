//! The machine's clock and its chance: the only place in the SDK that asks for either.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;
use lunas_vocab::{ExternalId, Timestamp};
use tokio::time::Instant;

/// Tells the time of day, for `X-TIMESTAMP`: the machine's, unless somebody brings another clock.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub(crate) fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The machine's time of day.
#[expect(clippy::disallowed_methods, reason = "this is the room where the SDK reads the machine's clock")]
fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp::from_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that only runs forward, for the life of a token.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// Waits for so long before a call is made again.
#[expect(clippy::disallowed_methods, reason = "this is the room where the SDK waits")]
pub(crate) async fn sleep(span: Duration) {
    tokio::time::sleep(span).await;
}

/// A new `X-EXTERNAL-ID`: a random UUID (version 4).
pub(crate) fn external_id() -> ExternalId {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    ExternalId::new(uuid_v4(bytes)).expect("a UUID is 36 printable characters")
}

/// A number by chance.
pub(crate) fn chance() -> u64 {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    u64::from_le_bytes(bytes)
}

/// Sixteen bytes as a UUID, with the bits of version and variant set.
fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn external_ids_are_uuids_of_version_four() {
        assert_eq!(uuid_v4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_v4([0x00; 16]), "00000000-0000-4000-8000-000000000000");
        assert_ne!(external_id(), external_id());
    }
}
