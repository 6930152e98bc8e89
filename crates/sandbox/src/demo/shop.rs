//! The shop's books: what is sold, and what became of each order. In memory, because it is a demo.
//!
//! An order is paid when the payment provider said so, in a verified notification or in answer to a question. What the
//! app tells the page is not even stored.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lunas_client::TransactionStatus;
use lunas_gateway::env::Stopwatch;
use lunas_vocab::{Money, ReferenceNo};

/// The most orders that are remembered; the shop starts over after that.
const ORDERS_MAX: usize = 1000;
/// The most of one article in an order.
const QUANTITY_MAX: u32 = 20;
/// How long the shop waits for a notification, and between questions, before it asks.
const ASK_AFTER: Duration = Duration::from_secs(5);

/// Something on the menu.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Article {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Whole rupiah.
    pub(super) price: i32,
    /// How many the page starts with.
    pub(super) quantity: u32,
}

/// The menu.
pub(super) static MENU: [Article; 3] = [
    Article { id: "kopi-susu", name: "Kopi Susu Aren", price: 24_000, quantity: 2 },
    Article { id: "croissant", name: "Croissant Mentega", price: 28_000, quantity: 1 },
    Article { id: "cold-brew", name: "Cold Brew Botol", price: 38_000, quantity: 1 },
];

/// What a customer orders: articles and how many of each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cart {
    pub(super) lines: Vec<(&'static Article, u32)>,
    pub(super) total: Money,
}

impl Cart {
    /// Prices and order come from the menu, whatever the page says. Nothing for what is not on it, and for an empty cart.
    pub(super) fn of(wanted: &BTreeMap<String, u32>) -> Option<Self> {
        let is_on_menu = |id: &String| MENU.iter().any(|article| article.id == id);
        if !wanted.keys().all(is_on_menu) {
            return None;
        }
        let mut cart = Self { lines: Vec::new(), total: Money::ZERO_IDR };
        for article in &MENU {
            let quantity = wanted.get(article.id).copied().unwrap_or(0);
            if quantity > QUANTITY_MAX {
                return None;
            }
            for _ in 0..quantity {
                cart.total = cart.total.checked_add(Money::idr(article.price))?;
            }
            if quantity > 0 {
                cart.lines.push((article, quantity));
            }
        }
        cart.total.is_positive().then_some(cart)
    }

    /// What the page starts with.
    pub(super) fn suggested() -> Option<Self> {
        Self::of(&MENU.iter().map(|article| (article.id.to_owned(), article.quantity)).collect())
    }
}

/// How the shop learned of an order's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A notification whose signature was verified.
    Notification,
    /// A status call.
    StatusCall,
}

impl Source {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::StatusCall => "status",
        }
    }
}

/// One order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) total: Money,
    /// The payment, once it is opened.
    pub(super) payment: Option<(ReferenceNo, String)>,
    pub(super) status: TransactionStatus,
    /// Nothing while the shop has only its own word for the status.
    pub(super) source: Option<Source>,
    /// Since when the shop has not asked.
    waiting: Stopwatch,
}

/// The shop's books.
#[derive(Debug, Default)]
pub(super) struct Shop {
    orders: Mutex<HashMap<String, Order>>,
}

impl Shop {
    /// Writes an order down before its payment is opened: the notification may be quicker than the answer.
    pub(super) fn order_put(&self, id: &str, total: Money, stopwatch: Stopwatch) {
        let mut orders = self.lock();
        if orders.len() >= ORDERS_MAX {
            orders.clear();
        }
        let status = TransactionStatus::Pending;
        orders
            .insert(id.to_owned(), Order { total, payment: None, status, source: None, waiting: stopwatch });
    }

    /// Notes which payment was opened for an order.
    pub(super) fn payment_put(&self, id: &str, reference_no: ReferenceNo, url: String) {
        if let Some(order) = self.lock().get_mut(id) {
            order.payment = Some((reference_no, url));
        }
    }

    /// Notes what the provider says of an order. A status that is final stays, whatever comes late.
    pub(super) fn status_put(&self, id: &str, status: TransactionStatus, source: Source) {
        if let Some(order) = self.lock().get_mut(id)
            && !is_final(order.status)
        {
            order.status = status;
            order.source = Some(source);
        }
    }

    /// The order.
    pub(super) fn order_find(&self, id: &str) -> Option<Order> {
        self.lock().get(id).cloned()
    }

    /// The payment to ask about, if the provider has been silent for a while. Whoever gets it asks, and nobody else.
    pub(super) fn question(&self, id: &str, now: Stopwatch) -> Option<ReferenceNo> {
        let mut orders = self.lock();
        let order = orders.get_mut(id)?;
        let (reference_no, _) = order.payment.as_ref()?;
        if is_final(order.status) || order.waiting.elapsed() < ASK_AFTER {
            return None;
        }
        order.waiting = now;
        Some(reference_no.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a payment that has this status keeps it, as far as a shop that refunds nothing is concerned.
fn is_final(status: TransactionStatus) -> bool {
    use TransactionStatus::{
        Cancelled, Expired, Failed, Initiated, NotFound, Paying, Pending, Refunded, Rejected, Success,
    };
    match status {
        Success | Refunded | Cancelled | Failed | Expired | Rejected => true,
        Initiated | Paying | Pending | NotFound => false,
    }
}

/// What the page is told of a status: still open, paid, or over without money.
pub(super) fn told(status: TransactionStatus) -> &'static str {
    match (status == TransactionStatus::Success, is_final(status)) {
        (true, _) => "paid",
        (false, true) => "over",
        (false, false) => "pending",
    }
}

#[cfg(test)]
mod tests {
    use lunas_gateway::env::Env;

    use super::*;

    #[test]
    fn a_cart_is_priced_by_the_menu() {
        let check = |wanted: &[(&str, u32)], expected: Option<i32>| {
            let cart = Cart::of(&wanted.iter().map(|(id, quantity)| ((*id).to_owned(), *quantity)).collect());
            assert_eq!(cart.map(|cart| cart.total), expected.map(Money::idr), "{wanted:?}");
        };
        check(&[("kopi-susu", 2), ("croissant", 1), ("cold-brew", 0)], Some(76_000));
        check(&[("kopi-susu", 20)], Some(480_000));
        check(&[("kopi-susu", 21)], None);
        check(&[("kopi-susu", 0)], None);
        check(&[("kopi-susu", 1), ("gold-bar", 0)], None);
        check(&[], None);
        let suggested = Cart::suggested().map(|cart| (cart.lines[0].0.id, cart.lines.len(), cart.total));
        assert_eq!(suggested, Some(("kopi-susu", 3, Money::idr(114_000))));
    }

    #[test]
    fn only_the_provider_moves_an_order_and_the_end_is_the_end() {
        let shop = Shop::default();
        let env = Env::seeded(1);
        shop.order_put("1", Money::idr(1000), env.stopwatch());
        let seen = || shop.order_find("1").map(|order| (told(order.status), order.source));
        assert_eq!(seen(), Some(("pending", None)));
        shop.status_put("1", TransactionStatus::Pending, Source::Notification);
        assert_eq!(seen(), Some(("pending", Some(Source::Notification))));
        shop.status_put("1", TransactionStatus::Success, Source::StatusCall);
        shop.status_put("1", TransactionStatus::Expired, Source::Notification);
        assert_eq!(seen(), Some(("paid", Some(Source::StatusCall))));
        shop.status_put("2", TransactionStatus::Success, Source::Notification);
        assert!(shop.order_find("2").is_none());
    }

    #[test]
    fn nothing_is_asked_before_there_is_a_payment_and_some_silence() {
        let shop = Shop::default();
        let env = Env::seeded(1);
        shop.order_put("1", Money::idr(1000), env.stopwatch());
        assert_eq!(shop.question("1", env.stopwatch()), None);
        shop.payment_put("1", ReferenceNo::new("A1").unwrap(), "http://x".to_owned());
        assert_eq!(shop.question("1", env.stopwatch()), None);
        assert_eq!(shop.question("2", env.stopwatch()), None);
    }
}
