//! Every statement is good SQL on every engine, and names its parameters in the order in which they are bound.

mod distributed;

use std::collections::HashSet;

use lunas_cluster::Database;

use crate::copy::PLACE_FORGET;
use crate::db::{Through, Walk};
use crate::read::{
    archive, bank, client, customer, ended, history, ledger, link, merchant, notification, payment,
    pin_attempt, refund, replay, resolution, setting, upkeep, virtual_account,
};
use crate::render::{CATALOGUE, SANDBOX_RESET};
use crate::statement::Statement;
use crate::{Store, table};

/// A file, its text, and its statements.
pub(crate) type File = (&'static str, &'static str, &'static [&'static str]);

pub(crate) const READS: [File; 18] = [
    ("read/archive", include_str!("read/archive.rs"), archive::STATEMENTS),
    ("read/ended", include_str!("read/ended.rs"), ended::STATEMENTS),
    ("read/bank", include_str!("read/bank.rs"), bank::STATEMENTS),
    ("read/client", include_str!("read/client.rs"), client::STATEMENTS),
    ("read/customer", include_str!("read/customer.rs"), customer::STATEMENTS),
    ("read/pin_attempt", include_str!("read/pin_attempt.rs"), pin_attempt::STATEMENTS),
    ("read/history", include_str!("read/history.rs"), history::STATEMENTS),
    ("read/ledger", include_str!("read/ledger.rs"), ledger::STATEMENTS),
    ("read/link", include_str!("read/link.rs"), link::STATEMENTS),
    ("read/merchant", include_str!("read/merchant.rs"), merchant::STATEMENTS),
    ("read/notification", include_str!("read/notification.rs"), notification::STATEMENTS),
    ("read/payment", include_str!("read/payment.rs"), payment::STATEMENTS),
    ("read/refund", include_str!("read/refund.rs"), refund::STATEMENTS),
    ("read/replay", include_str!("read/replay.rs"), replay::STATEMENTS),
    ("read/resolution", include_str!("read/resolution.rs"), resolution::STATEMENTS),
    ("read/setting", include_str!("read/setting.rs"), setting::STATEMENTS),
    ("read/upkeep", include_str!("read/upkeep.rs"), upkeep::STATEMENTS),
    ("read/virtual_account", include_str!("read/virtual_account.rs"), virtual_account::STATEMENTS),
];

/// What is read by a number that is looked up, and what is walked over: in one statement or in several.
const THROUGH: [&[Through]; 3] = [archive::THROUGH, payment::THROUGH, virtual_account::THROUGH];
const WALKS: [&[Walk]; 1] = [notification::WALKS];

/// What is asked in several statements where rows lie on several machines.
pub(crate) fn asked_apart() -> Vec<&'static str> {
    let through = THROUGH.concat().into_iter().flat_map(|through| [through.number, through.read]);
    through.chain(WALKS.concat().into_iter().map(|walk| walk.next)).collect()
}

/// The same in one statement each.
fn asked_at_once() -> impl Iterator<Item = &'static str> {
    let through = THROUGH.concat().into_iter().map(|through| through.whole);
    through.chain(WALKS.concat().into_iter().map(|walk| walk.whole))
}

/// The files that declare statements that write.
const WRITES: [&str; 12] = [
    include_str!("copy.rs"),
    include_str!("render.rs"),
    include_str!("render/archive.rs"),
    include_str!("render/ledger.rs"),
    include_str!("render/link.rs"),
    include_str!("render/notification.rs"),
    include_str!("render/own.rs"),
    include_str!("render/registry.rs"),
    include_str!("render/payment.rs"),
    include_str!("render/refund.rs"),
    include_str!("render/upkeep.rs"),
    include_str!("render/virtual_account.rs"),
];

/// Every statement that writes.
pub(crate) fn writes() -> impl Iterator<Item = Statement> {
    let rows = table::ALL.into_iter().map(Statement::row);
    CATALOGUE.iter().copied().chain([PLACE_FORGET]).chain(SANDBOX_RESET).chain(rows)
}

#[test]
fn every_statement_is_in_its_list() {
    let count = |source: &str, of: &str| source.lines().filter(|line| is_constant(line, of)).count();
    let (mut through, mut walks) = (0, 0);
    for (file, source, statements) in READS {
        assert_eq!(statements.len(), count(source, "&str"), "{file} has statements that its list leaves out");
        through += count(source, "Through");
        walks += count(source, "Walk");
    }
    assert_eq!((through, walks), (THROUGH.concat().len(), WALKS.concat().len()));
    let declared: usize = WRITES.iter().map(|source| count(source, "Statement")).sum();
    assert_eq!(CATALOGUE.len() + 2, declared, "a file has statements that the catalogue leaves out");
}

#[test]
fn every_statement_that_writes_has_a_name_of_its_own() {
    let mut names = HashSet::new();
    assert!(writes().all(|statement| names.insert(statement.name)));
}

#[tokio::test]
async fn every_statement_is_prepared_by_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lunas.db");
    let store = Store::open(path.to_str().unwrap()).await.unwrap();
    every_statement_is_prepared(&store, '?').await;
}

#[tokio::test]
async fn every_statement_is_prepared_by_postgres() {
    let database = Database::create();
    let store = Store::open(&database.address()).await.unwrap();
    every_statement_is_prepared(&store, '$').await;
}

async fn every_statement_is_prepared(store: &Store, mark: char) {
    let check = async |name: &str, sql: &str, mark: char| {
        let names = store.parameters(sql).await.unwrap_or_else(|error| panic!("{name}: {sql}: {error}"));
        let expected: Vec<String> = (1..=names.len()).map(|n| format!("{mark}{n}")).collect();
        assert_eq!(names, expected, "{name}: {sql}");
    };
    for (file, _, statements) in READS {
        for sql in statements {
            check(file, sql, '$').await;
        }
    }
    for sql in asked_apart().into_iter().chain(asked_at_once()) {
        check("read", sql, '$').await;
    }
    for statement in writes() {
        check(statement.name, &statement.individual(mark), mark).await;
    }
    store.clone().close().await;
}

fn is_constant(line: &str, of: &str) -> bool {
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let (item, rest) = line.split_once(": ").unwrap_or_default();
    item.starts_with("const ") && rest.starts_with(&format!("{of} ="))
}
