//! Random histories against an oracle that keeps its own books: whatever customers and merchants do, and in whatever
//! order, balances and statuses are those of the oracle.

use std::collections::BTreeMap;

use lunas_domain::ledger::Account;
use lunas_gateway::sandbox::CUSTOMERS;
use lunas_testkit::{Gateway, sample};
use lunas_vocab::{CustomerId, MerchantId};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof};
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::world::{gateway, standing};

/// The customers who take part, by their place in the sandbox's list: two in good order, one without money, one
/// blocked, one with nothing but credit.
const TAKING_PART: [usize; 5] = [0, 1, 6, 7, 9];
/// Histories, and the most steps of each.
const HISTORIES: u32 = 12;
const STEPS_MAX: usize = 40;

#[derive(Clone, Copy, Debug)]
enum Step {
    Open { minor: i64 },
    Pay { payment: usize, customer: usize, is_later: bool },
    Cancel { payment: usize },
    Expire { payment: usize },
    Deny { payment: usize },
    Refund { payment: usize, minor: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let payment = 0..12_usize;
    let amount = prop_oneof![Just(100), Just(1_000), 100..2_000_i64, 100_000_000..900_000_000_i64];
    let customer = proptest::sample::select(TAKING_PART.to_vec());
    prop_oneof![
        3 => amount.clone().prop_map(|minor| Step::Open { minor }),
        5 => (payment.clone(), customer, proptest::bool::weighted(0.3))
            .prop_map(|(payment, customer, is_later)| Step::Pay { payment, customer, is_later }),
        1 => payment.clone().prop_map(|payment| Step::Cancel { payment }),
        1 => payment.clone().prop_map(|payment| Step::Expire { payment }),
        1 => payment.clone().prop_map(|payment| Step::Deny { payment }),
        3 => (payment, amount).prop_map(|(payment, minor)| Step::Refund { payment, minor }),
    ]
}

/// A payment as the oracle knows it.
#[derive(Clone)]
struct Entry {
    reference_no: String,
    minor: i64,
    status: &'static str,
    /// Who paid, and whether on credit.
    payer: Option<(usize, bool)>,
    refunded: i64,
}

/// The oracle's books, in minor units.
struct Books {
    payments: Vec<Entry>,
    wallets: BTreeMap<usize, i64>,
    owed_later: i64,
    merchant: i64,
}

impl Books {
    fn new() -> Self {
        let opening = |at: usize| match at {
            7 => 1_000,
            9 => 0,
            _ => 1_000_000_000,
        };
        let wallets = TAKING_PART.into_iter().map(|at| (at, opening(at))).collect();
        Self { payments: Vec::new(), wallets, owed_later: 0, merchant: 0 }
    }

    /// What a customer's attempt leads to: the payment's next status, or a refusal.
    fn pay(&mut self, payment: usize, customer: usize, is_later: bool) -> Option<&'static str> {
        let Entry { minor, status, .. } = self.payments[payment];
        let is_blocked = customer == 6;
        let has_credit = customer == 9;
        if status != "03" || (is_later && !has_credit) {
            return None;
        }
        if is_blocked {
            return Some("09");
        }
        if is_later {
            if self.owed_later + minor > 500_000_000 {
                return None;
            }
            self.owed_later += minor;
        } else {
            let wallet = self.wallets.get_mut(&customer).unwrap();
            if *wallet < minor {
                return None;
            }
            *wallet -= minor;
        }
        self.merchant += minor;
        self.payments[payment].payer = Some((customer, is_later));
        Some("00")
    }

    /// What a refund leads to: it goes back to where the money came from, and never more of it than came.
    fn refund(&mut self, payment: usize, minor: i64) -> Option<&'static str> {
        let entry = &mut self.payments[payment];
        let (customer, is_later) = entry.payer?;
        if entry.refunded + minor > entry.minor {
            return None;
        }
        entry.refunded += minor;
        self.merchant -= minor;
        match is_later {
            true => self.owed_later -= minor,
            false => *self.wallets.get_mut(&customer).unwrap() += minor,
        }
        Some("04")
    }
}

/// Takes one step in the gateway and in the books; both must agree on whether it was possible.
async fn take(gateway: &Gateway, books: &mut Books, step: Step) {
    let payment = match step {
        Step::Open { minor } => {
            let answer = gateway.pay(&sample::payment_of("order", &decimal(minor))).send().await;
            let reference_no = answer.text_at("/referenceNo");
            books.payments.push(Entry { reference_no, minor, status: "03", payer: None, refunded: 0 });
            return;
        }
        Step::Pay { payment, .. }
        | Step::Cancel { payment }
        | Step::Expire { payment }
        | Step::Deny { payment }
        | Step::Refund { payment, .. } => payment,
    };
    let Some(Entry { reference_no, status, .. }) = books.payments.get(payment).cloned() else { return };
    let pressed = |control: &str| format!("/payments/{reference_no}/{control}");
    let pending = |next: &'static str| (status == "03").then_some(next);
    let (is_done, next) = match step {
        Step::Open { .. } => return,
        Step::Pay { customer, is_later, .. } => {
            let option = if is_later { "PAY_LATER" } else { "GOPAY_WALLET" };
            let order = json!({"phone": CUSTOMERS[customer].0, "payOption": option});
            let answer = gateway.control_with(&pressed("pay"), &order).await;
            (answer.status == 200, books.pay(payment, customer, is_later))
        }
        Step::Cancel { .. } => {
            let answer = gateway.cancel(&sample::original(&reference_no)).send().await;
            (answer.status == 200, pending("05"))
        }
        Step::Expire { .. } => (gateway.control(&pressed("expire")).await.status == 200, pending("08")),
        Step::Deny { .. } => (gateway.control(&pressed("deny")).await.status == 200, pending("09")),
        Step::Refund { minor, .. } => {
            let amount = json!({"value": decimal(minor), "currency": "IDR"});
            let body = json!({"originalReferenceNo": reference_no, "refundAmount": amount});
            (gateway.refund(&body).send().await.status == 200, books.refund(payment, minor))
        }
    };
    assert_eq!(is_done, next.is_some(), "{step:?} on a payment in {status}");
    if let Some(next) = next {
        books.payments[payment].status = next;
    }
}

fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

async fn play(steps: Vec<Step>) {
    let gateway = gateway().await;
    let mut books = Books::new();
    for step in steps {
        take(&gateway, &mut books, step).await;
    }
    for entry in &books.payments {
        assert_eq!(standing(&gateway, &entry.reference_no).await, entry.status);
    }
    let balance = async |account: Account| gateway.app.store.balance_find(&account).await.unwrap().minor();
    let customer = |at: usize| CustomerId::new(format!("c{:03}", at + 1)).unwrap();
    for (at, expected) in &books.wallets {
        assert_eq!(balance(Account::Wallet(customer(*at))).await, *expected, "wallet of {at}");
    }
    assert_eq!(balance(Account::PayLater(customer(9))).await, -books.owed_later);
    let merchant = MerchantId::new(gateway.merchant.id.clone()).unwrap();
    assert_eq!(balance(Account::Merchant(merchant)).await, books.merchant);
    gateway.finish().await;
}

#[test]
fn whatever_happens_the_books_agree() {
    let config = ProptestConfig {
        cases: HISTORIES,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..ProptestConfig::default()
    };
    let histories = proptest::collection::vec(step(), 1..=STEPS_MAX);
    let outcome = TestRunner::new(config).run(&histories, |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(steps));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
