//! Random histories of authorizations against an oracle: whatever merchants and the clock do, and in whatever order, what
//! is held, captured and released is what was authorized, and balances are those of the oracle.

use std::time::Duration;

use lunas_domain::ledger::Account;
use lunas_testkit::{Gateway, sample};
use lunas_vocab::{MerchantId, ReferenceNo};
use proptest::prelude::{ProptestConfig, Strategy, prop_oneof};
use proptest::test_runner::TestRunner;

use crate::pre_auth::{HAPPY, LATER, Tokens, balance, customer_id, linked, standing};
use crate::world::{after, gateway};

/// Histories, and the most steps of each.
const HISTORIES: u32 = 10;
const STEPS_MAX: usize = 30;
/// What the two customers can spend at the start, in minor units.
const WALLET: i64 = 1_000_000_000;
const CREDIT: i64 = 500_000_000;

#[derive(Clone, Copy, Debug)]
enum Step {
    Authorize { is_later: bool, minor: i64 },
    Capture { at: usize },
    Void { at: usize },
    Fail { at: usize },
    Expire { at: usize },
    Refund { at: usize, minor: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let amount = prop_oneof![100..2_000_i64, 100_000_000..600_000_000_i64];
    let at = 0..8_usize;
    prop_oneof![
        4 => (proptest::bool::ANY, amount.clone())
            .prop_map(|(is_later, minor)| Step::Authorize { is_later, minor }),
        2 => at.clone().prop_map(|at| Step::Capture { at }),
        2 => at.clone().prop_map(|at| Step::Void { at }),
        1 => at.clone().prop_map(|at| Step::Fail { at }),
        1 => at.clone().prop_map(|at| Step::Expire { at }),
        2 => (at, amount).prop_map(|(at, minor)| Step::Refund { at, minor }),
    ]
}

/// An authorization as the oracle knows it.
#[derive(Clone)]
struct Entry {
    reference_no: String,
    is_later: bool,
    minor: i64,
    status: &'static str,
    refunded: i64,
}

impl Entry {
    /// What the customer is short of because of it, and what the merchant has of it.
    fn shares(&self) -> (i64, i64) {
        match self.status {
            "01" => (self.minor, 0),
            "00" | "04" => (self.minor - self.refunded, self.minor - self.refunded),
            _ => (0, 0),
        }
    }
}

fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// What the customer can still spend.
fn spendable(books: &[Entry], is_later: bool) -> i64 {
    let taken = books.iter().filter(|entry| entry.is_later == is_later).map(|entry| entry.shares().0);
    (if is_later { CREDIT } else { WALLET }) - taken.sum::<i64>()
}

/// Takes a step on the gateway and in the books; both must agree on whether it was possible.
async fn take(gateway: &Gateway, accounts: &[Tokens; 2], books: &mut Vec<Entry>, step: Step) {
    let (at, expected) = match step {
        Step::Authorize { is_later, minor } => {
            let (account, token) = match is_later {
                true => (&accounts[1], &accounts[1].pay_later),
                false => (&accounts[0], &accounts[0].wallet),
            };
            let mut body = sample::authorization("order", token);
            let option = &mut body["additionalInfo"]["payOptionDetails"][0];
            option["payOption"] = if is_later { "PAY_LATER" } else { "GOPAY_WALLET" }.into();
            option["transAmount"]["value"] = decimal(minor).into();
            body["amount"]["value"] = decimal(minor).into();
            body["additionalInfo"]["validUpTo"] = after(86_400).into();
            let answer = gateway.auth_payment(&account.customer, &body).send().await;
            let is_possible = minor <= spendable(books, is_later);
            assert_eq!(answer.code(), if is_possible { "2006300" } else { "4036314" }, "{step:?}");
            if is_possible {
                let reference_no = answer.text_at("/referenceNo");
                books.push(Entry { reference_no, is_later, minor, status: "01", refunded: 0 });
            }
            return;
        }
        Step::Capture { at } => (at, "00"),
        Step::Void { at } | Step::Expire { at } => (at, "05"),
        Step::Fail { at } => (at, "06"),
        Step::Refund { at, .. } => (at, "04"),
    };
    let Some(Entry { reference_no, status, minor: whole, refunded, .. }) = books.get(at).cloned() else {
        return;
    };
    let (is_possible, answer) = match step {
        Step::Authorize { .. } => return,
        Step::Capture { .. } => {
            (status == "01", gateway.auth_capture(&sample::capture(&reference_no, "capture")).send().await)
        }
        Step::Void { .. } => {
            (status == "01", gateway.auth_void(&sample::void(&reference_no, "void")).send().await)
        }
        Step::Fail { .. } => {
            (status == "01", gateway.control(&format!("/payments/{reference_no}/fail")).await)
        }
        Step::Expire { .. } => {
            (status == "01", gateway.control(&format!("/payments/{reference_no}/expire")).await)
        }
        Step::Refund { minor, .. } => {
            let number = format!("r-{refunded}-{minor}");
            let is_possible = matches!(status, "00" | "04") && minor <= whole - refunded;
            let body = sample::refund(&reference_no, &number, &decimal(minor));
            (is_possible, gateway.auth_refund(&body).send().await)
        }
    };
    let is_repeated = matches!((step, status), (Step::Capture { .. }, "00" | "04"));
    let is_voided_again = matches!((step, status), (Step::Void { .. }, "05")) && answer.status == 200;
    assert_eq!(answer.status == 200, is_possible || is_repeated || is_voided_again, "{step:?} in {status}");
    if is_possible {
        books[at].status = expected;
        if let Step::Refund { minor, .. } = step {
            books[at].refunded += minor;
        }
    }
}

async fn play(steps: Vec<Step>) {
    let gateway = gateway().await;
    let accounts = [linked(&gateway, HAPPY).await, linked(&gateway, LATER).await];
    let mut books: Vec<Entry> = Vec::new();
    for step in steps {
        take(&gateway, &accounts, &mut books, step).await;
    }
    let balance = async |account: Account| balance(&gateway, &account).await.minor();
    for entry in &books {
        assert_eq!(standing(&gateway, &entry.reference_no).await, entry.status);
        let held = balance(Account::Hold(ReferenceNo::new(&*entry.reference_no).unwrap())).await;
        assert_eq!(held, if entry.status == "01" { entry.minor } else { 0 });
    }
    assert_eq!(balance(Account::Wallet(customer_id(HAPPY))).await, spendable(&books, false));
    assert_eq!(balance(Account::PayLater(customer_id(LATER))).await, spendable(&books, true) - CREDIT);
    let merchant = MerchantId::new(gateway.merchant.id.clone()).unwrap();
    let kept: i64 = books.iter().map(|entry| entry.shares().1).sum();
    assert_eq!(balance(Account::Merchant(merchant)).await, kept);
    // A day later nothing is held any more, whoever asks; the gateway's end proves the ledger.
    gateway.advance(Duration::from_hours(24)).await;
    for entry in &books {
        let over = if entry.status == "01" { "05" } else { entry.status };
        assert_eq!(standing(&gateway, &entry.reference_no).await, over);
    }
    gateway.finish().await;
}

#[test]
fn held_captured_and_released_is_what_was_authorized() {
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
