//! Balances, statements, and that no wallet ever goes below its floor, whatever comes at once.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_domain::ledger::{Account, JournalEntry, PayOption, Posting, Recipe};
use lunas_store::{CommitError, StatementLine, Write};
use lunas_vocab::{BankId, Money};
use proptest::prelude::*;

use super::sample::*;

#[tokio::test]
async fn balances_and_statements_follow_the_journal_entries() {
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
        let journal = lunas_domain::ledger::JournalEntry::payment(
            payer,
            option,
            merchant,
            Money::idr(10),
            &reference,
            NOW,
        );
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
                    (units, Err(CommitError::InsufficientFunds)) => refused.push(units),
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
        lunas_domain::ledger::JournalEntry::payment(payer, option, merchant, amount, &reference, after(60));
    [
        open(with_amount(payment(name))),
        moved(with_amount(paid(name, "c1"))),
        Write::JournalPost(journal.unwrap()),
    ]
}

/// Journal entries as no call can make them: whatever sums them up answers all the same.
#[tokio::test]
async fn m1_sums_that_no_amount_can_say_are_read_and_proven() {
    let fresh = Fresh::open().await;
    let huge = 3_000_000_000_000_000_000;
    let bank = || Account::Bank(BankId::new("B1").unwrap());
    let merchant = || Account::Merchant(merchant_id("G1"));
    let post = |at: u64, amount: i64| {
        let postings = vec![
            Posting { account: bank(), amount: Money::idr_minor(-amount) },
            Posting { account: merchant(), amount: Money::idr_minor(amount) },
        ];
        let id = format!("top-up:{at}");
        Write::JournalPost(JournalEntry { id, recipe: Recipe::TopUp, at: after(at), postings })
    };
    fresh.put((0..20).map(|at| post(at, huge))).await;
    assert_eq!(fresh.store.balance_find(&merchant()).await.unwrap().minor(), i64::MAX);
    assert_eq!(fresh.store.balance_find(&bank()).await.unwrap().minor(), i64::MIN);
    let report = fresh.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");

    // The checkpoint stays where its sum still can be said.
    while let Some(up_to) = fresh.store.balance_slice(&merchant(), after(60), 1).await.unwrap() {
        let checkpoint = fresh.store.checkpoint_next(&merchant(), up_to).await.unwrap().unwrap();
        fresh.put([Write::CheckpointMove(checkpoint)]).await;
        assert!(up_to < after(3), "it does not end");
    }
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
    fresh.put((20..40).map(|at| post(at, -huge))).await;
    fresh.put([post(50, 7)]).await;
    assert_eq!(fresh.store.balance_find(&merchant()).await.unwrap().minor(), 7);
    assert_eq!(fresh.store.balance_find(&bank()).await.unwrap().minor(), -7);
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
}

#[tokio::test]
async fn m1_a_movement_that_would_overflow_a_balance_is_refused() {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), open_wallet("c2")]).await;
    let put_in = |name: &str, minor: i64, id: &str| {
        let postings = vec![
            Posting { account: Account::Cash, amount: Money::idr_minor(-minor) },
            Posting { account: wallet(name), amount: Money::idr_minor(minor) },
        ];
        Write::JournalPost(JournalEntry {
            id: format!("top-up:{id}"),
            recipe: Recipe::TopUp,
            at: NOW,
            postings,
        })
    };
    let full = 999_999_999_999_999_999;
    let check = async |writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected);
    };
    check(vec![put_in("c1", full, "a")], "ok").await;
    check(vec![put_in("c1", 1, "b")], "account full").await;
    check(vec![put_in("c1", 8_000_000_000_000_000_000, "c")], "account full").await;
    check(vec![put_in("c2", full, "d")], "ok").await;
    // Side by side with others in one batch.
    let commits = (0..30).map(|n| {
        let (store, writes) = (fresh.store.clone(), vec![put_in("c1", full, &format!("e{n}"))]);
        tokio::spawn(async move { store.commit(changes(writes)).await })
    });
    for commit in commits.collect::<Vec<_>>() {
        assert_eq!(outcome(&commit.await.unwrap()), "account full");
    }
    assert_eq!(fresh.store.balance_find(&wallet("c1")).await.unwrap().minor(), full);
    assert_eq!(fresh.store.balance_find(&Account::Cash).await.unwrap().minor(), -2 * full);
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
}
