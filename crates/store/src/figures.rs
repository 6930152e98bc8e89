//! Figures of what a running program does: how often, how long, how many.
//!
//! They are atomics that are added to where something happens, so that counting costs a few nanoseconds and nobody waits;
//! whoever asks reads them. How they are shown is not here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::CommitError;

/// How often something happened.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// Once more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How often so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How values are spread: how many are at the most as great as each bound, and what all of them sum up to.
#[derive(Debug)]
pub struct Spread {
    /// From the least up.
    bounds: &'static [u64],
    /// One for each bound, and one for what is greater than the last.
    counts: Box<[Count]>,
    sum: AtomicU64,
}

/// Bounds of times between a tenth of a millisecond and ten seconds, in microseconds.
pub const SHORT_TIMES: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];
/// Bounds of times between ten milliseconds and a day, in microseconds.
pub const LONG_TIMES: &[u64] = &[
    10_000,
    50_000,
    100_000,
    500_000,
    1_000_000,
    5_000_000,
    15_000_000,
    60_000_000,
    300_000_000,
    900_000_000,
    3_600_000_000,
    21_600_000_000,
    86_400_000_000,
];
/// Bounds of how many changes one batch has.
const CHANGES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

impl Spread {
    /// Nothing yet, to be told apart by these bounds.
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = std::iter::repeat_with(Count::default).take(bounds.len() + 1).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// One value more.
    pub fn add(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        self.counts[at].add();
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// One time more, in microseconds.
    pub fn add_time(&self, time: Duration) {
        self.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// How many values are greater than the bound before and not greater than this one, bound by bound; the last ones have
    /// no bound.
    pub fn counts(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = self.bounds.iter().copied().map(Some).chain([None]);
        bounds.zip(self.counts.iter().map(Count::get))
    }

    /// What all values sum up to.
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::Relaxed)
    }
}

/// What a store did since it was opened.
#[derive(Debug)]
pub struct Figures {
    /// How many changes each batch had that was made durable.
    pub batch_changes: Spread,
    /// How long each of these took, from its first statement to its end, in microseconds.
    pub batch_times: Spread,
    /// How long each change waited until a batch took it up, in microseconds.
    pub waits: Spread,
    /// Changes that were made.
    pub made: Count,
    /// Changes that a guard refused.
    pub refused: Count,
    /// Changes that could not be made.
    pub unavailable: Count,
    /// Changes of which nobody knows whether they were made.
    pub unknown: Count,
    /// Reads that failed.
    pub reads_failed: Count,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            batch_changes: Spread::new(CHANGES),
            batch_times: Spread::new(SHORT_TIMES),
            waits: Spread::new(SHORT_TIMES),
            made: Count::default(),
            refused: Count::default(),
            unavailable: Count::default(),
            unknown: Count::default(),
            reads_failed: Count::default(),
        }
    }
}

impl Figures {
    /// A batch of so many changes is durable, after so long.
    pub(crate) fn batch(&self, changes: usize, time: Duration) {
        self.batch_changes.add(u64::try_from(changes).unwrap_or(u64::MAX));
        self.batch_times.add_time(time);
    }

    /// What became of a change.
    pub(crate) fn commit(&self, outcome: &Result<(), CommitError>) {
        let count = match outcome {
            Ok(()) => &self.made,
            Err(CommitError::Unavailable(_)) => &self.unavailable,
            Err(CommitError::OutcomeUnknown) => &self.unknown,
            Err(
                CommitError::Replay
                | CommitError::OrderTaken
                | CommitError::LostRace
                | CommitError::InsufficientFunds
                | CommitError::AccountFull
                | CommitError::TooManyPinAttempts
                | CommitError::NumberTaken
                | CommitError::Exists { .. },
            ) => &self.refused,
        };
        count.add();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_under_the_first_bound_that_is_not_less() {
        let spread = Spread::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11] {
            spread.add(value);
        }
        assert_eq!(spread.counts().collect::<Vec<_>>(), [(Some(1), 2), (Some(10), 2), (None, 1)]);
        assert_eq!(spread.sum(), 24);
        spread.add_time(Duration::from_micros(3));
        assert_eq!(spread.sum(), 27);
    }

    #[test]
    fn bounds_grow() {
        for bounds in [SHORT_TIMES, LONG_TIMES, CHANGES] {
            assert!(bounds.is_sorted_by(|one, next| one < next), "{bounds:?}");
        }
    }
}
