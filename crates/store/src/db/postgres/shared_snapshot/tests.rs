//! What nobody sees from outside: that callers share snapshots.

#![expect(clippy::disallowed_methods, reason = "what the server does by itself is announced by nobody")]

use std::time::Duration;

use lunas_cluster::{Cluster, Database as Throwaway};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{MEMBERS_MAX, READERS_MAX};
use crate::db::postgres::Database;

/// Reads something in a snapshot; says whether it was verified.
async fn reads_snapshot(database: &Database) -> bool {
    let Some(snapshot) = database.shared_replica_snapshot().await else { return false };
    let found = snapshot.rows("select count(*) from committer", &[], |row| row.int(0)).await;
    found.is_ok_and(|rows| rows.len() == 1) && database.verifies(snapshot).await
}

/// All callers of a round come before any reader takes them, so that the least number of snapshots is known.
#[tokio::test]
async fn whoever_comes_at_the_same_time_shares_a_snapshot() {
    const CALLERS: usize = 40;
    const ROUNDS: usize = 10;
    let primary = Cluster::start_primary().unwrap();
    let (throwaway, standby) = (Throwaway::create_in(&primary), primary.standby().unwrap());
    let address = format!("{}&replica=127.0.0.1:{}&replica_for=status", throwaway.address(), standby.port());
    let database = Database::open(&address).await.unwrap();
    for _ in 0..1_000 {
        if reads_snapshot(&database).await {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    let before = database.shared_snapshots();
    for _ in 0..ROUNDS {
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let database = database.clone();
            callers.spawn(async move { reads_snapshot(&database).await });
        }
        let verified = callers.join_all().await.into_iter().filter(|is_verified| *is_verified).count();
        assert_eq!(verified, CALLERS);
    }
    let made = database.shared_snapshots() - before;
    let least = ROUNDS * CALLERS.div_ceil(MEMBERS_MAX);
    assert!((least..=least + ROUNDS * READERS_MAX).contains(&made), "{made} snapshots");
    assert!(database.replica_snapshot().await.is_none(), "the replica is not for the history");
    database.close().await;
    assert!(!reads_snapshot(&database).await);
}
