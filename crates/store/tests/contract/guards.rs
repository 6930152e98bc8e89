//! Every guard, alone and in company: what refuses a change, and that a refused change leaves nothing behind.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_domain::ledger::{JournalEntry, Posting, Recipe};
use lunas_domain::pin_attempt::Subject;
use lunas_store::{CommitError, Scope, Write};
use lunas_vocab::{Money, Phone};

use super::sample::*;

#[tokio::test]
async fn every_guard_refuses_by_its_name() {
    let fresh = Fresh::open().await;
    fresh
        .put([open_wallet("c1"), top_up("c1", 15, "t1"), open(payment("A1")), claim("e1", "first", NOW)])
        .await;
    fresh.put([notification("1", "A1", 1)]).await;
    let check = async |what: &str, writes: Vec<Write>, expected: &str| {
        assert_eq!(outcome(&fresh.commit(writes).await), expected, "{what}");
    };
    check("a key that lives", vec![claim("e1", "second", after(60))], "replay").await;
    check("a key whose life is over", vec![claim("e1", "third", after(90_000))], "ok").await;
    check("the same key twice in one change", vec![claim("e2", "", NOW), claim("e2", "", NOW)], "replay")
        .await;
    check("a reference number that is taken", vec![open(payment("A1"))], "payment exists").await;
    check("a payment that is not there", vec![moved(paid("A9", "c1"))], "lost race").await;
    check("a payment's next state", vec![moved(paid("A1", "c1")), payment_journal("A1", "c1")], "ok").await;
    check("the same state again", vec![moved(paid("A1", "c1"))], "lost race").await;
    check("a journal entry that was booked", vec![top_up("c1", 15, "t1")], "lost race").await;
    check("more than there is", vec![payment_journal("A2", "c1")], "insufficient funds").await;
    check("an account that was never opened", vec![payment_journal("A2", "c9")], "insufficient funds").await;
    check("an account that is open", vec![open_wallet("c1")], "ok").await;
    check("a notification of the same state", vec![notification("2", "A1", 1)], "notification exists").await;
    check("nothing", vec![], "ok").await;
    assert_eq!(fresh.store.balance_find(&wallet("c1")).await.unwrap(), Money::idr(5));
}

/// The batch that a writer panicked at has no answer of its own, and the next one is written.
#[tokio::test]
async fn m17_a_writer_goes_on_after_a_panic() {
    let fresh = Fresh::open().await;
    fresh.store.tasks().let_panic("committer");
    let lost = fresh.commit([open_wallet("c1")]).await;
    assert!(matches!(lost, Err(CommitError::Unavailable(_) | CommitError::OutcomeUnknown)), "{lost:?}");
    fresh.put([open_wallet("c1"), top_up("c1", 15, "t1")]).await;
    assert_eq!(fresh.store.balance_find(&wallet("c1")).await.unwrap(), Money::idr(15));
    // The writer is noted to be well again after those in its batch have been answered.
    let is_well = async {
        let committer = || {
            let report = fresh.store.tasks().report();
            let (_, task) = report.into_iter().find(|(name, _)| *name == "committer").unwrap();
            (task.panics, task.panics_in_a_row)
        };
        while committer() != (1, 0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), is_well)
        .await
        .expect("the writer is well again");
    let checks = fresh.store.checks().await;
    assert!(checks.iter().all(|(_, check)| check.is_ok()), "{checks:?}");
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_behind() {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), open(payment("A1")), claim("e1", "first", NOW)]).await;
    let refused = fresh
        .commit([
            open(payment("A2")),
            notification("1", "A2", 1),
            moved(paid("A1", "c1")),
            payment_journal("A1", "c1"),
        ])
        .await;
    assert_eq!(outcome(&refused), "insufficient funds");
    assert_eq!(fresh.store.payment_find(Scope::System, &reference("A2")).await.unwrap(), None);
    assert_eq!(fresh.store.notification_find(&notification_id("1")).await.unwrap(), None);
    let unchanged = fresh.store.payment_find(Scope::System, &reference("A1")).await.unwrap();
    assert_eq!(unchanged, Some(payment("A1")));
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
}

#[tokio::test]
async fn a_bad_change_never_fails_its_neighbours() {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), claim("taken", "first", NOW)]).await;
    // All are queued before the writer can have served them, so that they share a few batches. A third of them is
    // refused at once, another third after having written something.
    let commits = (0..120).map(|n| {
        let store = fresh.store.clone();
        let name = format!("A{n:03}");
        let writes = match n % 3 {
            0 => vec![claim("taken", "", NOW), open(payment(&name))],
            1 => vec![open(payment(&name)), payment_journal(&name, "c1")],
            _ => vec![open(payment(&name)), claim(&name, "", NOW)],
        };
        tokio::spawn(async move { (n, name, store.commit(changes(writes)).await) })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (n, name, result) = commit.await.unwrap();
        let expected = ["replay", "insufficient funds", "ok"][n % 3];
        assert_eq!(outcome(&result), expected, "{n}");
        let found = fresh.store.payment_find(Scope::System, &reference(&name)).await.unwrap();
        assert_eq!(found.is_some(), expected == "ok", "{n}");
    }
}

#[tokio::test]
async fn a_move_that_came_too_late_never_fails_its_neighbours() {
    let fresh = Fresh::open().await;
    let name = |n: usize| format!("A{n:03}");
    for n in 0..60 {
        fresh.put([open(payment(&name(n)))]).await;
        if n % 3 == 0 {
            fresh.put([moved(paid(&name(n), "c2"))]).await;
        }
    }
    let commits = (0..60).map(|n| {
        let store = fresh.store.clone();
        tokio::spawn(async move { (n, store.commit(changes([moved(paid(&name(n), "c1"))])).await) })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (n, result) = commit.await.unwrap();
        let (expected, payer) = if n % 3 == 0 { ("lost race", "c2") } else { ("ok", "c1") };
        assert_eq!(outcome(&result), expected, "{n}");
        let found = fresh.store.payment_find(Scope::System, &reference(&name(n))).await.unwrap();
        assert_eq!(found.and_then(|payment| payment.payer), Some(customer_id(payer)), "{n}");
    }
}

#[tokio::test]
async fn of_a_hundred_calls_with_one_key_exactly_one_is_made() {
    let fresh = Fresh::open().await;
    let commits: Vec<_> = (0..100)
        .map(|n| {
            let store = fresh.store.clone();
            let name = format!("A{n:03}");
            let writes = [claim("same", &name, NOW), open(payment(&name))];
            tokio::spawn(async move { (name, store.commit(changes(writes)).await) })
        })
        .collect();
    let mut winners = Vec::new();
    for commit in commits {
        let (name, result) = commit.await.unwrap();
        match result {
            Ok(()) => winners.push(name),
            Err(CommitError::Replay) => {}
            Err(other) => panic!("{name}: {other}"),
        }
    }
    let answer = fresh.store.replay_find(&key("G1", "54", "same"), NOW).await.unwrap().unwrap();
    assert_eq!(winners, [String::from_utf8(answer.body).unwrap()]);
    let opened = fresh.store.payments_list(Scope::System, &Default::default()).await.unwrap();
    assert_eq!(opened.len(), 1);
}

#[tokio::test]
async fn pin_attempts_are_counted_within_their_window() {
    let fresh = Fresh::open().await;
    let browser = |phone: &str| Subject::Browser { phone: Phone::new(phone).unwrap(), browser: "b1".into() };
    let pin = || browser("+62811");
    let page_of =
        |payment: &str| Subject::Review { reference_no: reference(payment), address: "192.0.2.1".into() };
    let take = async |subject, seconds| {
        outcome(&fresh.commit([Write::PinAttemptTake { subject, now: after(seconds) }]).await)
    };
    let check = async |subject: Subject, seconds, expected: &str| {
        assert_eq!(take(subject, seconds).await, expected, "after {seconds} s");
    };
    check(pin(), 0, "ok").await;
    check(pin(), 1, "ok").await;
    check(pin(), 1_000, "ok").await;
    check(pin(), 1_001, "too many PIN attempts").await;
    check(pin(), 1_799, "too many PIN attempts").await;
    check(browser("+62812"), 1_001, "ok").await;
    let page = page_of("A1");
    check(page.clone(), 1_001, "ok").await;
    let found = async |subject: Subject| {
        let row = fresh.store.pin_attempt_find(&subject).await.unwrap();
        row.map(|row| (row.attempts, row.window_until))
    };
    assert_eq!(found(pin()).await, Some((3, after(1_800))));
    assert_eq!(found(page).await, Some((1, after(2_801))));
    assert_eq!(found(browser("+62813")).await, None);
    // Several subjects are counted together or not at all.
    let takes = [page_of("A2"), pin()].map(|subject| Write::PinAttemptTake { subject, now: after(1_002) });
    assert_eq!(outcome(&fresh.commit(takes).await), "too many PIN attempts");
    assert_eq!(found(page_of("A2")).await, None);
    // The window counts from the first attempt.
    check(pin(), 1_800, "ok").await;
    check(pin(), 1_801, "ok").await;
    fresh.put([Write::PinAttemptClear { subject: pin() }]).await;
    for seconds in 1_802..1_805 {
        check(pin(), seconds, "ok").await;
    }
    check(pin(), 1_805, "too many PIN attempts").await;
}

#[tokio::test]
#[should_panic(expected = "does not sum to zero")]
async fn a_movement_that_does_not_sum_to_zero_is_never_written() {
    let fresh = Fresh::open().await;
    let postings = vec![Posting { account: wallet("c1"), amount: Money::idr(1) }];
    let journal = JournalEntry { id: "made-up".into(), recipe: Recipe::TopUp, at: NOW, postings };
    let _ = fresh.commit([Write::JournalPost(journal)]).await;
}

#[tokio::test]
async fn a_closed_store_is_unavailable_and_keeps_everything() {
    let fresh = Fresh::open().await;
    fresh.put([open_wallet("c1"), top_up("c1", 15, "t1"), open(payment("A1"))]).await;
    fresh.store.probe().await.unwrap();
    let handle = fresh.store.clone();
    let fresh = fresh.reopened().await;
    assert!(matches!(handle.commit(changes([])).await, Err(CommitError::Unavailable(_))));
    assert!(handle.payment_find(Scope::System, &reference("A1")).await.is_err());
    assert!(handle.probe().await.is_err());
    handle.close().await;

    let found = fresh.store.payment_find(Scope::System, &reference("A1")).await.unwrap();
    assert_eq!(found, Some(payment("A1")));
    assert_eq!(fresh.store.balance_find(&wallet("c1")).await.unwrap(), Money::idr(15));
    fresh.store.probe().await.unwrap();
}
