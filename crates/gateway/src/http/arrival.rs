//! How a request's body arrives: whole, late, or not yet. The server keeps the time, and whoever answers says what came of
//! it.

use std::sync::atomic::{AtomicU8, Ordering};

/// How a request's body arrives. The server keeps the time and notes it here.
#[derive(Debug, Default)]
pub(crate) struct Arrival(AtomicU8);

const WHOLE: u8 = 1;
const LATE: u8 = 2;

impl Arrival {
    /// Notes that all of it was read.
    pub(crate) fn is_whole(&self) {
        self.0.store(WHOLE, Ordering::Relaxed);
    }

    /// Notes that its time is over.
    pub(crate) fn is_late(&self) {
        self.0.store(LATE, Ordering::Relaxed);
    }

    /// Whether there is, or may be, something of it that nobody has read.
    pub(crate) fn is_unread(&self) -> bool {
        self.0.load(Ordering::Relaxed) != WHOLE
    }

    /// Whether its time was over before it was whole.
    pub(crate) fn was_late(&self) -> bool {
        self.0.load(Ordering::Relaxed) == LATE
    }
}

/// A body's time is over.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive within {seconds} seconds")]
pub(crate) struct TooSlow {
    /// The limit.
    pub(crate) seconds: u64,
}
