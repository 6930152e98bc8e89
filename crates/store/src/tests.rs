//! Every statement is good SQL on every engine, and names its parameters in the order in which they are bound.

use lunas_cluster::Database;

use crate::read::{
    archive, bank, client, customer, ended, guess, history, ledger, link, merchant, notice, payment, refund,
    replay, resolution, setting, upkeep, virtual_account,
};
use crate::table::{self, statement};
use crate::{Store, render};

/// A file, its text, and its statements.
type File = (&'static str, &'static str, &'static [&'static str]);

const READS: [File; 18] = [
    ("read/archive", include_str!("read/archive.rs"), archive::STATEMENTS),
    ("read/ended", include_str!("read/ended.rs"), ended::STATEMENTS),
    ("read/bank", include_str!("read/bank.rs"), bank::STATEMENTS),
    ("read/client", include_str!("read/client.rs"), client::STATEMENTS),
    ("read/customer", include_str!("read/customer.rs"), customer::STATEMENTS),
    ("read/guess", include_str!("read/guess.rs"), guess::STATEMENTS),
    ("read/history", include_str!("read/history.rs"), history::STATEMENTS),
    ("read/ledger", include_str!("read/ledger.rs"), ledger::STATEMENTS),
    ("read/link", include_str!("read/link.rs"), link::STATEMENTS),
    ("read/merchant", include_str!("read/merchant.rs"), merchant::STATEMENTS),
    ("read/notice", include_str!("read/notice.rs"), notice::STATEMENTS),
    ("read/payment", include_str!("read/payment.rs"), payment::STATEMENTS),
    ("read/refund", include_str!("read/refund.rs"), refund::STATEMENTS),
    ("read/replay", include_str!("read/replay.rs"), replay::STATEMENTS),
    ("read/resolution", include_str!("read/resolution.rs"), resolution::STATEMENTS),
    ("read/setting", include_str!("read/setting.rs"), setting::STATEMENTS),
    ("read/upkeep", include_str!("read/upkeep.rs"), upkeep::STATEMENTS),
    ("read/virtual_account", include_str!("read/virtual_account.rs"), virtual_account::STATEMENTS),
];

const WRITES: [File; 10] = [
    ("render/archive", include_str!("render/archive.rs"), render::archive::STATEMENTS),
    ("render/ledger", include_str!("render/ledger.rs"), render::ledger::STATEMENTS),
    ("render/link", include_str!("render/link.rs"), render::link::STATEMENTS),
    ("render/notice", include_str!("render/notice.rs"), render::notice::STATEMENTS),
    ("render/own", include_str!("render/own.rs"), render::own::STATEMENTS),
    ("render/party", include_str!("render/party.rs"), render::party::STATEMENTS),
    ("render/payment", include_str!("render/payment.rs"), render::payment::STATEMENTS),
    ("render/refund", include_str!("render/refund.rs"), render::refund::STATEMENTS),
    ("render/upkeep", include_str!("render/upkeep.rs"), render::upkeep::STATEMENTS),
    (
        "render/virtual_account",
        include_str!("render/virtual_account.rs"),
        render::virtual_account::STATEMENTS,
    ),
];

#[test]
fn every_statement_is_in_its_list() {
    for (file, source, statements) in READS.into_iter().chain(WRITES) {
        let count = source.lines().filter(|line| is_statement(line)).count();
        assert_eq!(statements.len(), count, "{file} has statements that its list leaves out");
    }
}

#[tokio::test]
async fn every_statement_is_prepared_by_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lunas.db");
    let store = Store::open(path.to_str().unwrap()).await.unwrap();
    every_statement_is_prepared(&store, "?").await;
}

#[tokio::test]
async fn every_statement_is_prepared_by_postgres() {
    let database = Database::create();
    let store = Store::open(&database.address()).await.unwrap();
    every_statement_is_prepared(&store, "$").await;
}

async fn every_statement_is_prepared(store: &Store, mark: &str) {
    let check = async |file: &str, sql: &str, mark: &str| {
        let names = store.parameters(sql).await.unwrap_or_else(|error| panic!("{file}: {sql}: {error}"));
        let expected: Vec<String> = (1..=names.len()).map(|n| format!("{mark}{n}")).collect();
        assert_eq!(names, expected, "{file}: {sql}");
    };
    for (file, _, statements) in READS {
        for sql in statements {
            check(file, sql, "$").await;
        }
    }
    // The SQLite engine gives the parameters of writes their numbers by itself.
    let resets = ("render", "", render::SANDBOX_RESET);
    for (file, _, statements) in WRITES.into_iter().chain([resets]) {
        for sql in statements {
            check(file, &sql.replace('$', mark), mark).await;
        }
    }
    for table in table::ALL {
        let sql = statement("{}", &[table.insert()]);
        check(table.name, &sql.replace('$', mark), mark).await;
    }
    store.clone().close().await;
}

fn is_statement(line: &str) -> bool {
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let (item, rest) = line.split_once(": ").unwrap_or_default();
    item.starts_with("const ") && rest.starts_with("&str =")
}
