//! Every statement is good SQL on every engine, and names its parameters in the order in which they are bound.

use lunas_cluster::Database;

use crate::{
    Store, archive, bank, client, closing, customer, guess, history, ledger, link, merchant, notice, payment,
    refund, render, replay, setting, upkeep, virtual_account,
};

/// A file, its text, and its statements.
type File = (&'static str, &'static str, &'static [&'static str]);

const READS: [File; 18] = [
    ("archive", include_str!("archive.rs"), archive::STATEMENTS),
    ("archive/ended", include_str!("archive/ended.rs"), archive::ended::STATEMENTS),
    ("bank", include_str!("bank.rs"), bank::STATEMENTS),
    ("client", include_str!("client.rs"), client::STATEMENTS),
    ("closing", include_str!("closing.rs"), closing::STATEMENTS),
    ("customer", include_str!("customer.rs"), customer::STATEMENTS),
    ("guess", include_str!("guess.rs"), guess::STATEMENTS),
    ("history", include_str!("history.rs"), history::STATEMENTS),
    ("ledger", include_str!("ledger.rs"), ledger::STATEMENTS),
    ("link", include_str!("link.rs"), link::STATEMENTS),
    ("merchant", include_str!("merchant.rs"), merchant::STATEMENTS),
    ("notice", include_str!("notice.rs"), notice::STATEMENTS),
    ("payment", include_str!("payment.rs"), payment::STATEMENTS),
    ("refund", include_str!("refund.rs"), refund::STATEMENTS),
    ("replay", include_str!("replay.rs"), replay::STATEMENTS),
    ("setting", include_str!("setting.rs"), setting::STATEMENTS),
    ("upkeep", include_str!("upkeep.rs"), upkeep::STATEMENTS),
    ("virtual_account", include_str!("virtual_account.rs"), virtual_account::STATEMENTS),
];

const WRITES: [File; 11] = [
    ("render/archive", include_str!("render/archive.rs"), render::archive::STATEMENTS),
    ("render", include_str!("render.rs"), render::STATEMENTS),
    ("render/closing", include_str!("render/closing.rs"), render::closing::STATEMENTS),
    ("render/ledger", include_str!("render/ledger.rs"), render::ledger::STATEMENTS),
    ("render/link", include_str!("render/link.rs"), render::link::STATEMENTS),
    ("render/notice", include_str!("render/notice.rs"), render::notice::STATEMENTS),
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

const TABLES: [&[&render::Table]; 8] = [
    render::archive::TABLES,
    render::closing::TABLES,
    render::ledger::TABLES,
    render::link::TABLES,
    render::notice::TABLES,
    render::payment::TABLES,
    render::refund::TABLES,
    render::virtual_account::TABLES,
];

#[test]
fn every_statement_is_in_its_list() {
    let count = |source: &str, of: &str| source.lines().filter(|line| is_item(line, of)).count();
    for (file, source, statements) in READS.into_iter().chain(WRITES) {
        assert_eq!(statements.len(), count(source, "&str"), "{file} has statements that its list leaves out");
    }
    let tables: usize = WRITES.iter().map(|(_, source, _)| count(source, "Table")).sum();
    assert_eq!(TABLES.concat().len(), tables, "a file has tables that its list leaves out");
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
    for table in TABLES.concat() {
        let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("{mark}{n}")).collect();
        let (columns, places) = (table.columns.join(", "), places.join(", "));
        let sql = format!("insert into {} ({columns}) values ({places})", table.name);
        check(table.name, &sql, mark).await;
    }
    store.clone().close().await;
}

fn is_item(line: &str, of: &str) -> bool {
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let (item, rest) = line.split_once(": ").unwrap_or_default();
    (item.starts_with("const ") || item.starts_with("static ")) && rest.starts_with(&format!("{of} ="))
}
