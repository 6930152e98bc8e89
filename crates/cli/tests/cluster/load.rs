//! A merchant's load on several gateways, which goes on while they come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lunas_store::Store;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::audit;
use crate::book::{self, SharedBook};
use crate::chance::Chance;
use crate::gateways::Gateways;
use crate::home::until;
use crate::merchant::Merchant;
use crate::receiver::Receiver;
use crate::told::Told;

/// Calls that are under way at once.
const WORKERS: usize = 4;

/// Load that goes on until it is ended.
pub(crate) struct Load {
    book: SharedBook,
    is_over: Arc<AtomicBool>,
    workers: JoinSet<()>,
}

impl Load {
    /// Puts load on whatever the merchant calls.
    pub(crate) fn start(merchant: &Merchant, chance: &mut Chance) -> Self {
        let (book, is_over) = (SharedBook::default(), Arc::<AtomicBool>::default());
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let over = is_over.clone();
            let (merchant, book, chance) = (merchant.patient(), book.clone(), chance.fork());
            workers.spawn(book::work(merchant, book, chance, move |_| over.load(Ordering::Relaxed)));
        }
        Self { book, is_over, workers }
    }

    /// How many orders are done.
    pub(crate) fn done(&self) -> usize {
        self.book.lock().unwrap().done.len()
    }

    /// Waits until so many more orders were done, and says for how long at the most nothing was done.
    pub(crate) async fn goes_on(&mut self, orders: usize) -> Duration {
        let (mut seen, enough) = (self.done(), self.done() + orders);
        let (mut since, mut longest) = (Instant::now(), Duration::ZERO);
        until("orders go on being done", async || {
            // A worker that ends now has found something wrong.
            if let Some(ended) = self.workers.try_join_next() {
                ended.unwrap();
            }
            if self.done() > seen {
                (seen, since) = (self.done(), Instant::now());
            }
            longest = longest.max(since.elapsed());
            seen >= enough
        })
        .await;
        longest
    }

    /// Ends it, when all gateways are well again, and proves that everything that was answered is so: at every
    /// gateway, in what the merchant was told, and in the store.
    pub(crate) async fn prove(
        self,
        gateways: Gateways,
        merchant: &Merchant,
        receiver: &Receiver,
        store: &str,
    ) {
        self.is_over.store(true, Ordering::Relaxed);
        self.workers.join_all().await;
        book::settle(&self.book, merchant).await;
        let each = gateways.each(merchant);
        book::look_at_all(&self.book, &each).await;
        for one in &each {
            assert_eq!(one.look("ledger/check").await.unwrap().status, 200);
        }
        let orders = self.book.lock().unwrap().done.clone();
        let sandbox = gateways.sandbox(0);
        let mut told = Told::new(&sandbox);
        told.wait(receiver, &each[1], &orders).await;
        orders.iter().for_each(|order| told.check(order));
        gateways.stop().await;
        let store = Store::attach(store).await.unwrap();
        audit::kept(&store, &sandbox, &orders).await;
        store.close().await;
    }
}
