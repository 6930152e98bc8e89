//! The outbox: what is due, in which order, who may send it, and what comes of it.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_domain::notification::{About, Next, Notification};
use lunas_domain::payment::Status;
use lunas_store::{
    AttemptRow, DUE_PER_MERCHANT_MAX, NotificationFilter, NotificationRow, NotificationState, Scope, Write,
};
use lunas_vocab::Timestamp;

use super::sample::*;

const NEVER: Timestamp = Timestamp::from_ms(0);
/// Two notifications of one payment, in their order.
const FIRST: NotificationName<'static> = ("1", "A1", 1);
const SECOND: NotificationName<'static> = ("2", "A1", 2);
/// One that nobody adds.
const ABSENT: NotificationName<'static> = ("9", "A9", 1);

fn lease(name: NotificationName<'_>, seen: Timestamp, until: Timestamp, now: Timestamp) -> Write {
    Write::NotificationLease { key: notification_key(name), seen_lease_until: seen, lease_until: until, now }
}

fn attempt(name: NotificationName<'_>, attempt_no: u32, status: Option<u16>, next: Next) -> Write {
    let response = "body".into();
    Write::AttemptRecord {
        key: notification_key(name),
        attempt_no,
        at: after(1),
        latency_ms: 12,
        status,
        response,
        next,
    }
}

fn retry(seconds: u64, holds_back_later: bool) -> Next {
    Next::Retry { at: after(seconds), holds_back_later }
}

/// Room for whatever is due.
const ALL: usize = usize::MAX;

async fn due(fresh: &Fresh, seconds: u64, excluded: &[&str]) -> Vec<String> {
    let excluded: Vec<_> = excluded.iter().map(|name| merchant_id(name)).collect();
    let due = fresh
        .store
        .notifications_due(after(seconds), 10, |merchant| if excluded.contains(merchant) { 0 } else { ALL })
        .await
        .unwrap();
    due.into_iter().map(|row| row.id.into_string()).collect()
}

async fn found(fresh: &Fresh, digits: &str) -> NotificationRow {
    fresh.store.notification_find(&notification_id(digits)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_notification_is_read_as_it_was_added_and_as_it_went() {
    let fresh = Fresh::open().await;
    fresh.put([notification("1", "A1", 1)]).await;
    let added = NotificationRow {
        id: notification_id("1"),
        notification: Notification { about: About::Payment, reference_no: reference("A1"), version: 1 },
        merchant: merchant_id("G1"),
        created_at: NOW,
        state: NotificationState::Pending,
        attempts: 0,
        round_attempts: 0,
        next_attempt_at: NOW,
        lease_until: NEVER,
        holds_back_later: true,
        last_status: None,
    };
    assert_eq!(found(&fresh, "1").await, added);

    fresh.put([attempt(FIRST, 1, Some(404), retry(120, false)), attempt(FIRST, 2, None, Next::Parked)]).await;
    let parked = NotificationRow {
        state: NotificationState::Parked,
        attempts: 2,
        round_attempts: 2,
        next_attempt_at: after(120),
        holds_back_later: false,
        last_status: Some(404),
        ..added
    };
    assert_eq!(found(&fresh, "1").await, parked);
    let row = |attempt_no, status| AttemptRow {
        attempt_no,
        at: after(1),
        latency_ms: 12,
        status,
        response: "body".into(),
    };
    let attempts = fresh.store.attempts_list(&notification_id("1")).await.unwrap();
    assert_eq!(attempts, [row(1, Some(404)), row(2, None)]);

    fresh.put([Write::NotificationResend { key: notification_key(FIRST), at: after(500) }]).await;
    let again = NotificationRow {
        state: NotificationState::Pending,
        round_attempts: 0,
        next_attempt_at: after(500),
        holds_back_later: true,
        ..parked
    };
    assert_eq!(found(&fresh, "1").await, again);
    fresh.put([attempt(FIRST, 3, Some(200), Next::Delivered)]).await;
    assert_eq!(found(&fresh, "1").await.state, NotificationState::Delivered);
    let missing = fresh.commit([Write::NotificationResend { key: notification_key(ABSENT), at: NOW }]).await;
    assert_eq!(outcome(&missing), "lost race");
    assert_eq!(outcome(&fresh.commit([attempt(FIRST, 3, None, Next::Parked)]).await), "lost race");
    assert_eq!(outcome(&fresh.commit([attempt(ABSENT, 1, None, Next::Parked)]).await), "lost race");
}

/// An id is unique by how it is made and by nothing else. Should two nodes ever make the same one, each notification is
/// still written for itself; only the attempts are told apart by the id.
#[tokio::test]
async fn of_two_notifications_with_one_id_each_is_written_for_itself() {
    let fresh = Fresh::open().await;
    let other = ("1", "B1", 1);
    fresh.put([notification("1", "A1", 1), notification("1", "B1", 1), notification("2", "B1", 2)]).await;
    let states = async || {
        let rows =
            fresh.store.notifications_list(Scope::System, &NotificationFilter::default()).await.unwrap();
        let mut states: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let leased = row.lease_until != NEVER;
                (row.notification.reference_no.into_string(), row.notification.version, row.state, leased)
            })
            .collect();
        states.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        states.into_iter().map(|(_, _, state, leased)| (state, leased)).collect::<Vec<_>>()
    };
    use NotificationState::{Delivered, Parked, Pending, Waiting};
    assert_eq!(states().await, [(Pending, false), (Pending, false), (Waiting, false)]);
    fresh.put([lease(FIRST, NEVER, after(30), NOW)]).await;
    assert_eq!(states().await, [(Pending, true), (Pending, false), (Waiting, false)]);
    fresh.put([attempt(FIRST, 1, Some(200), Next::Delivered)]).await;
    assert_eq!(states().await, [(Delivered, false), (Pending, false), (Waiting, false)]);
    assert_eq!(outcome(&fresh.commit([attempt(other, 1, None, Next::Parked)]).await), "lost race");
    fresh.put([attempt(other, 2, None, Next::Parked)]).await;
    assert_eq!(states().await, [(Delivered, false), (Parked, false), (Pending, false)]);
    fresh.put([Write::NotificationResend { key: notification_key(other), at: NOW }]).await;
    assert_eq!(states().await, [(Delivered, false), (Pending, false), (Pending, false)]);
    // A notification's place under another id is no name of it.
    for write in [
        lease(("2", "B1", 1), NEVER, after(30), NOW),
        attempt(("3", "B1", 1), 1, None, Next::Parked),
        Write::NotificationResend { key: notification_key(("2", "B1", 1)), at: NOW },
    ] {
        assert_eq!(outcome(&fresh.commit([write]).await), "lost race");
    }
    assert_eq!(states().await, [(Delivered, false), (Pending, false), (Pending, false)]);
}

#[tokio::test]
async fn of_many_who_claim_one_notification_one_gets_it() {
    let fresh = Fresh::open().await;
    fresh.put([notification("1", "A1", 1)]).await;
    let claims: Vec<_> = (0..20)
        .map(|n| {
            let store = fresh.store.clone();
            tokio::spawn(async move { store.commit(lease(FIRST, NEVER, after(30 + n), NOW).into()).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for claim in claims {
        outcomes.push(outcome(&claim.await.unwrap()));
    }
    outcomes.sort();
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "ok").count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "lost race").count(), 19);

    // Nobody else may try while the lease runs, even if they know of it; then the next one may.
    let held = found(&fresh, "1").await.lease_until;
    assert_eq!(due(&fresh, 29, &[]).await, Vec::<String>::new());
    assert_eq!(outcome(&fresh.commit([lease(FIRST, held, after(99), after(29))]).await), "lost race");
    assert_eq!(due(&fresh, 60, &[]).await, ["1"]);
    assert_eq!(outcome(&fresh.commit([lease(FIRST, NEVER, after(99), after(60))]).await), "lost race");
    fresh.put([lease(FIRST, held, after(99), after(60))]).await;
    fresh.put([attempt(FIRST, 1, Some(200), Next::Delivered)]).await;
    let late = fresh.commit([lease(FIRST, NEVER, after(200), after(100))]).await;
    assert_eq!(outcome(&late), "lost race");
}

#[tokio::test]
async fn a_payments_notifications_are_told_in_their_order() {
    let fresh = Fresh::open().await;
    fresh.put([notification("1", "A1", 1), notification("2", "A1", 2), notification("3", "B1", 1)]).await;
    assert_eq!(due(&fresh, 0, &[]).await, ["1", "3"]);

    // Unanswered: the second waits for the first, however long that takes.
    fresh.put([attempt(FIRST, 1, None, retry(120, true))]).await;
    assert_eq!(due(&fresh, 60, &[]).await, ["3"]);
    assert_eq!(due(&fresh, 120, &[]).await, ["3", "1"]);

    // Refused by the merchant: the second is told all the same, and the first is old news after that.
    fresh.put([attempt(FIRST, 2, Some(400), retry(600, false))]).await;
    assert_eq!(due(&fresh, 130, &[]).await, ["2", "3"]);
    fresh.put([attempt(SECOND, 1, Some(200), Next::Delivered)]).await;
    assert_eq!(found(&fresh, "1").await.state, NotificationState::Superseded);
    assert_eq!(found(&fresh, "3").await.state, NotificationState::Pending);
    assert_eq!(due(&fresh, 9_000, &[]).await, ["3"]);

    // An attempt that was under way meanwhile counts, but brings nothing back unless it arrived.
    fresh.put([attempt(FIRST, 3, None, retry(900, true))]).await;
    assert_eq!(found(&fresh, "1").await.state, NotificationState::Superseded);
    fresh.put([attempt(FIRST, 4, Some(200), Next::Delivered)]).await;
    assert_eq!(found(&fresh, "1").await.state, NotificationState::Delivered);
}

#[tokio::test]
async fn a_parked_notification_holds_nothing_back() {
    let fresh = Fresh::open().await;
    fresh.put([notification("1", "A1", 1), notification("2", "A1", 2)]).await;
    fresh.put([attempt(FIRST, 1, None, Next::Parked)]).await;
    assert_eq!(due(&fresh, 0, &[]).await, ["2"]);
    fresh.put([attempt(SECOND, 1, Some(200), Next::Delivered)]).await;
    assert_eq!(found(&fresh, "1").await.state, NotificationState::Parked);
}

#[tokio::test]
async fn what_is_held_back_waits_and_is_let_go_one_by_one() {
    let fresh = Fresh::open().await;
    fresh.put([notification("1", "A1", 1), notification("2", "A1", 2), notification("3", "A1", 3)]).await;
    let check = async |states: [NotificationState; 3]| {
        for (digits, expected) in ["1", "2", "3"].into_iter().zip(states) {
            assert_eq!(found(&fresh, digits).await.state, expected, "notification {digits}");
        }
    };
    use NotificationState::{Delivered, Parked, Pending, Waiting};
    check([Pending, Waiting, Waiting]).await;
    fresh.put([attempt(FIRST, 1, Some(500), retry(120, true))]).await;
    check([Pending, Waiting, Waiting]).await;
    fresh.put([attempt(FIRST, 2, Some(200), Next::Delivered)]).await;
    check([Delivered, Pending, Waiting]).await;
    // An earlier one that is sent again and arrives lets nothing go that the second still holds back.
    fresh.put([Write::NotificationResend { key: notification_key(FIRST), at: NOW }]).await;
    fresh.put([attempt(FIRST, 3, Some(200), Next::Delivered)]).await;
    check([Delivered, Pending, Waiting]).await;
    fresh.put([attempt(SECOND, 1, None, Next::Parked)]).await;
    check([Delivered, Parked, Pending]).await;
}

#[tokio::test]
async fn a_merchant_with_many_notifications_leaves_room_for_the_others() {
    let fresh = Fresh::open().await;
    let add = |digits: usize, merchant: &str| Write::NotificationAdd {
        id: notification_id(&digits.to_string()),
        notification: Notification {
            about: About::Payment,
            reference_no: reference(&format!("A{digits}")),
            version: 1,
        },
        merchant: merchant_id(merchant),
        at: NOW,
    };
    fresh.put((0..200).map(|digits| add(digits, "G1"))).await;
    fresh.put([add(900, "G2")]).await;
    let merchants: Vec<_> = fresh
        .store
        .notifications_due(NOW, 150, |_| ALL)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.merchant)
        .collect();
    let of = |merchant: &str| merchants.iter().filter(|id| id.as_str() == merchant).count();
    assert_eq!((of("G1"), of("G2")), (DUE_PER_MERCHANT_MAX, 1));
}

#[tokio::test]
async fn merchants_can_be_left_out_and_the_oldest_comes_first() {
    let fresh = Fresh::open().await;
    let add = |digits: &str, merchant: &str, seconds| Write::NotificationAdd {
        id: notification_id(digits),
        notification: Notification {
            about: About::Payment,
            reference_no: reference(&format!("A{digits}")),
            version: 1,
        },
        merchant: merchant_id(merchant),
        at: after(seconds),
    };
    fresh.put([add("1", "G1", 30), add("2", "G2", 20), add("3", "G3", 10), add("4", "G1", 5)]).await;
    assert_eq!(due(&fresh, 30, &[]).await, ["4", "3", "2", "1"]);
    assert_eq!(due(&fresh, 29, &["G3"]).await, ["4", "2"]);
    assert_eq!(due(&fresh, 30, &["G1", "G3", "G9"]).await, ["2"]);
    assert_eq!(due(&fresh, 4, &[]).await, Vec::<String>::new());
    let first = fresh.store.notifications_due(after(30), 1, |_| ALL).await.unwrap();
    assert_eq!(first.len(), 1);
}

#[tokio::test]
async fn lists_show_what_is_asked_for_the_newest_first() {
    let fresh = Fresh::open().await;
    let other = Write::NotificationAdd {
        id: notification_id("3"),
        notification: Notification { about: About::Payment, reference_no: reference("B1"), version: 1 },
        merchant: merchant_id("G2"),
        at: NOW,
    };
    fresh.put([notification("1", "A1", 1), notification("2", "A1", 2), other]).await;
    fresh.put([attempt(FIRST, 1, Some(200), Next::Delivered)]).await;
    let mine = merchant_id("G1");
    let check = async |scope: Scope<'_>, filter: NotificationFilter, expected: &[&str]| {
        let rows = fresh.store.notifications_list(scope, &filter).await.unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?}");
    };
    let all = NotificationFilter::default();
    check(Scope::System, all.clone(), &["3", "2", "1"]).await;
    check(Scope::Merchant(&mine), all.clone(), &["2", "1"]).await;
    check(
        Scope::System,
        NotificationFilter { after: Some(notification_id("3")), ..all.clone() },
        &["2", "1"],
    )
    .await;
    check(Scope::System, NotificationFilter { limit: 1, ..all.clone() }, &["3"]).await;
    let delivered = NotificationFilter { state: Some(NotificationState::Delivered), ..all.clone() };
    check(Scope::System, delivered, &["1"]).await;
    let of_payment = NotificationFilter { reference_no: Some(reference("A1")), ..all };
    check(Scope::System, of_payment.clone(), &["2", "1"]).await;
    check(Scope::Merchant(&merchant_id("G2")), of_payment, &[]).await;
}

#[tokio::test]
async fn emptying_a_sandbox_leaves_who_is_there_and_nothing_that_happened() {
    let fresh = Fresh::open().await;
    let known = Write::CustomerPut(customer("c1", "+628111111111"));
    fresh.put([known, open_wallet("c1"), top_up("c1", 15, "t1"), claim("e1", "", NOW)]).await;
    fresh.put([open(payment("A1")), moved(paid("A1", "c1")), payment_journal("A1", "c1")]).await;
    fresh.put([notification("1", "A1", 1), attempt(FIRST, 1, None, Next::Parked)]).await;
    fresh.put([Write::SandboxReset]).await;

    assert_eq!(fresh.store.payment_find(Scope::System, &reference("A1")).await.unwrap(), None);
    assert_eq!(fresh.store.transitions_list(&reference("A1")).await.unwrap(), []);
    assert_eq!(fresh.store.notification_find(&notification_id("1")).await.unwrap(), None);
    assert_eq!(fresh.store.attempts_list(&notification_id("1")).await.unwrap(), []);
    assert!(fresh.store.customer_find(&customer_id("c1")).await.unwrap().is_some());
    let report = fresh.store.ledger_check().await.unwrap();
    assert!(report.is_sound());
    assert_eq!((report.journals, report.postings, report.balances), (0, 0, 1));
    // All of it can happen again.
    fresh.put([top_up("c1", 15, "t1"), claim("e1", "", NOW), open(payment("A1"))]).await;
    let again = fresh.store.payment_find(Scope::System, &reference("A1")).await.unwrap();
    assert_eq!(again.map(|payment| payment.status), Some(Status::Pending));
}
