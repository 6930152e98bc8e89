//! The figures of a measurement, for a person and for a program.

use serde_json::{Value, json};

use crate::amount::Amount;
use crate::tally::{PERCENTILES, Tally, thousandths};

/// A measurement and what came of it.
pub struct Report {
    /// What was measured.
    pub measurement: &'static str,
    /// How much of it.
    pub amount: Amount,
    /// Whoever was measured; never none.
    pub lines: Vec<(String, Tally)>,
    /// Whether the first one's rate is compared with the others'.
    pub is_compared: bool,
}

impl Report {
    /// One who is measured alone.
    pub fn of(measurement: &'static str, amount: &Amount, name: &str, tally: Tally) -> Self {
        let lines = vec![(name.to_owned(), tally)];
        Self { measurement, amount: amount.clone(), lines, is_compared: false }
    }

    /// Whether all were answered, and nothing but as they should be.
    pub fn is_good(&self) -> bool {
        self.lines.iter().all(|(_, tally)| tally.failures == 0 && tally.successes() > 0)
    }

    /// What to say of requests that failed, if any did.
    pub fn complaint(&self) -> Option<String> {
        let failures: u64 = self.lines.iter().map(|(_, tally)| tally.failures).sum();
        let sample = self.lines.iter().find_map(|(_, tally)| tally.sample.as_ref())?;
        Some(format!("{failures} requests failed; the first one: {sample}"))
    }

    /// For a program.
    pub fn json(&self) -> Value {
        let first = self.lines.first().map_or(0, |(_, tally)| tally.rate());
        let described = self.lines.iter().enumerate().map(|(place, (name, tally))| {
            let mut line = tally.json();
            line["name"] = name.as_str().into();
            if self.is_compared && place > 0 {
                line["ratio"] = thousandths(first, tally.rate()).into();
            }
            line
        });
        json!({
            "measurement": self.measurement,
            "version": env!("CARGO_PKG_VERSION"),
            "processors": std::thread::available_parallelism().map_or(0, usize::from),
            "connections": self.amount.connections,
            "seconds": self.amount.seconds,
            "requestsPerSecondOffered": self.amount.rate,
            "lines": described.collect::<Vec<_>>(),
        })
    }

    /// For a person.
    pub fn text(&self) -> String {
        let width = self.lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let ratio = if self.is_compared { "  ratio" } else { "" };
        let mut text = format!("{:width$}        /s    p50 ms    p90 ms    p99 ms  p99.9 ms{ratio}\n", "");
        let first = self.lines.first().map_or(0, |(_, tally)| tally.rate());
        for (place, (name, tally)) in self.lines.iter().enumerate() {
            text.push_str(&format!("{name:<width$}  {:>8}", tally.rate()));
            for (_, quantile) in PERCENTILES {
                text.push_str(&format!("  {:>8}", thousandths(tally.latency_us(quantile), 1_000)));
            }
            if self.is_compared && place > 0 {
                text.push_str(&format!("  {}", thousandths(first, tally.rate())));
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_report_is_good_when_all_were_answered() {
        let amount = Amount { connections: 1, seconds: 2, rate: None };
        let tally = |successes: u64, failures: u64| {
            let mut tally = Tally::new(std::time::Duration::from_secs(2));
            (0..successes).for_each(|_| tally.record(Duration::from_micros(700)));
            (0..failures).for_each(|_| tally.fail("refused".to_owned()));
            tally
        };
        let check = |lines: [Tally; 2], is_good: bool, complaint: Option<&str>| {
            let lines = lines.map(|tally| ("x".to_owned(), tally)).into();
            let report = Report { measurement: "m", amount: amount.clone(), lines, is_compared: true };
            assert_eq!((report.is_good(), report.complaint().as_deref()), (is_good, complaint));
            report
        };
        check([tally(1, 0), tally(0, 0)], false, None);
        check([tally(1, 0), tally(1, 2)], false, Some("2 requests failed; the first one: refused"));
        let report = check([tally(4, 0), tally(8, 0)], true, None);
        assert_eq!(report.json()["lines"][1]["ratio"], "0.500");
        let expected = "         /s    p50 ms    p90 ms    p99 ms  p99.9 ms  ratio\n\
                        x         2     0.700     0.700     0.700     0.700\n\
                        x         4     0.700     0.700     0.700     0.700  0.500\n";
        assert_eq!(report.text(), expected);
    }
}
