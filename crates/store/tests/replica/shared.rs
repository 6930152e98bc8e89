//! Snapshots that callers share: they are as true as snapshots of one's own, and nobody in one depends on another.

#![expect(clippy::disallowed_methods, reason = "what the server does by itself is announced by nobody")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use lunas_store::{ReplicaSnapshot, Store};
use lunas_vocab::Money;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::{DEADLINE, Pair, RESUME, top_up, wallet};

impl Pair {
    fn address_for_status(&self) -> String {
        format!("{}&replica_for=history,status", self.address())
    }
}

/// The balance as a shared snapshot has it, if there is one to be had and it is verified.
pub(crate) async fn read_at_replica(store: &Store) -> Option<Money> {
    let snapshot = store.shared_replica_snapshot().await?;
    let found = snapshot.store().balance_find(&wallet()).await;
    snapshot.verified().await.then(|| found.unwrap())
}

/// The same, once there is one.
pub(crate) async fn read_at_replica_in_the_end(store: &Store) -> Money {
    let began = Instant::now();
    loop {
        if let Some(found) = read_at_replica(store).await {
            return found;
        }
        assert!(began.elapsed() < DEADLINE, "the replica is never read");
        sleep(Duration::from_millis(50)).await;
    }
}

/// What each of many is told who read at the same time.
async fn read_at_replica_by_many(store: &Store) -> Vec<Option<Money>> {
    let mut callers = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        callers.spawn(async move { read_at_replica(&store).await });
    }
    callers.join_all().await
}

/// A snapshot, once there is one to be had.
async fn snapshot(store: &Store) -> ReplicaSnapshot {
    let began = Instant::now();
    loop {
        if let Some(snapshot) = store.shared_replica_snapshot().await {
            return snapshot;
        }
        assert!(began.elapsed() < DEADLINE, "the replica is never read");
        sleep(Duration::from_millis(50)).await;
    }
}

/// One node answers, many callers of another one ask all the time. Nobody is told less than had been answered when it
/// asked, nor more than the primary has when it is told.
#[tokio::test]
async fn what_many_are_told_together_is_neither_old_nor_ahead() {
    const CHANGES: i32 = 150;
    let pair = Pair::start().await;
    let writer = Store::open(&pair.database.address()).await.unwrap();
    let reader = Store::open(&pair.address_for_status()).await.unwrap();
    read_at_replica_in_the_end(&reader).await;
    let (answered, believed) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicI32::new(0)));
    let mut readers = JoinSet::new();
    for _ in 0..40 {
        let (reader, answered, believed) = (reader.clone(), Arc::clone(&answered), Arc::clone(&believed));
        readers.spawn(async move {
            loop {
                let before = answered.load(Ordering::SeqCst);
                if let Some(seen) = read_at_replica(&reader).await {
                    believed.fetch_add(1, Ordering::SeqCst);
                    let at_primary = reader.balance_find(&wallet()).await.unwrap();
                    assert!(seen.minor() >= Money::idr(before).minor(), "{seen:?} is older than {before}");
                    assert!(seen.minor() <= at_primary.minor(), "{seen:?} is ahead of {at_primary:?}");
                }
                if before == CHANGES {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    for n in 1..=CHANGES {
        writer.commit(top_up(&format!("t{n}"))).await.unwrap();
        answered.store(n, Ordering::SeqCst);
    }
    readers.join_all().await;
    println!("{} answers came from the standby", believed.load(Ordering::SeqCst));
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(CHANGES));
    for store in [writer, reader] {
        store.close().await;
    }
}

/// Rows changed by hand at the primary, which no version vector tells, show that the standby is read. An address that
/// does not say that it is read for status queries means that it is not.
#[tokio::test]
async fn a_shared_look_is_served_by_the_standby_if_the_address_says_so() {
    let mut pair = Pair::start().await;
    let store = Store::open(&pair.address_for_status()).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    pair.pause();
    pair.database.sql("update balance set amount = 700");
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(7));
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    let of_history = store.replica_snapshot().await.unwrap();
    assert_eq!(of_history.store().balance_find(&wallet()).await.unwrap(), Money::idr(1));
    assert!(of_history.verified().await);

    let other = Store::open(&pair.address()).await.unwrap();
    assert!(other.shared_replica_snapshot().await.is_none());
    other.close().await;

    // What goes on in a snapshot while its standby ends is not believed, and nobody is let down afterwards.
    let torn = snapshot(&store).await;
    pair.standby.kill();
    assert!(torn.store().balance_find(&wallet()).await.is_err());
    assert!(!torn.verified().await);
    assert!(read_at_replica_by_many(&store).await.into_iter().all(|seen| seen.is_none()));
    store.commit(top_up("alone")).await.unwrap();
    store.close().await;
}

/// A standby that stands still is not believed from the next answer on, by nobody of many who ask together, and is
/// believed again when it has caught up.
#[tokio::test]
async fn whoever_looks_together_hears_nothing_old_while_the_standby_lags() {
    let pair = Pair::start().await;
    let reader = Store::open(&pair.address_for_status()).await.unwrap();
    reader.commit(top_up("t0")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(1));
    pair.pause();
    let (began, mut made) = (Instant::now(), 1);
    // Long enough for it to be asked more than once.
    while began.elapsed() < Duration::from_secs(3) {
        reader.commit(top_up(&format!("t{made}"))).await.unwrap();
        made += 1;
        assert!(read_at_replica_by_many(&reader).await.into_iter().all(|seen| seen.is_none()));
        assert_eq!(reader.balance_find(&wallet()).await.unwrap(), Money::idr(made));
    }
    pair.on_standby(RESUME);
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(made));
    reader.close().await;
}

/// What a standby has of a commit that was answered to nobody is told to nobody.
#[tokio::test]
async fn whoever_looks_together_hears_nothing_that_the_primary_has_not() {
    let pair = Pair::start().await;
    let address = format!("{}&answer_timeout=600&writers=1", pair.address_for_status());
    let store = Store::open(&address).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    let ahead = pair.gets_ahead(&store).await;
    for _ in 0..3 {
        assert!(read_at_replica_by_many(&store).await.into_iter().all(|seen| seen.is_none()));
        assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(1));
        // It is asked again after a second.
        sleep(Duration::from_millis(1_100)).await;
    }
    pair.makes_good(ahead).await;
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(2));
    store.close().await;
}

/// Callers go away at every point: before they are in a snapshot, in it, while they read. Others stay in it and do
/// nothing. Whoever else asks is answered.
#[tokio::test]
async fn nobody_in_a_look_depends_on_the_others() {
    let pair = Pair::start().await;
    let store = Store::open(&pair.address_for_status()).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    read_at_replica_in_the_end(&store).await;
    for n in 0..200 {
        // Each ends a little later than the one before.
        let leaving = timeout(Duration::from_micros(n * 20), read_at_replica(&store));
        let (_, seen) = tokio::join!(leaving, read_at_replica(&store));
        assert_eq!(seen, Some(Money::idr(1)), "{n}");
    }
    let gone = snapshot(&store).await;
    drop(gone);
    assert_eq!(read_at_replica(&store).await, Some(Money::idr(1)));

    // More of them than there are snapshots at a time.
    let mut idle = Vec::new();
    for _ in 0..2 {
        idle.push(snapshot(&store).await);
    }
    let began = Instant::now();
    // It is not answered by a snapshot, but soon.
    while read_at_replica(&store).await.is_none() {
        assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(1));
        assert!(began.elapsed() < DEADLINE, "the replica is never read again");
        sleep(Duration::from_millis(50)).await;
    }
    for late in idle {
        assert!(late.store().balance_find(&wallet()).await.is_err());
        assert!(!late.verified().await);
    }
    store.close().await;
}
