//! `kill -9` under load, a hundred times on one data directory: nothing that was answered is lost, nothing that was
//! not answered happens twice.
//!
//! Killing a process proves the order of writing and answering, and the recovery; what the operating system had taken
//! over is not lost with the process, so this says nothing of a power cut. That is `synchronous=FULL`'s part.

mod audit;
mod order;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::home::{Home, Process};
use crate::merchant::Merchant;
use crate::receiver::Receiver;
use order::Order;

const ROUNDS: usize = 100;
/// One round in so many is preceded by a start that is killed before it gets ready.
const PREMATURE_ONE_IN: u64 = 8;
/// Orders of each kind that a round looks at.
const SAMPLE: usize = 3;
/// In the end every order is looked at, and one in so many is also repeated.
const REPEATED_ONE_IN: usize = 5;
/// Tasks that look at orders at once in the end.
const LOOKERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_answered_is_lost() {
    let mut trial = Trial::start().await;
    for _ in 0..ROUNDS {
        trial.round().await;
    }
    let (mut process, merchant) = trial.restart().await;
    trial.settle(&merchant).await;
    trial.look_at_all(&merchant).await;
    audit::told(&trial, &merchant).await;
    process = audit::restarted_balances(&trial, process).await;
    process.stop().await;
    audit::kept(&trial).await;
}

/// A data directory, and everything that was done to the gateways that ran on it.
struct Trial {
    home: Home,
    receiver: Receiver,
    merchant: Merchant,
    chance: Chance,
    book: Arc<Mutex<Book>>,
}

/// What the merchant knows.
#[derive(Default)]
struct Book {
    /// How many orders were ever made.
    made: usize,
    /// Orders all of whose calls were answered.
    done: Vec<Order>,
    /// Orders with a call that was not.
    doubtful: VecDeque<Order>,
}

impl Trial {
    async fn start() -> Self {
        let (chance, home, receiver) = (Chance::printed(), Home::of_the_run(), Receiver::start().await);
        let mut process = home.dev(&["--notify-url", &receiver.prefix]);
        process.ready().await;
        let merchant = Merchant::connect(&home.sandbox()).await;
        Self { home, receiver, merchant, chance, book: Arc::default() }
    }

    fn spawn(&self) -> Process {
        self.home.dev(&["--notify-url", &self.receiver.prefix])
    }

    async fn restart(&self) -> (Process, Merchant) {
        let mut process = self.spawn();
        let base_url = process.ready().await;
        (process, self.merchant.at(&base_url))
    }

    /// Starts, looks at what earlier rounds left, puts load on the gateway, and kills it in the middle.
    async fn round(&mut self) {
        if self.chance.between(1, PREMATURE_ONE_IN) == 1 {
            let process = self.spawn();
            self.moment(0, 120).await;
            process.kill();
        }
        let (process, merchant) = self.restart().await;
        self.look_at_some(&merchant).await;
        let mut workers = JoinSet::new();
        for _ in 0..self.chance.between(8, 16) {
            workers.spawn(work(merchant.clone(), self.book.clone(), self.chance.fork()));
        }
        self.moment(20, 250).await;
        process.kill();
        workers.join_all().await;
    }

    /// Lets a random time pass. This is the one place that waits on a clock: the moment of the kill is to have nothing
    /// to do with what the gateway is at.
    async fn moment(&mut self, low_ms: u64, high_ms: u64) {
        tokio::time::sleep(Duration::from_millis(self.chance.between(low_ms, high_ms))).await;
    }

    /// Looks at the ledger, at a few orders that are done, and at a few whose last call was not answered.
    async fn look_at_some(&mut self, merchant: &Merchant) {
        let ledger = merchant.look("ledger/check").await.unwrap();
        assert_eq!(ledger.status, 200, "{}", ledger.text());
        let mut some = Vec::new();
        if let done @ [_, ..] = &*self.book.lock().unwrap().done {
            some.extend((0..SAMPLE).map(|_| self.chance.pick(done).clone()));
            // What was answered last is what could be lost first.
            some.extend(done.iter().rev().take(SAMPLE).cloned());
        }
        for order in some {
            order.look(merchant).await;
            order.repeat(merchant).await;
        }
        let doubtful = self.book.lock().unwrap().doubtful.split_off(0);
        for (at, mut order) in doubtful.into_iter().enumerate() {
            if at < SAMPLE {
                order.reference_no = order.look(merchant).await.or(order.reference_no);
            }
            self.book.lock().unwrap().doubtful.push_back(order);
        }
    }

    /// Repeats every call that was not answered, until each was.
    async fn settle(&self, merchant: &Merchant) {
        let doubtful = std::mem::take(&mut self.book.lock().unwrap().doubtful);
        for mut order in doubtful {
            assert!(order.go_on(merchant).await, "nobody kills this gateway");
            self.book.lock().unwrap().done.push(order);
        }
    }

    async fn look_at_all(&self, merchant: &Merchant) {
        let orders = Arc::new(self.done());
        let mut lookers = JoinSet::new();
        for first in 0..LOOKERS {
            let (merchant, orders) = (merchant.clone(), orders.clone());
            lookers.spawn(async move {
                for (at, order) in orders.iter().enumerate().skip(first).step_by(LOOKERS) {
                    order.look(&merchant).await;
                    if at % REPEATED_ONE_IN == 0 {
                        order.repeat(&merchant).await;
                    }
                }
            });
        }
        lookers.join_all().await;
    }

    fn done(&self) -> Vec<Order> {
        self.book.lock().unwrap().done.clone()
    }
}

/// Takes up doubtful orders and makes new ones, until a call is not answered.
async fn work(merchant: Merchant, book: Arc<Mutex<Book>>, mut chance: Chance) {
    loop {
        let mut order = {
            let mut book = book.lock().unwrap();
            book.doubtful.pop_front().unwrap_or_else(|| {
                book.made += 1;
                Order::new(book.made, &mut chance)
            })
        };
        let is_done = order.go_on(&merchant).await;
        let mut book = book.lock().unwrap();
        if is_done {
            book.done.push(order);
        } else {
            book.doubtful.push_back(order);
            return;
        }
    }
}

/// Moves the sandbox's clock.
async fn advance(merchant: &Merchant, seconds: u64) {
    let answer = merchant.control("clock/advance", &json!({"seconds": seconds})).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}
