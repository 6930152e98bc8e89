//! Balances, statements, and that no wallet ever goes below its floor, whatever comes at once.

use lunas_domain::ledger::{Account, PayOption, Recipe};
use lunas_store::{Refused, StatementLine, Write};
use lunas_vocab::Money;
use proptest::prelude::*;

use super::sample::*;

#[tokio::test]
async fn balances_and_statements_follow_the_movements() {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), top_up("c1", 25, "t1"), open(payment("A1")), open(payment("A2"))]).await;
    for name in ["A1", "A2"] {
        fresh.put([moved(paid(name, "c1")), payment_journal(name, "c1")]).await;
    }
    let check = async |account: Account, units: i32| {
        assert_eq!(fresh.store.balance_find(&account).await.unwrap(), Money::idr(units), "{account:?}");
    };
    check(wallet("c1"), 5).await;
    check(wallet("c9"), 0).await;
    check(Account::Cash, -25).await;
    check(Account::Merchant(merchant_id("G1")), 20).await;
    check(Account::Merchant(merchant_id("G2")), 0).await;

    let line = |journal_id: &str, recipe, at, units| StatementLine {
        journal_id: journal_id.into(),
        recipe,
        at,
        amount: Money::idr(units),
    };
    let lines = fresh.store.postings_list(&wallet("c1").id(), 10).await.unwrap();
    let expected = [
        line("payment:A2", Recipe::Payment, after(60), -10),
        line("payment:A1", Recipe::Payment, after(60), -10),
        line("top-up:t1", Recipe::TopUp, NOW, 25),
    ];
    assert_eq!(lines, expected);
    assert_eq!(fresh.store.postings_list(&wallet("c1").id(), 1).await.unwrap(), expected[..1]);
    assert_eq!(fresh.store.postings_list(&wallet("c9").id(), 1).await.unwrap(), []);

    let report = fresh.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.journals, report.postings, report.balances, report.paid_payments), (3, 6, 1, 2));
}

#[tokio::test]
async fn credit_ends_at_its_floor() {
    let fresh = Fresh::open().await;
    let credit = || Account::PayLater(customer_id("c1"));
    let floor = |units| Write::BalanceOpen { account: credit(), floor: Money::idr(units) };
    fresh.put([floor(-15)]).await;
    let buy = |name: &str| {
        let (payer, merchant, reference) = (customer_id("c1"), merchant_id("G1"), reference(name));
        let option = PayOption::PayLater;
        let journal =
            lunas_domain::ledger::Journal::payment(payer, option, merchant, Money::idr(10), &reference, NOW);
        Write::JournalPost(journal.unwrap())
    };
    fresh.put([buy("A1")]).await;
    assert_eq!(outcome(&fresh.commit([buy("A2")]).await), "insufficient funds");
    fresh.put([floor(-20), buy("A2")]).await;
    assert_eq!(outcome(&fresh.commit([floor(-19)]).await), "insufficient funds");
    assert_eq!(fresh.store.balance_find(&credit()).await.unwrap(), Money::idr(-20));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The oracle is a sum: whatever was answered with yes adds up to what the wallet holds, and that is never less
    /// than nothing. Which of the payments that race succeed is the store's business.
    #[test]
    fn concurrent_payments_never_take_more_than_there_is(
        filled in 0_i32..400,
        prices in proptest::collection::vec(1_i32..60, 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let fresh = Fresh::open().await;
            fresh.put([open_wallet("c1")]).await;
            if filled > 0 {
                fresh.put([top_up("c1", filled, "t1")]).await;
            }
            let commits: Vec<_> = prices.iter().enumerate().map(|(n, units)| {
                let (store, units) = (fresh.store.clone(), *units);
                let writes = purchase(&format!("A{n}"), units);
                tokio::spawn(async move { (units, store.commit(changes(writes)).await) })
            }).collect();
            let (mut left, mut refused) = (filled, Vec::new());
            for commit in commits {
                match commit.await.unwrap() {
                    (units, Ok(())) => left -= units,
                    (units, Err(Refused::InsufficientFunds)) => refused.push(units),
                    (_, Err(other)) => panic!("{other}"),
                }
            }
            let balance = fresh.store.balance_find(&wallet("c1")).await.unwrap();
            assert!(left >= 0, "more was taken than there was");
            assert_eq!(balance, Money::idr(left));
            assert!(refused.iter().all(|units| *units > left), "{refused:?} was refused although {left} is left");
            let report = fresh.store.ledger_check().await.unwrap();
            assert!(report.is_sound(), "{report:?}");
            fresh.store.close().await;
        });
    }
}

/// Opens and pays a payment of that many rupiah.
fn purchase(name: &str, units: i32) -> [Write; 3] {
    let amount = Money::idr(units);
    let with_amount = |payment| lunas_domain::payment::Payment { amount, ..payment };
    let (payer, merchant, reference) = (customer_id("c1"), merchant_id("G1"), reference(name));
    let option = PayOption::Wallet;
    let journal =
        lunas_domain::ledger::Journal::payment(payer, option, merchant, amount, &reference, after(60));
    [
        open(with_amount(payment(name))),
        moved(with_amount(paid(name, "c1"))),
        Write::JournalPost(journal.unwrap()),
    ]
}
