//! Forgetting: what is forgotten is what nobody can ask for, and nothing else.

use lunas_domain::ledger::{Account, JournalEntry, PayOption};
use lunas_domain::notification::Next;
use lunas_domain::payment::Payment;
use lunas_domain::pin_attempt::Subject;
use lunas_domain::replay::StoredAnswer;
use lunas_store::{CommitError, ReplayMark, Write};
use lunas_vocab::{Money, Timestamp};

use super::sample::*;

const TWO_DAYS: u64 = 172_800;

#[tokio::test]
async fn answers_go_when_their_keys_are_free_and_payments_are_still_found() {
    let fresh = Fresh::open().await;
    let Write::ReplayClaim { key: opening, request, body, now, kept_until, .. } =
        claim("b-opening", "opened", NOW)
    else {
        panic!("it is a claim");
    };
    let opened = Some(reference("A1"));
    fresh
        .put([
            open(payment("A1")),
            claim("a-old", "old", NOW),
            Write::ReplayClaim { key: opening.clone(), request, body, opened, now, kept_until },
            claim("c-young", "young", after(TWO_DAYS)),
        ])
        .await;
    let mut mark = ReplayMark::default();
    let mut slices = 0;
    while !mark.is_last() {
        let up_to = fresh.store.replay_slice(&mark, 1).await.unwrap();
        fresh.put([Write::ReplaysForget { after: mark, up_to: up_to.clone(), now: after(TWO_DAYS) }]).await;
        mark = up_to;
        slices += 1;
    }
    assert_eq!(slices, 4, "one for each key, and one for the end");

    // Looked at as of then, so that only a row that is gone or emptied shows.
    let check = async |external_id: &str, expected: Option<&str>| {
        let found = fresh.store.replay_find(&key("G1", "54", external_id), NOW).await.unwrap();
        let expected = expected.map(|body| StoredAnswer {
            request: if body.is_empty() { Vec::new() } else { vec![1; 32] },
            body: body.into(),
        });
        assert_eq!(found, expected, "{external_id}");
    };
    check("a-old", None).await;
    check("b-opening", Some("")).await;
    check("c-young", Some("young")).await;
    let found = fresh.store.payment_find_by_key(&opening).await.unwrap();
    assert_eq!(found.unwrap().reference_no, reference("A1"));
    let again = fresh.commit([claim("b-opening", "again", after(TWO_DAYS))]).await;
    assert_eq!(outcome(&again), "ok");
}

#[tokio::test]
async fn attempts_go_from_the_oldest_notification_on() {
    let fresh = Fresh::open().await;
    let attempt = |digits: &str, name: &str| Write::AttemptRecord {
        key: notification_key((digits, name, 1)),
        attempt_no: 1,
        at: NOW,
        latency_ms: 1,
        status: Some(200),
        response: String::new(),
        next: Next::Delivered,
    };
    for digits in ["1001", "1002", "1003"] {
        let name = format!("A{digits}");
        fresh.put([open(payment(&name)), notification(digits, &name, 1), attempt(digits, &name)]).await;
    }
    let check = async |expected: [usize; 3]| {
        for (digits, expected) in ["1001", "1002", "1003"].into_iter().zip(expected) {
            let left = fresh.store.attempts_list(&notification_id(digits)).await.unwrap();
            assert_eq!(left.len(), expected, "{digits}");
        }
    };
    let bound = notification_id("1003");
    let slice = fresh.store.attempt_slice(&bound, 1).await.unwrap();
    assert_eq!(slice, Some(notification_id("1001")));
    assert_eq!(fresh.store.attempt_slice(&bound, 3).await.unwrap(), None, "there are only two before it");
    check([1, 1, 1]).await;
    fresh.put([Write::AttemptsForget { up_to: slice.unwrap() }]).await;
    check([0, 1, 1]).await;
    fresh.put([Write::AttemptsForget { up_to: notification_id("1002") }]).await;
    check([0, 0, 1]).await;
}

#[tokio::test]
async fn pin_attempts_go_with_their_window() {
    let fresh = Fresh::open().await;
    let subject = || Subject::Phone(lunas_vocab::Phone::new("+62811").unwrap());
    let take = |seconds: u64| Write::PinAttemptTake { subject: subject(), now: after(seconds) };
    while fresh.commit([take(0)]).await.is_ok() {}
    fresh.put([Write::PinAttemptsForget { now: after(1) }]).await;
    assert!(matches!(fresh.commit([take(1)]).await, Err(CommitError::TooManyPinAttempts)));
    fresh.put([Write::PinAttemptsForget { now: after(TWO_DAYS) }]).await;
    fresh.put([take(1)]).await;
}

#[tokio::test]
async fn a_checkpoint_changes_no_balance() {
    let fresh = Fresh::open().await;
    let account = Account::Merchant(merchant_id("G1"));
    fresh.put([open_wallet("c1"), top_up("c1", 100, "t1")]).await;
    let balance = async |expected: i32| {
        assert_eq!(fresh.store.balance_find(&account).await.unwrap(), Money::idr(expected));
        assert!(fresh.store.ledger_check().await.unwrap().is_sound());
    };
    let pay = async |number: u64| {
        let name = format!("A{number}");
        let paid = Payment { changed_at: after(number), paid_at: Some(after(number)), ..paid(&name, "c1") };
        let (payer, merchant) = (customer_id("c1"), merchant_id("G1"));
        let journal = JournalEntry::payment(
            payer,
            PayOption::Wallet,
            merchant,
            Money::idr(10),
            &reference(&name),
            after(number),
        );
        fresh.put([open(payment(&name)), moved(paid), Write::JournalPost(journal.unwrap())]).await;
    };
    for number in 1..=4 {
        pay(number).await;
    }
    let slice = async |horizon: u64, lines: u32| {
        fresh.store.balance_slice(&account, after(horizon), lines).await.unwrap()
    };
    balance(40).await;
    assert_eq!(slice(3, 2).await, Some(after(2)));
    assert_eq!(slice(3, 4).await, None, "the fourth line is too young");
    let next = async |seconds: u64| fresh.store.checkpoint_next(&account, after(seconds)).await.unwrap();
    let sum_up = async |seconds: u64| {
        fresh.put([Write::CheckpointMove(next(seconds).await.unwrap())]).await;
    };
    let stale = next(1).await.unwrap();
    sum_up(2).await;
    balance(40).await;
    assert_eq!(slice(9, 1).await, Some(after(3)));
    sum_up(3).await;
    assert_eq!(next(3).await, None);
    // One that was summed up before the others is not where it says it begins.
    fresh.put([Write::CheckpointMove(stale)]).await;
    balance(40).await;
    pay(5).await;
    balance(50).await;
    assert_eq!(slice(9, 2).await, Some(after(5)));
}

/// The clock was a day ahead and went back: lines that come now lie before a checkpoint that was made then.
#[tokio::test]
async fn m18_a_checkpoint_in_the_future_and_all_that_waits_too_long_is_mended() {
    let fresh = Fresh::open().await;
    let account = Account::Merchant(merchant_id("G1"));
    fresh.put([open_wallet("c1"), top_up("c1", 100, "t1")]).await;
    let pay = async |number: u64, at: u64| {
        let name = format!("A{number}");
        let (payer, merchant) = (customer_id("c1"), merchant_id("G1"));
        let paid = Payment { changed_at: after(at), paid_at: Some(after(at)), ..paid(&name, "c1") };
        let journal = JournalEntry::payment(
            payer,
            PayOption::Wallet,
            merchant,
            Money::idr(10),
            &reference(&name),
            after(at),
        );
        fresh.put([open(payment(&name)), moved(paid), Write::JournalPost(journal.unwrap())]).await;
    };
    let day = 24 * 60 * 60;
    pay(1, day).await;
    pay(2, day + 3).await;
    let ahead = fresh.store.checkpoint_next(&account, after(day + 3)).await.unwrap().unwrap();
    fresh.put([Write::CheckpointMove(ahead)]).await;
    fresh.put([notification("1", "A1", 1), notification("2", "A2", 1)]).await;
    let key = |digits, name| notification_key((digits, name, 1));
    let lease = Write::NotificationLease {
        key: key("1", "A1"),
        seen_lease_until: Timestamp::from_ms(0),
        lease_until: after(day + 60),
        now: after(day),
    };
    let later = Write::NotificationResend { key: key("2", "A2"), at: after(day) };
    fresh.put([lease, later]).await;
    let due =
        async |seconds: u64| fresh.store.notifications_due(after(seconds), 10, |_| 10).await.unwrap().len();

    pay(3, 10).await;
    assert_eq!(fresh.store.balance_find(&account).await.unwrap(), Money::idr(20), "a line is not counted");
    assert_eq!(due(60).await, 0);
    let mend = |seconds: u64| Write::AheadMend {
        now: after(seconds),
        attempt_until: after(seconds + 600),
        lease_until: after(seconds + 120),
        window_until: after(seconds + 1800),
    };
    fresh.put([mend(60)]).await;
    assert_eq!(fresh.store.balance_find(&account).await.unwrap(), Money::idr(30));
    assert!(fresh.store.ledger_check().await.unwrap().is_sound());
    assert_eq!(due(60).await, 2);

    // What is within its rule stays as it is.
    let lease = Write::NotificationLease {
        key: key("1", "A1"),
        seen_lease_until: Timestamp::from_ms(0),
        lease_until: after(100),
        now: after(60),
    };
    let later = Write::NotificationResend { key: key("2", "A2"), at: after(600) };
    let sum = fresh.store.checkpoint_next(&account, after(10)).await.unwrap().unwrap();
    fresh.put([lease, later, Write::CheckpointMove(sum), mend(60)]).await;
    assert_eq!((due(60).await, due(100).await, due(600).await), (0, 1, 2));
    assert_eq!(fresh.store.balance_slice(&account, after(20), 1).await.unwrap(), None, "it is summed up");
}
