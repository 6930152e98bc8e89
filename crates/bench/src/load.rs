//! The load itself: many keep-alive connections, each with one request under way.
//!
//! In a closed loop a connection sends its next request when the last one was answered. In an open loop requests have
//! their times, and one that had to wait for a connection counts from its time on, so that a stall is felt by all that
//! it held up and not by one.

#![expect(clippy::disallowed_methods, reason = "load has tasks and times of its own")]

use std::sync::Arc;
use std::time::Duration;

use lunas_gateway::env::{Env, Stopwatch};

use crate::Error;
use crate::pace::Pace;
use crate::stock::Stock;
use crate::tally::Tally;
use crate::wire::{Wire, is_refusal};

/// One turn.
pub struct Load {
    /// Hosts and ports, at least one; connections take turns.
    pub addresses: Vec<String>,
    /// Connections.
    pub connections: u16,
    /// Requests per second over all connections; none for as many as are answered.
    pub rate: Option<u64>,
    /// Time that does not count.
    pub warm_up: Duration,
    /// Time that counts.
    pub measured: Duration,
}

/// What came of a turn.
pub struct Answers {
    /// Answers of the kind that was asked for, and what failed.
    pub served: Tally,
    /// Answers that it was one call too many.
    pub refused: Tally,
}

impl Answers {
    fn none(measured: Duration) -> Self {
        Self { served: Tally::new(measured), refused: Tally::new(measured) }
    }

    fn merge(&mut self, part: Self) {
        self.served.merge(part.served);
        self.refused.merge(part.refused);
    }

    /// Where nobody means to be refused: refusals are failures.
    pub fn all_served(self) -> Tally {
        let Self { mut served, refused } = self;
        let refusals = refused.successes();
        if let Some(sample) = refused.sample {
            served.failures += refusals.saturating_sub(1);
            served.fail(sample);
        }
        served
    }
}

/// What the connections of a turn share.
struct Turn {
    load: Load,
    /// One supply per merchant.
    stocks: Vec<Stock>,
    pace: Pace,
    env: Env,
    clock: Stopwatch,
}

impl Load {
    /// Runs the turn. The error is about not getting a single connection.
    pub async fn run(self, stocks: Vec<Stock>) -> Result<Answers, Error> {
        for address in &self.addresses {
            let cannot = |source| Error::because(format!("{address} cannot be reached"), source);
            drop(Wire::open(address).await.map_err(cannot)?);
        }
        let env = Env::system();
        let clock = env.stopwatch();
        let pace = Pace::new(self.rate, clock);
        let turn = Arc::new(Turn { load: self, stocks, pace, env, clock });
        let connections: Vec<_> = (0..usize::from(turn.load.connections))
            .map(|number| tokio::spawn(connection(Arc::clone(&turn), number)))
            .collect();
        let mut answers = Answers::none(turn.load.measured);
        for connection in connections {
            answers.merge(connection.await.map_err(|source| Error::because("a connection broke", source))?);
        }
        Ok(answers)
    }
}

/// One connection until the end of the turn; after a failure a new one takes its place.
async fn connection(turn: Arc<Turn>, number: usize) -> Answers {
    let mut answers = Answers::none(Duration::ZERO);
    let mut request = Vec::new();
    let stock = &turn.stocks[number % turn.stocks.len()];
    let address = &turn.load.addresses[number % turn.load.addresses.len()];
    let end = turn.load.warm_up + turn.load.measured;
    while turn.clock.elapsed() < end {
        let mut wire = match Wire::open(address).await {
            Ok(wire) => wire,
            Err(error) => {
                answers.served.fail(error.to_string());
                // Nobody there: as many attempts as fit into the turn would say nothing more.
                return answers;
            }
        };
        while turn.clock.elapsed() < end {
            let late = turn.pace.wait().await;
            stock.next(&mut request);
            let watch = turn.env.stopwatch();
            let answer = match wire.exchange(&request).await {
                Ok(answer) => answer,
                Err(error) => {
                    answers.served.fail(error.to_string());
                    break;
                }
            };
            let latency = late + watch.elapsed();
            let done = turn.clock.elapsed();
            let counts = done >= turn.load.warm_up && done < end;
            if stock.is_answered_by(answer) {
                if counts {
                    answers.served.record(latency);
                }
            } else if is_refusal(answer) {
                if counts {
                    answers.refused.record(latency);
                }
                answers.refused.sample.get_or_insert_with(|| String::from_utf8_lossy(answer).into_owned());
            } else {
                answers.served.fail(String::from_utf8_lossy(answer).into_owned());
            }
        }
    }
    answers
}
