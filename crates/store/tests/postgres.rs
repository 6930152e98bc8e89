//! What only the PostgreSQL engine does: several nodes on one database, connections that die at the worst moment, and
//! damage that somebody else did to the rows.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::time::Duration;

use lunas_cluster::{Database, Fault, Line};
use lunas_domain::ledger::{Account, JournalEntry};
use lunas_domain::replay::{ReplayKey, ReplayOwner, kept_until};
use lunas_store::{Changes, CommitError, OpenError, Store, Write};
use lunas_vocab::{CustomerId, ExternalId, MerchantId, Money, Timestamp};
use tokio::time::timeout;

/// How long a test waits for what must not take for ever. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(120);
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
    Write::JournalPost(JournalEntry::top_up(customer(), Money::idr(1), name, NOW).unwrap()).into()
}

/// A change that only adds a row.
fn claim(name: &str) -> Changes {
    let key = ReplayKey {
        owner: ReplayOwner::Merchant(MerchantId::new("G1").unwrap()),
        service: "54",
        external_id: ExternalId::new(name).unwrap(),
    };
    let (request, body) = (vec![7; 32], name.as_bytes().to_vec());
    let write =
        Write::ReplayClaim { key, request, body, opened: None, now: NOW, kept_until: kept_until(NOW) };
    write.into()
}

#[tokio::test]
async fn a_look_at_a_store_tells_what_is_wrong_with_it() {
    let database = Database::create();
    let address = database.address();
    let check = async |clock: &dyn Fn() -> Timestamp, expected: &[(&str, &str)]| {
        let wrong: Vec<(String, String)> = Store::examine(&address, clock)
            .await
            .into_iter()
            .filter(lunas_store::Finding::is_wrong)
            .map(|finding| (finding.about.clone(), finding.to_string()))
            // A server for tests need not keep anything.
            .filter(|(_, told)| !told.contains(" = off"))
            .collect();
        assert_eq!(wrong.len(), expected.len(), "{wrong:?}");
        for ((about, told), (expected, words)) in wrong.iter().zip(expected) {
            assert!(about.starts_with(expected) && told.contains(words), "{about}: {told}");
        }
    };
    let system = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap())
    };
    check(&system, &[("store", "`lunas migrate`")]).await;
    Store::open(&address).await.unwrap().close().await;
    check(&system, &[]).await;
    let ahead = || system().plus(Duration::from_secs(3_600));
    check(&ahead, &[("node", "ms behind this machine's; keep both by NTP")]).await;
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
        // Each journal entry is asked for three times, once of each node at the most.
        tokio::spawn(async move { node.commit(top_up(&format!("t{}", n / 3))).await })
    });
    let mut made = 0;
    for commit in commits.collect::<Vec<_>>() {
        match commit.await.unwrap() {
            Ok(()) => made += 1,
            Err(CommitError::LostRace) => {}
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
    assert_eq!(database.sql("select count(*) from committer where session <> 'epoch'"), "0");
}

#[tokio::test]
async fn m9_a_server_that_takes_no_writes_is_told() {
    let database = Database::create();
    let store = Store::open(&database.address()).await.unwrap();
    let server = async || {
        let checks = store.checks().await;
        checks.into_iter().find(|(name, _)| *name == "server").unwrap().1.map_err(|error| error.to_string())
    };
    assert_eq!(server().await, Ok(()));
    database.sql("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$");
    database.sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    let refused = timeout(DEADLINE, server()).await.unwrap().unwrap_err();
    assert!(!refused.is_empty());
    let checks = timeout(DEADLINE, store.checks()).await.unwrap();
    assert!(checks.iter().all(|(name, _)| *name != "write"), "no write waits for it");
    timeout(DEADLINE, store.close()).await.unwrap();
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
    let huge = || JournalEntry::top_up(customer(), Money::idr_minor(i64::MAX), "huge", NOW).unwrap();
    store.commit(open_wallet()).await.unwrap();
    store.commit(top_up("first")).await.unwrap();
    let commits = (0..60).map(|n| {
        let (store, is_huge) = (store.clone(), n % 20 == 7);
        let changes = if is_huge { Write::JournalPost(huge()).into() } else { top_up(&format!("t{n}")) };
        tokio::spawn(async move { (is_huge, store.commit(changes).await) })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (is_huge, made) = commit.await.unwrap();
        assert_eq!(matches!(made, Err(CommitError::Unavailable(_))), is_huge, "{made:?}");
    }
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(58));
    store.close().await;
}

/// Backends are ended under load, again and again; every journal entry that was answered is there, once, and none
/// fails.
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

/// The worst moment: the commit was sent, and no answer came. Alone and in company, in a transaction of several
/// statements and in one that is a statement, the caller hears the truth.
#[tokio::test]
async fn a_line_that_is_cut_during_a_commit_tells_the_truth_in_the_end() {
    type Change = fn(&str) -> Changes;
    let kinds: [(Change, &str); 2] =
        [(top_up, "select count(*) from journal"), (claim, "select count(*) from replay")];
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        for callers in [1, 24] {
            for (change, count) in kinds {
                let database = Database::create();
                let line = Line::to(&database);
                let store = Store::open(&format!("{}&writers=1", line.address())).await.unwrap();
                store.commit(open_wallet()).await.unwrap();
                line.fault(fault);
                let commits = (0..callers).map(|n| {
                    let store = store.clone();
                    tokio::spawn(async move { store.commit(change(&format!("t{n}"))).await })
                });
                let case = format!("{fault:?} of {callers}, {count}");
                for commit in commits.collect::<Vec<_>>() {
                    commit.await.unwrap().unwrap_or_else(|refused| panic!("{case}: {refused}"));
                }
                assert_eq!(line.is(), Fault::None, "{case}: nothing was cut");
                assert_eq!(database.sql(count), callers.to_string(), "{case}");
                assert!(store.ledger_check().await.unwrap().is_sound());
                store.close().await;
            }
        }
    }
}

/// A statement that waits for somebody else's transaction is stopped; its caller hears so, and its neighbour does not.
#[tokio::test]
async fn a_key_that_somebody_else_holds_keeps_nobody_for_longer_than_a_statement_may_take() {
    let database = std::sync::Arc::new(Database::create());
    let store = Store::open(&format!("{}&writers=1&answer_timeout=1", database.address())).await.unwrap();
    let held = std::sync::Arc::clone(&database);
    let holder = tokio::task::spawn_blocking(move || {
        held.sql(
            "insert into replay (owner, service, external_id, request, body, taken_at, kept_until, bucket)
            values ('G1', '54', 'held', '', '', 0, 9000000000000000, '569'); select pg_sleep(4)",
        )
    });
    let is_held =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    while database.sql(is_held) == "0" {
        tokio::task::yield_now().await;
    }
    let (waiting, beside) = tokio::join!(store.commit(claim("held")), store.commit(claim("beside")));
    assert!(matches!(waiting, Err(CommitError::Unavailable(_))), "{waiting:?}");
    beside.unwrap();
    holder.await.unwrap();
    let again = store.commit(claim("held")).await;
    assert!(matches!(again, Err(CommitError::Replay)), "{again:?}");
    store.close().await;
}

/// What one statement would make is made statement by statement when a key in it is taken: each caller hears of its own.
#[tokio::test]
async fn a_taken_key_is_told_to_its_caller_alone() {
    let database = Database::create();
    let store = Store::open(&format!("{}&writers=1", database.address())).await.unwrap();
    store.commit(claim("t0")).await.unwrap();
    database.sql("update replay set kept_until = 0");
    store.commit(claim("t1")).await.unwrap();
    // The first key has expired and may be taken again, the second one may not, and the others are new.
    let commits = (0..40).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { (n, store.commit(claim(&format!("t{n}"))).await) })
    });
    for commit in commits.collect::<Vec<_>>() {
        let (n, made) = commit.await.unwrap();
        assert_eq!(matches!(made, Err(CommitError::Replay)), n == 1, "{n}: {made:?}");
        assert_eq!(made.is_ok(), n != 1, "{n}: {made:?}");
    }
    assert_eq!(database.sql("select count(*) from replay where kept_until > 0"), "40");
    store.close().await;
}

/// Nobody can say what became of a commit whose server never came back; so nobody is told that it failed. It was made,
/// and made again it is refused for that.
#[tokio::test]
async fn a_commit_that_nobody_can_be_asked_about_has_no_known_outcome() {
    let database = Database::create();
    let line = Line::to(&database);
    let store = Store::open(&format!("{}&writers=1&outcome_timeout=1", line.address())).await.unwrap();
    store.commit(open_wallet()).await.unwrap();
    line.fault(Fault::AfterCommitForGood);
    let commits = (0..8).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { (n, store.commit(top_up(&format!("t{n}"))).await) })
    });
    let mut unknown = Vec::new();
    for commit in commits.collect::<Vec<_>>() {
        match commit.await.unwrap() {
            (n, Err(CommitError::OutcomeUnknown)) => unknown.push(n),
            // It was not in the batch whose commit was cut, and was never sent.
            (_, Err(CommitError::Unavailable(_))) => {}
            (n, other) => panic!("{n}: {other:?}"),
        }
    }
    assert!(!unknown.is_empty());
    line.fault(Fault::None);
    for n in &unknown {
        let again = store.commit(top_up(&format!("t{n}"))).await;
        assert!(matches!(again, Err(CommitError::LostRace)), "{n}: {again:?}");
    }
    let made = i32::try_from(unknown.len()).unwrap();
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(made));
    store.close().await;
}

/// A server that takes connections and says nothing is no server: opening names it, and the next one is asked.
#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_named_and_passed_over() {
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let server = silent.local_addr().unwrap();
    let check = async |parameters: &str| {
        let address = format!("postgres://u:s3cret@{server}/d?connect_timeout=1&{parameters}");
        let opened = timeout(DEADLINE, Store::open(&address)).await.expect("it hangs");
        let attached = timeout(DEADLINE, Store::attach(&address)).await.expect("it hangs");
        for refused in [opened, attached] {
            let refused = refused.unwrap_err().to_string();
            let expected = format!("{server}: it did not let this program in within 1 s");
            assert!(refused.contains(&expected) && !refused.contains("s3cret"), "{refused}");
        }
    };
    check("sslmode=disable").await;
    check("sslmode=require").await;

    let database = Database::create();
    let address = database.address().replace("@127.0.0.1", &format!("@{server},127.0.0.1"));
    let address = format!("{address}&connect_timeout=1&writers=1&readers=1");
    let store = timeout(DEADLINE, Store::open(&address)).await.expect("it hangs").unwrap();
    store.probe().await.unwrap();
    store.close().await;
}

/// What goes silent in the middle of everything: every read and every commit ends, says who did not answer, and goes on
/// when the line does.
#[tokio::test]
async fn a_line_that_goes_silent_holds_nobody_up_for_ever() {
    let database = Database::create();
    let line = Line::to(&database);
    let limits = "connect_timeout=1&answer_timeout=1&outcome_timeout=1&readers=2";
    let store = Store::open(&format!("{}&{limits}", line.address())).await.unwrap();
    store.commit(open_wallet()).await.unwrap();
    store.balance_find(&wallet()).await.unwrap();
    line.fault(Fault::Silent);
    let mut reads = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        reads.spawn(async move { store.balance_find(&wallet()).await });
    }
    while let Some(read) = timeout(DEADLINE, reads.join_next()).await.expect("a read hangs") {
        let refused = read.unwrap().unwrap_err().to_string();
        assert!(
            refused.contains("did not answer within 1 s") || refused.contains("did not let"),
            "{refused}"
        );
    }
    let check = timeout(DEADLINE, store.ledger_check()).await.expect("the check hangs");
    assert!(check.unwrap_err().to_string().contains("did not let"));
    let commit = timeout(DEADLINE, store.commit(top_up("silent"))).await.expect("a commit hangs");
    assert!(commit.is_err());
    line.fault(Fault::None);
    let first = store.commit(top_up("silent")).await;
    assert!(matches!(first, Ok(()) | Err(CommitError::LostRace)), "{first:?}");
    assert_eq!(store.balance_find(&wallet()).await.unwrap(), Money::idr(1));
    assert!(store.ledger_check().await.unwrap().is_sound());
    timeout(DEADLINE, store.close()).await.expect("closing hangs");
}

/// A statement that takes longer than anybody waits for an answer is waited for where the server says that it is at work
/// on it: here the proof of a ledger whose rows somebody holds.
#[tokio::test]
async fn what_takes_long_is_waited_for_while_the_server_works_on_it() {
    let database = std::sync::Arc::new(Database::create());
    let store = Store::open(&format!("{}&answer_timeout=1", database.address())).await.unwrap();
    store.commit(open_wallet()).await.unwrap();
    let holder = std::sync::Arc::clone(&database);
    let hold = tokio::task::spawn_blocking(move || {
        holder.sql("begin; lock table posting in access exclusive mode; select pg_sleep(4); commit")
    });
    let held = "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted and database = \
        (select oid from pg_database where datname = current_database())";
    let is_held = async {
        loop {
            let asked = std::sync::Arc::clone(&database);
            if tokio::task::spawn_blocking(move || asked.sql(held)).await.unwrap() != "0" {
                break;
            }
        }
    };
    timeout(DEADLINE, is_held).await.expect("nobody holds the table");
    assert!(store.ledger_check().await.unwrap().is_sound());
    hold.await.unwrap();
    store.close().await;
}
