//! What the merchant knows of its orders, and the load that it puts on a gateway.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

use crate::chance::Chance;
use crate::merchant::Merchant;
use crate::order::Order;

/// In the end every order is looked at, and one in so many is also repeated.
const REPEATED_ONE_IN: usize = 5;
/// Tasks that look at orders at once in the end.
const LOOKERS: usize = 8;

/// What the merchant knows.
#[derive(Default)]
pub(crate) struct Book {
    /// How many orders were ever made.
    made: usize,
    /// Orders all of whose calls were answered.
    pub(crate) done: Vec<Order>,
    /// Orders with a call that was not.
    pub(crate) doubtful: VecDeque<Order>,
}

/// A book that several share.
pub(crate) type SharedBook = Arc<Mutex<Book>>;

/// Takes up doubtful orders and makes new ones, until it is over: asked after each, and told whether it is done.
pub(crate) async fn work(
    merchant: Merchant,
    book: SharedBook,
    mut chance: Chance,
    is_over: impl Fn(bool) -> bool,
) {
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
        }
        if is_over(is_done) {
            return;
        }
    }
}

/// Repeats every call that was not answered, until each was.
pub(crate) async fn settle(book: &SharedBook, merchant: &Merchant) {
    let doubtful = std::mem::take(&mut book.lock().unwrap().doubtful);
    for mut order in doubtful {
        assert!(order.go_on(merchant).await, "nobody kills this gateway");
        book.lock().unwrap().done.push(order);
    }
}

/// Looks at every order through each of these addresses in turn, and makes some calls once more.
pub(crate) async fn look_at_all(book: &SharedBook, merchants: &[Merchant]) {
    let orders = Arc::new(book.lock().unwrap().done.clone());
    let mut lookers = JoinSet::new();
    for first in 0..LOOKERS {
        let (merchants, orders) = (merchants.to_vec(), orders.clone());
        lookers.spawn(async move {
            for (at, order) in orders.iter().enumerate().skip(first).step_by(LOOKERS) {
                let merchant = &merchants[at % merchants.len()];
                order.look(merchant).await;
                if at % REPEATED_ONE_IN == 0 {
                    order.repeat(merchant).await;
                }
            }
        });
    }
    lookers.join_all().await;
}
