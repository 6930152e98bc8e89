//! Refunds: their rows, their guards, what a merchant gave back, and what the ledger's proof makes of them.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_domain::ledger::Account;
use lunas_domain::payment::RefundTally;
use lunas_store::{Changes, CommitError, Write};
use lunas_vocab::{Money, PartnerRefundNo};

use super::sample::*;

/// A store with payment A1 of ten rupiah, paid by c1.
async fn paid_store() -> Fresh {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), top_up("c1", 10, "t1"), open(payment("A1"))]).await;
    fresh.put([moved(paid("A1", "c1")), payment_journal("A1", "c1")]).await;
    fresh
}

#[tokio::test]
async fn a_payment_and_its_refunds_are_read_as_they_were_at_each_version() {
    let fresh = paid_store().await;
    let (first, second) = (refund("A1", 3, "R1", "r-1", 4), refund("A1", 4, "R2", "r-2", 6));
    let (part, all) = (refunded("A1", "c1", 3, 4), refunded("A1", "c1", 4, 10));
    fresh.put([moved(part.clone()), refund_add(&first), refund_journal(&first, "c1")]).await;
    fresh.put([moved(all.clone()), refund_add(&second), refund_journal(&second, "c1")]).await;
    let at = async |version| fresh.store.transition_find(&reference("A1"), version).await.unwrap();
    assert_eq!(at(2).await, Some(paid("A1", "c1")));
    assert_eq!(at(3).await, Some(part));
    assert_eq!(at(4).await, Some(all));
    let check = async |version, expected: &[_]| {
        let found = fresh.store.refunds_list(&reference("A1"), version).await.unwrap();
        assert_eq!(found, expected, "up to {version}");
    };
    check(2, &[]).await;
    check(3, std::slice::from_ref(&first)).await;
    check(4, &[first.clone(), second]).await;
    let find = async |name: &str, number: &str| {
        let number = PartnerRefundNo::new(number).unwrap();
        fresh.store.refund_find(&reference(name), &number).await.unwrap()
    };
    assert_eq!(find("A1", "r-1").await, Some(first));
    assert_eq!(find("A1", "r-3").await, None);
    assert_eq!(find("A2", "r-1").await, None);
    assert_eq!(fresh.store.balance_find(&wallet("c1")).await.unwrap(), Money::idr(10));
    let kept = fresh.store.balance_find(&Account::Merchant(merchant_id("G1"))).await.unwrap();
    assert_eq!(kept, Money::ZERO_IDR);
    let report = fresh.store.ledger_check().await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.journals, report.paid_payments), (4, 1));
}

#[tokio::test]
async fn every_guard_of_a_refund_refuses_by_its_name() {
    let fresh = paid_store().await;
    let check = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    let first = refund("A1", 3, "R1", "r-1", 4);
    let tally_of = |version| Write::RefundTally(tally("G1", version, 4));
    check(
        "a merchant's first refund",
        vec![
            moved(refunded("A1", "c1", 3, 4)),
            refund_add(&first),
            refund_journal(&first, "c1"),
            tally_of(1),
        ],
        "ok",
    )
    .await;
    check("the merchant's number again", vec![refund_add(&refund("A1", 4, "R2", "r-1", 1))], "lost race")
        .await;
    let same_number = refund("A1", 4, "R1", "r-2", 1);
    check(
        "the gateway's number again",
        vec![refund_add(&same_number), refund_journal(&same_number, "c1")],
        "lost race",
    )
    .await;
    check("the number with another payment", vec![refund_add(&refund("A2", 4, "R3", "r-1", 1))], "ok").await;
    check("a first refund that was not", vec![tally_of(1)], "lost race").await;
    check("a version that is not the next", vec![tally_of(3)], "lost race").await;
    check("the next version", vec![tally_of(2)], "ok").await;
    check("another merchant's first", vec![Write::RefundTally(tally("G2", 1, 1))], "ok").await;
    let too_much = fresh.commit([moved(refunded("A1", "c1", 4, 11))]).await;
    assert!(matches!(too_much, Err(CommitError::Unavailable(_))), "more is refunded than was paid");
}

#[tokio::test]
async fn of_refunds_that_race_under_one_tally_exactly_one_is_made() {
    let fresh = paid_store().await;
    let commits: Vec<_> = (0..50)
        .map(|n| {
            let store = fresh.store.clone();
            let made = refund("A1", 3, &format!("R{n}"), &format!("r-{n}"), 4);
            let writes = [Write::RefundTally(tally("G1", 1, 4)), refund_add(&made)];
            tokio::spawn(async move { store.commit(changes(writes)).await })
        })
        .collect();
    let mut made = 0;
    for commit in commits {
        match commit.await.unwrap() {
            Ok(()) => made += 1,
            Err(CommitError::LostRace) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(fresh.store.refunds_list(&reference("A1"), 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_tally_is_empty_until_the_first_refund_and_after_a_reset() {
    let fresh = Fresh::open().await;
    let find = async || fresh.store.refund_tally_find(&merchant_id("G1")).await.unwrap();
    assert_eq!(find().await, RefundTally::new(merchant_id("G1")));
    fresh.put([Write::RefundTally(tally("G1", 1, 4)), refund_add(&refund("A1", 3, "R1", "r-1", 4))]).await;
    assert_eq!(find().await, tally("G1", 1, 4));
    fresh.put([Write::SandboxReset]).await;
    assert_eq!(find().await, RefundTally::new(merchant_id("G1")));
    assert_eq!(fresh.store.refunds_list(&reference("A1"), 9).await.unwrap(), []);
}

#[tokio::test]
async fn refunds_that_do_not_add_up_are_found() {
    let made = || refund("A1", 3, "R1", "r-1", 4);
    let check = async |what: &str, writes: Vec<Write>, expected: &[&str]| {
        let fresh = paid_store().await;
        fresh.store.commit(changes(writes)).await.unwrap();
        let report = fresh.store.ledger_check().await.unwrap();
        let found: Vec<_> = report.offenders.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{what}");
    };
    let state = || moved(refunded("A1", "c1", 3, 4));
    let differ = "payment A1 has IDR 4.00 refunded, but its refunds moved IDR 0.00";
    check("whole", vec![state(), refund_add(&made()), refund_journal(&made(), "c1")], &[]).await;
    check("no journal entry", vec![state(), refund_add(&made())], &[differ]).await;
    check(
        "no refund",
        vec![state(), refund_journal(&made(), "c1")],
        &[differ, "journal entry refund:R1 belongs to no refund"],
    )
    .await;
    check(
        "no state",
        vec![refund_add(&made()), refund_journal(&made(), "c1")],
        &["payment A1 has IDR 0.00 refunded, but its refunds moved IDR 4.00"],
    )
    .await;
    check("nothing", Changes::new().writes, &[]).await;
}

#[tokio::test]
async fn why_a_payment_was_called_off_is_said_once() {
    let fresh = paid_store().await;
    let said =
        |reason: &str| Write::CancellationAdd { reference_no: reference("A2"), reason: reason.to_owned() };
    let found = async |name: &str| fresh.store.cancellation_find(&reference(name)).await.unwrap();
    fresh.put([open(payment("A2")), said("habis é")]).await;
    assert_eq!(outcome(&fresh.commit([said("again")]).await), "lost race");
    assert_eq!([found("A1").await, found("A2").await], [None, Some("habis é".to_owned())]);
    fresh.put([Write::SandboxReset]).await;
    assert_eq!(found("A2").await, None);
}
