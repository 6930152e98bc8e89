//! Chance that follows from a seed, so that a failed run's choices can be made again.
//!
//! The seed repeats what is chosen, and not how threads and processes take turns.

use std::hash::{BuildHasher as _, RandomState};

/// The environment variable that sets the seed of a run.
const SEED_VARIABLE: &str = "LUNAS_TEST_SEED";

/// SplitMix64: small, fast, and even enough to choose moments and amounts by.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// Another chance each run, unless the environment names a seed. Prints the seed either way.
    pub(crate) fn printed() -> Self {
        let seed = match std::env::var(SEED_VARIABLE) {
            Ok(text) => text.parse().expect("the seed is a whole number"),
            Err(_) => RandomState::new().hash_one(0),
        };
        println!("{SEED_VARIABLE}={seed}");
        Self(seed)
    }

    /// A chance of its own for somebody who runs beside.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let count = u64::try_from(among.len()).expect("a slice is not that long");
        let at = self.between(0, count - 1);
        &among[usize::try_from(at).expect("it is less than the length")]
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
