//! What only the PostgreSQL engine does: several nodes on one database, connections that die at the worst moment, and
//! damage that somebody else did to the rows.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]

mod postgres {
    pub(crate) mod line;
}

use lunas_cluster::Database;
use lunas_domain::ledger::{Account, Journal};
use lunas_store::{Changes, OpenError, Refused, Store, Write};
use lunas_vocab::{CustomerId, Money, Timestamp};
use postgres::line::{Cut, Line};

const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

fn customer() -> CustomerId {
    CustomerId::new("c1").unwrap()
}

fn wallet() -> Account {
    Account::Wallet(customer())
}

fn open_wallet() -> Changes {
    Write::BalanceOpen { account: wallet(), floor: Money::ZERO_IDR }.into()
}

fn top_up(name: &str) -> Changes {
    Write::JournalPost(Journal::top_up(customer(), Money::idr(1), name, NOW).unwrap()).into()
}

#[tokio::test]
async fn nodes_that_start_together_migrate_once_and_share_the_store() {
    let database = Database::create();
    let address = database.address();
    let (a, b, c) = tokio::join!(Store::open(&address), Store::open(&address), Store::open(&address));
    let nodes = [a.unwrap(), b.unwrap(), c.unwrap()];
    nodes[0].commit(open_wallet()).await.unwrap();
    let commits = (0..300).map(|n| {
        let node = nodes[n % nodes.len()].clone();
        // Each movement is asked for three times, once of each node at the most.
        tokio::spawn(async move { node.commit(top_up(&format!("t{}", n / 3))).await })
    });
    let mut made = 0;
    for commit in commits.collect::<Vec<_>>() {
        match commit.await.unwrap() {
            Ok(()) => made += 1,
            Err(Refused::LostRace) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(made, 100);
    for node in nodes {
        assert_eq!(node.balance_find(&wallet()).await.unwrap(), Money::idr(100));
        assert!(node.ledger_check().await.unwrap().is_sound());
        node.close().await;
    }
    assert_eq!(database.sql("select count(*) from migration"), "1");
    assert_eq!(database.sql("select count(*) from committer"), "0");
}

#[tokio::test]
async fn a_store_made_by_other_migrations_is_refused() {
    let check = async |damage: &str, expected: &str| {
        let database = Database::create();
        Store::open(&database.address()).await.unwrap().close().await;
        database.sql(damage);
        for refused in [Store::open(&database.address()).await, Store::attach(&database.address()).await] {
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        }
    };
    check("update migration set hash = 'x'", "was changed after").await;
    check("insert into migration (version, name, hash) values (999, 'future', 'x')", "999").await;
}

#[tokio::test]
async fn a_store_that_does_not_open_says_why_and_keeps_the_password() {
    let database = Database::create();
    let check = async |opened: Result<Store, OpenError>, expected: &str| {
        let refused = opened.unwrap_err().to_string();
        assert!(refused.contains(expected) && !refused.contains("s3cret"), "{refused}");
    };
    check(Store::attach(&database.address()).await, "migration").await;
    let absent =
        database.address().replace(database.name(), "absent").replace("postgres@", "postgres:s3cret@");
    check(Store::open(&absent).await, "\"absent\" does not exist").await;
    check(Store::open("postgres://u:s3cret@127.0.0.1:1/d").await, "127.0.0.1:1/d cannot be opened").await;
    let encrypted = database.address().replace("sslmode=disable", "sslmode=require");
    check(Store::open(&encrypted).await, "TLS").await;
}

/// A value that no column holds is the fault of whoever brings it, and of nobody in the same batch.
#[tokio::test]
async fn what_the_server_cannot_hold_fails_alone() {
    let database = Database::create();
    let store = Store::open(&format!("{}&writers=1", database.address())).await.unwrap();
    let huge = || Journal::top_up(customer(), Money::idr_minor(i64::MAX), "huge", NOW).unwrap();
    store.commit(open_wallet()).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    let commits = (0..60).map(|n| {
        let (store, is_huge) = (store.clone(), n % 20 == 7);
        let changes = if is_huge { Write::JournalPost(huge()).into() } else { top_up(&format!("t{n}")) };
        tokio::spawn(async move { (is_huge, store.commit(changes).await) })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (is_huge, made) = commit.await.unwrap();
        assert_eq!(matches!(made, Err(Refused::Unavailable(_))), is_huge, "{made:?}");
    }
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(58));
    store.close().await;
}

/// Backends are ended under load, again and again; every movement that was answered is there, once, and none fails.
#[tokio::test]
async fn connections_that_die_under_load_lose_and_double_nothing() {
    let database = std::sync::Arc::new(Database::create());
    let store = Store::open(&database.address()).await.unwrap();
    store.commit(open_wallet()).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            for n in 0..40 {
                store.commit(top_up(&format!("t{caller}-{n}"))).await.unwrap();
                store.balance_find(&wallet()).await.unwrap();
            }
        });
    }
    for _ in 0..6 {
        let database = std::sync::Arc::clone(&database);
        let kill = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}' and application_name = 'lunas'",
            database.name()
        );
        tokio::task::spawn_blocking(move || database.sql_beside(&kill)).await.unwrap();
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(8 * 40));
    assert!(store.ledger_check().await.unwrap().is_sound());
    store.close().await;
}

/// The worst moment: the commit was sent, and no answer came. Alone and in company, the caller hears the truth.
#[tokio::test]
async fn a_line_that_is_cut_during_a_commit_tells_the_truth_in_the_end() {
    for (round, cut) in [Cut::BeforeCommit, Cut::AfterCommit].into_iter().enumerate() {
        for callers in [1, 24] {
            let database = Database::create();
            let server: u16 =
                database.address().split([':', '/']).filter_map(|part| part.parse().ok()).next().unwrap();
            let line = Line::to(server).await;
            let address = database.address().replace(&format!(":{server}/"), &format!(":{}/", line.port()));
            let store = Store::open(&format!("{address}&writers=1")).await.unwrap();
            store.commit(open_wallet()).await.unwrap();
            line.cut(cut);
            let commits = (0..callers).map(|n| {
                let store = store.clone();
                tokio::spawn(async move { store.commit(top_up(&format!("t{round}-{n}"))).await })
            });
            for commit in commits.collect::<Vec<_>>() {
                commit.await.unwrap().unwrap_or_else(|refused| panic!("{cut:?} of {callers}: {refused}"));
            }
            assert!(!line.is_whole(), "{cut:?} of {callers}: nothing was cut");
            assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(callers), "{cut:?}");
            assert!(store.ledger_check().await.unwrap().is_sound());
            store.close().await;
        }
    }
}
