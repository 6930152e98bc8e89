//! Reads on a standby: what it is read for, what makes it be left out, and that nobody ever sees there what is older
//! than an answer, or newer than the primary.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side are tasks, and what the server does by itself is announced by nobody"
)]

mod replica {
    pub(crate) mod shared;
}

use std::time::Duration;

use lunas_cluster::{Cluster, Database};
use lunas_domain::ledger::{Account, JournalEntry};
use lunas_store::{Changes, CommitError, Store, Write};
use lunas_vocab::{CustomerId, Money, Timestamp};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);
/// How long a test waits for what must come. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(60);

const PAUSE: &str = "select pg_wal_replay_pause()";
const RESUME: &str = "select pg_wal_replay_resume()";
const IS_PAUSED: &str = "select pg_get_wal_replay_pause_state()";

fn wallet() -> Account {
    Account::Wallet(CustomerId::new("c1").unwrap())
}

fn top_up(name: &str) -> Changes {
    let customer = CustomerId::new("c1").unwrap();
    Write::JournalPost(JournalEntry::top_up(customer, Money::idr(1), name, NOW).unwrap()).into()
}

/// A store with a wallet, its primary, and a standby.
struct Pair {
    database: Database,
    standby: Cluster,
    // Dropped last.
    primary: Cluster,
}

impl Pair {
    async fn start() -> Self {
        let primary = Cluster::start_primary().unwrap();
        let (database, standby) = (Database::create_in(&primary), primary.standby().unwrap());
        let pair = Self { database, standby, primary };
        let store = Store::open(&pair.database.address()).await.unwrap();
        let open = Write::BalanceOpen { account: wallet(), floor: Money::ZERO_IDR };
        store.commit(open.into()).await.unwrap();
        store.close().await;
        pair
    }

    fn address(&self) -> String {
        format!("{}&replica=127.0.0.1:{}", self.database.address(), self.standby.port())
    }

    fn on_standby(&self, sql: &str) -> String {
        self.database.sql_on_standby(&self.standby, sql)
    }

    fn pause(&self) {
        self.on_standby(PAUSE);
        until_true(|| self.on_standby(IS_PAUSED) == "paused");
    }

    /// Has a commit wait for a synchronous standby that never comes, until this standby has it, which is none.
    async fn gets_ahead(&self, store: &Store) -> JoinHandle<Result<(), CommitError>> {
        self.database.sql("alter system set synchronous_standby_names = 'nobody'");
        self.database.sql("select pg_reload_conf()");
        until_true(|| self.database.sql("show synchronous_standby_names") == "nobody");
        let store = store.clone();
        let committing = tokio::spawn(async move { store.commit(top_up("second")).await });
        let began = Instant::now();
        while self.on_standby("select amount from balance") != "200" {
            assert!(began.elapsed() < DEADLINE, "the standby does not get it");
            sleep(Duration::from_millis(20)).await;
        }
        committing
    }

    /// Lets the commit that waited be made.
    async fn makes_good(&self, committing: JoinHandle<Result<(), CommitError>>) {
        self.database.sql("alter system reset synchronous_standby_names");
        self.database.sql("select pg_reload_conf()");
        committing.await.unwrap().unwrap();
    }
}

fn until_true(is_true: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < DEADLINE, "it does not come about");
    }
}

/// The balance as a snapshot of the replica has it, if there is one to be had and it is verified.
async fn read_at_replica(store: &Store) -> Option<Money> {
    let snapshot = store.replica_snapshot().await?;
    let found = snapshot.store().balance_find(&wallet()).await;
    snapshot.verified().await.then(|| found.unwrap())
}

/// The same, once there is one.
async fn read_at_replica_in_the_end(store: &Store) -> Money {
    let began = Instant::now();
    loop {
        if let Some(found) = read_at_replica(store).await {
            return found;
        }
        assert!(began.elapsed() < DEADLINE, "the replica is never read");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Two nodes: one answers, the other one is asked at once. With the standby at rest or in use, no snapshot that is
/// verified is older than the answer, and snapshots do come about.
#[tokio::test]
async fn a_proven_look_knows_what_any_node_has_answered() {
    let pair = Pair::start().await;
    let writer = Store::open(&pair.database.address()).await.unwrap();
    let reader = Store::open(&pair.address()).await.unwrap();
    for n in 1..=40 {
        writer.commit(top_up(&format!("t{n}"))).await.unwrap();
        if let Some(seen) = read_at_replica(&reader).await {
            assert_eq!(seen, Money::idr(n));
        }
    }
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(40));
    for store in [writer, reader] {
        store.close().await;
    }
}

/// Somebody changes a row of the primary by hand, which no version vector tells: the snapshot shows the row as the
/// standby has it.
#[tokio::test]
async fn a_look_is_served_by_the_standby() {
    let pair = Pair::start().await;
    let store = Store::open(&pair.address()).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    pair.pause();
    pair.database.sql("update balance set amount = 700");
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(7));
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    store.close().await;
}

/// A standby that stands still is not believed from the next answer on, be it one of a node that has come and gone
/// meanwhile and has left nothing behind, and is believed again when it has caught up.
#[tokio::test]
async fn a_standby_that_lags_is_left_out_until_it_has_caught_up() {
    let pair = Pair::start().await;
    let reader = Store::open(&pair.address()).await.unwrap();
    reader.commit(top_up("before")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(1));
    pair.pause();
    let passer_by = Store::open(&pair.database.address()).await.unwrap();
    passer_by.commit(top_up("t0")).await.unwrap();
    passer_by.close().await;
    assert_eq!(
        pair.database.sql("select count(*) from committer where batch > 0 and session <> 'epoch'"),
        "1"
    );
    // Long enough for it to be asked more than once.
    let (began, mut made) = (Instant::now(), 2);
    while began.elapsed() < Duration::from_secs(3) {
        assert_eq!(read_at_replica(&reader).await, None);
        assert_eq!(reader.balance_find(&wallet()).await.unwrap(), Money::idr(made));
        reader.commit(top_up(&format!("t{made}"))).await.unwrap();
        made += 1;
    }
    assert_eq!(read_at_replica(&reader).await, None);
    pair.on_standby(RESUME);
    assert_eq!(read_at_replica_in_the_end(&reader).await, Money::idr(made));
    reader.close().await;
}

/// A commit that waits for a synchronous standby was answered to nobody, and another standby has it already: should the
/// primary go away now, it was never made. A snapshot that has it is not believed.
#[tokio::test]
async fn what_only_a_standby_has_is_seen_by_nobody() {
    let pair = Pair::start().await;
    let store = Store::open(&format!("{}&answer_timeout=600&writers=1", pair.address())).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(1));
    let ahead = pair.gets_ahead(&store).await;
    for _ in 0..5 {
        assert_eq!(read_at_replica(&store).await, None);
        assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(1));
    }
    pair.makes_good(ahead).await;
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::idr(2));
    store.close().await;
}

/// A standby that ends, or is not there at the start, is missed by nobody.
#[tokio::test]
async fn a_standby_that_is_gone_is_done_without() {
    let mut pair = Pair::start().await;
    let store = Store::open(&pair.address()).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::ZERO_IDR);
    let snapshot = store.replica_snapshot().await.unwrap();
    pair.standby.kill();
    assert!(snapshot.store().balance_find(&wallet()).await.is_err());
    assert!(!snapshot.verified().await);
    assert_eq!(read_at_replica(&store).await, None);
    store.commit(top_up("alone")).await.unwrap();
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(1));
    store.close().await;
    let store = Store::open(&pair.address()).await.unwrap();
    assert_eq!(read_at_replica(&store).await, None);
    store.probe().await.unwrap();
    store.close().await;
}

/// After a failover the standby is the primary, and keeps its connections: to read on them would spare nobody.
#[tokio::test]
async fn a_standby_that_has_become_a_primary_is_left_alone() {
    let pair = Pair::start().await;
    let store = Store::open(&format!("{}&replica_for=history,status", pair.address())).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::ZERO_IDR);
    replica::shared::read_at_replica_in_the_end(&store).await;
    assert_eq!(pair.on_standby("select pg_promote()"), "t");
    assert_eq!(read_at_replica(&store).await, None);
    assert_eq!(replica::shared::read_at_replica(&store).await, None);
    store.close().await;
}

/// Another cluster's rows may look the same and are not these; and a primary is no standby.
#[tokio::test]
async fn only_a_standby_of_the_same_primary_is_read() {
    let (pair, other) = (Pair::start().await, Pair::start().await);
    let stranger = format!("{}&replica=127.0.0.1:{}", pair.database.address(), other.standby.port());
    let stranger = stranger.replace(pair.database.name(), "postgres");
    let refused = Store::open(&stranger).await.unwrap_err().to_string();
    assert!(refused.contains("is no standby of this store's primary"), "{refused}");

    let itself = format!("{}&replica=127.0.0.1:{}", pair.database.address(), pair.primary.port());
    let store = Store::open(&itself).await.unwrap();
    assert_eq!(read_at_replica(&store).await, None);
    store.close().await;
    let several = format!(
        "{}&replica=127.0.0.1:{},127.0.0.1:{}",
        pair.database.address(),
        pair.primary.port(),
        pair.standby.port()
    );
    let store = Store::open(&several).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::ZERO_IDR);
    let snapshot = store.replica_snapshot().await.unwrap();
    assert!(snapshot.store().commit(top_up("there")).await.is_err());
    assert!(snapshot.verified().await);
    store.close().await;
}

/// The role of a gateway owns its database and nothing else, and reads the replica all the same.
#[tokio::test]
async fn a_role_without_special_rights_reads_a_replica() {
    let pair = Pair::start().await;
    let name = pair.database.name();
    pair.database.sql("create role plain login");
    pair.database.sql(&format!("alter database {name} owner to plain"));
    pair.database.sql("do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = 'public' loop execute format('alter table %I owner to plain', t); end loop; end $$; grant create on schema public to plain");
    let store = Store::open(&pair.address().replace("postgres@", "plain@")).await.unwrap();
    assert_eq!(read_at_replica_in_the_end(&store).await, Money::ZERO_IDR);
    store.close().await;
}
