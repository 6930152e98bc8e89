//! What was counted, and how it is shown.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

/// The longest latency that is told apart from longer ones: a minute, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;
/// The percentiles that are shown.
pub(crate) const PERCENTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)];

/// What was counted.
pub struct Tally {
    /// Requests that were not answered with success, also while warming up.
    pub failures: u64,
    /// What the first failure was answered with, or why it was not.
    pub sample: Option<String>,
    latencies_us: Histogram<u64>,
    measured: Duration,
}

impl Tally {
    /// Nothing counted yet, over that time.
    pub fn new(measured: Duration) -> Self {
        let latencies_us = Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("the bounds are in order");
        Self { latencies_us, failures: 0, sample: None, measured }
    }

    /// Counts a success.
    pub fn record(&mut self, latency: Duration) {
        self.latencies_us.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(LATENCY_US_MAX));
    }

    /// Counts a failure.
    pub fn fail(&mut self, sample: String) {
        self.failures += 1;
        self.sample.get_or_insert(sample);
    }

    /// Adds what came after this.
    pub fn add(&mut self, turn: Self) {
        self.measured += turn.measured;
        self.merge(turn);
    }

    /// Adds what happened at the same time.
    pub fn merge(&mut self, part: Self) {
        self.latencies_us += part.latencies_us;
        self.failures += part.failures;
        self.sample = self.sample.take().or(part.sample);
    }

    /// Successes per second of the time that counted.
    pub fn rate(&self) -> u64 {
        let (counted, ms) = (u128::from(self.successes()), self.measured.as_millis());
        counted.saturating_mul(1_000).checked_div(ms).and_then(|rate| u64::try_from(rate).ok()).unwrap_or(0)
    }

    /// Successes that counted.
    pub fn successes(&self) -> u64 {
        self.latencies_us.len()
    }

    /// The latency that this part of the successes kept within, in microseconds.
    pub(crate) fn latency_us(&self, quantile: f64) -> u64 {
        self.latencies_us.value_at_quantile(quantile)
    }

    /// The figures, for a program.
    pub(crate) fn json(&self) -> Value {
        let percentiles = PERCENTILES.iter();
        let mut latency: serde_json::Map<String, Value> = percentiles
            .map(|(name, quantile)| ((*name).to_owned(), self.latency_us(*quantile).into()))
            .collect();
        latency.insert("max".to_owned(), self.latencies_us.max().into());
        json!({
            "requestsPerSecond": self.rate(),
            "requests": self.successes(),
            "failures": self.failures,
            "latencyUs": latency,
        })
    }
}

/// `part` ÷ `whole` with three decimals, by whole numbers.
pub(crate) fn thousandths(part: u64, whole: u64) -> String {
    let ratio = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:03}", ratio / 1_000, ratio % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_three_decimals() {
        let check = |part: u64, whole: u64, expected: &str| assert_eq!(thousandths(part, whole), expected);
        check(25_000, 80_000, "0.312");
        check(80_000, 80_000, "1.000");
        check(1, 3_000, "0.000");
        check(5, 0, "0.000");
        check(1_234, 1_000, "1.234");
    }

    #[test]
    fn turns_add_their_seconds_and_neighbours_do_not() {
        let turn = |successes: u64| {
            let mut tally = Tally::new(Duration::from_secs(2));
            (0..successes).for_each(|_| tally.record(std::time::Duration::from_micros(700)));
            tally
        };
        let mut one = turn(100);
        one.merge(turn(300));
        assert_eq!((one.rate(), one.successes()), (200, 400));
        one.add(turn(0));
        assert_eq!((one.rate(), one.successes()), (100, 400));
        assert_eq!(one.json()["latencyUs"]["p50"], 700);
    }
}
