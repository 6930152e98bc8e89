//! `kill -9` under load, a hundred times on one data directory: nothing that was answered is lost, nothing that was
//! not answered happens twice.
//!
//! Killing a process proves the order of writing and answering, and the recovery; what the operating system had taken
//! over is not lost with the process, so this says nothing of a power cut. That is `synchronous=FULL`'s part.

use std::sync::Arc;
use std::time::Duration;

use lunas_store::Store;
use tokio::task::JoinSet;

use crate::audit;
use crate::book::{self, SharedBook};
use crate::chance::Chance;
use crate::home::{Home, Process};
use crate::merchant::Merchant;
use crate::order::{Order, PAYERS};
use crate::receiver::Receiver;
use crate::told::Told;

const ROUNDS: usize = 100;
/// One round in so many is preceded by a start that is killed before it gets ready.
const PREMATURE_ONE_IN: u64 = 8;
/// Orders of each kind that a round looks at.
const SAMPLE: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_answered_is_lost() {
    let mut trial = Trial::start().await;
    for _ in 0..ROUNDS {
        trial.round().await;
    }
    let (process, merchant) = trial.restart().await;
    book::settle(&trial.book, &merchant).await;
    book::look_at_all(&trial.book, std::slice::from_ref(&merchant)).await;
    let orders = trial.done();
    let mut told = Told::new(&trial.home.sandbox());
    told.wait(&trial.receiver, &merchant, &orders).await;
    orders.iter().for_each(|order| told.check_strictly(order));
    process.stop().await;

    // `sandbox.json` is written at each start and shows the balances that the paid orders leave.
    let (process, _) = trial.restart().await;
    let sandbox = trial.home.sandbox();
    for customer in sandbox["customers"].as_array().unwrap() {
        let phone = customer["phone"].as_str().unwrap();
        if PAYERS.contains(&phone) {
            assert_eq!(customer["balance"], audit::left_to(phone, &orders).to_decimal(), "{phone}");
        }
    }
    process.stop().await;
    let store = Store::open(&trial.home.store()).await.unwrap();
    audit::kept(&store, &sandbox, &orders).await;
    store.close().await;
}

/// A data directory, and everything that was done to the gateways that ran on it.
struct Trial {
    home: Home,
    receiver: Receiver,
    merchant: Merchant,
    chance: Chance,
    book: SharedBook,
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
            let (merchant, book, chance) = (merchant.clone(), self.book.clone(), self.chance.fork());
            workers.spawn(book::work(merchant, book, chance, |is_done| !is_done));
        }
        self.moment(20, 250).await;
        process.kill();
        workers.join_all().await;
    }

    /// Lets a random time pass. This is the one place that waits on a clock: the moment of the kill is to have nothing
    /// to do with what the gateway is at.
    #[expect(clippy::disallowed_methods, reason = "a process is killed at a moment by chance")]
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

    fn done(&self) -> Vec<Order> {
        self.book.lock().unwrap().done.clone()
    }
}
