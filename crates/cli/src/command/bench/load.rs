//! The load itself: many keep-alive connections, each with one request under way.
//!
//! In a closed loop a connection sends its next request when the last one was answered. In an open loop requests have
//! their times, and one that had to wait for a connection counts from its time on, so that a stall is felt by all that
//! it held up and not by one.

use std::sync::Arc;
use std::time::Duration;

use lunas_gateway::env::{Env, Stopwatch};

use super::pace::Pace;
use super::stock::Stock;
use super::tally::Tally;
use super::wire::{Wire, is_success};
use crate::verdict::Error;

/// One turn.
pub(super) struct Load {
    /// Hosts and ports, at least one; connections take turns.
    pub(super) addresses: Vec<String>,
    /// Connections.
    pub(super) connections: u16,
    /// Requests per second over all connections; none for as many as are answered.
    pub(super) rate: Option<u64>,
    /// Time that does not count.
    pub(super) warm_up: Duration,
    /// Time that counts.
    pub(super) measured: Duration,
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
    pub(super) async fn run(self, stocks: Vec<Stock>) -> Result<Tally, Error> {
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
        let mut tally = Tally::new(turn.load.measured.as_secs());
        for connection in connections {
            tally.merge(connection.await.map_err(|source| Error::because("a connection broke", source))?);
        }
        Ok(tally)
    }
}

/// One connection until the end of the turn; after a failure a new one takes its place.
async fn connection(turn: Arc<Turn>, number: usize) -> Tally {
    let mut tally = Tally::new(0);
    let mut request = Vec::new();
    let stock = &turn.stocks[number % turn.stocks.len()];
    let address = &turn.load.addresses[number % turn.load.addresses.len()];
    let end = turn.load.warm_up + turn.load.measured;
    while turn.clock.elapsed() < end {
        let mut wire = match Wire::open(address).await {
            Ok(wire) => wire,
            Err(error) => {
                tally.fail(error.to_string());
                // Nobody there: as many attempts as fit into the turn would say nothing more.
                return tally;
            }
        };
        while turn.clock.elapsed() < end {
            let late = turn.pace.wait().await;
            stock.next(&mut request);
            let watch = turn.env.stopwatch();
            match wire.exchange(&request).await {
                Ok(answer) if is_success(answer, stock.mark()) => {
                    let done = turn.clock.elapsed();
                    if done >= turn.load.warm_up && done < end {
                        tally.record(late + watch.elapsed());
                    }
                }
                Ok(answer) => tally.fail(String::from_utf8_lossy(answer).into_owned()),
                Err(error) => {
                    tally.fail(error.to_string());
                    break;
                }
            }
        }
    }
    tally
}
