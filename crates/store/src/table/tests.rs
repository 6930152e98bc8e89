//! The description of the tables is true on both engines, and what it yields is what it says.

use lunas_cluster::Database;

use super::describe::Change;
use super::{ALL, Archive, BUCKET, Kind, Lies, Table};
use crate::migration::MIGRATIONS;
use crate::render;
use crate::statement::Deed;
use crate::{Store, Unavailable};

mod added;

/// Every column of every table: its name, what it holds, and its place in the key.
const IN_SQLITE: &str = "select m.name || '.' || c.name, lower(c.type), c.\"notnull\", c.pk
    from sqlite_master m, pragma_table_info(m.name) c
    where m.type = 'table' and m.name not like 'sqlite_%' and m.name not in ('migration')";

const IN_POSTGRES: &str =
    "select cast(t.relname || '.' || c.attname as text), cast(c.atttypid as regtype)::text
        || case when c.attcollation <> 0 then ' collate ' || (
            select o.collname from pg_collation o where o.oid = c.attcollation) else '' end,
        cast(c.attnotnull as int)::bigint, coalesce(array_position(k.indkey::int2[], c.attnum) + 1, 0)::bigint
    from pg_class t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    left join pg_index k on k.indrelid = t.oid and k.indisprimary
    where t.relkind = 'r' and t.relnamespace = current_schema()::regnamespace
    and t.relname not in ('migration', 'committer')";

/// The columns that a store has, one to a line.
async fn found(store: &Store, sql: &'static str) -> Vec<String> {
    let line = |row: &crate::row::Row<'_>| -> Result<String, Unavailable> {
        let kind = match row.text(1)?.as_str() {
            "text" | "text collate C" => Kind::Text,
            "integer" | "bigint" => Kind::Int,
            "blob" | "bytea" => Kind::Blob,
            other => return Err(Unavailable::corrupt("column", other.to_owned())),
        };
        Ok(column(&row.text(0)?, kind, row.int(2)? == 0, row.count(3)?))
    };
    let mut found = store.rows(sql, &[], line).await.unwrap();
    found.sort();
    found
}

/// The same columns, as they are described.
fn described(tables: &[&Table]) -> Vec<String> {
    let mut described = Vec::new();
    for table in tables {
        for (place, of) in (1..).zip(table.columns) {
            let key = if of.is_key { place } else { 0 };
            described.push(column(&format!("{}.{}", table.name, of.name), of.kind, of.or_null, key));
        }
        if let Lies::ByBucket(_) = table.lies {
            let place = u32::try_from(table.key).unwrap() + 1;
            described.push(column(&format!("{}.{BUCKET}", table.name), Kind::Text, false, place));
        }
    }
    described.sort();
    described
}

fn column(name: &str, kind: Kind, or_null: bool, key: u32) -> String {
    let null = if or_null { "" } else { ", not null" };
    let key = if key == 0 { String::new() } else { format!(", key {key}") };
    format!("{name}: {kind:?}{null}{key}")
}

async fn sqlite() -> (Store, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lunas.db");
    (Store::open(path.to_str().unwrap()).await.unwrap(), directory)
}

#[tokio::test]
async fn the_description_is_that_of_sqlite() {
    let (store, _directory) = sqlite().await;
    assert_eq!(found(&store, IN_SQLITE).await, described(&ALL));
}

#[tokio::test]
async fn the_description_is_that_of_postgres() {
    let database = Database::create();
    let store = Store::open(&database.address()).await.unwrap();
    assert_eq!(found(&store, IN_POSTGRES).await, described(&ALL));
    store.close().await;
}

#[test]
fn a_table_of_states_keeps_whatever_changes() {
    for (table, states) in [
        (&super::PAYMENT, &super::TRANSITION),
        (&super::ACCOUNT, &super::ACCOUNT_TRANSITION),
        (&super::LINK, &super::LINK_TRANSITION),
    ] {
        for column in table.columns.iter().filter(|column| column.change == Change::Changing) {
            let kept = states.columns[states.place(column.name)];
            assert_eq!((kept.kind, kept.or_null), (column.kind, column.or_null), "{}", column.name);
        }
    }
}

#[test]
fn whatever_is_archived_with_a_head_is_taken_from_its_table() {
    let mut taken: Vec<&str> = render::archive::PARTS.iter().map(|take| take.table.name).collect();
    // Those go one by one.
    taken.push("notification");
    taken.sort_unstable();
    let is_part = |table: &&&Table| matches!(table.archive, Archive::With(_));
    let mut parts: Vec<&str> = ALL.iter().filter(is_part).map(|table| table.name).collect();
    parts.sort_unstable();
    assert_eq!(taken, parts);
    for take in render::archive::PARTS {
        assert!(matches!(take.deed, Deed::Delete), "{}", take.name);
        assert!(take.table.columns.iter().all(|column| column.kind != Kind::Blob), "a document has no blobs");
    }
}

#[test]
fn a_reset_empties_what_traffic_fills() {
    let emptied = |table: &Table| {
        render::SANDBOX_RESET
            .iter()
            .any(|statement| statement.table.name == table.name && matches!(statement.deed, Deed::Empty))
    };
    for table in ALL {
        assert_eq!(emptied(table), table.is_traffic, "{}", table.name);
    }
    let traffic = ALL.iter().filter(|table| table.is_traffic).count();
    assert_eq!(render::SANDBOX_RESET.len(), traffic + 1, "balances are set to zero");
}

#[test]
fn a_statement_is_what_its_template_and_its_table_say() {
    use super::{BANK, LINK};
    let check = |sql: &str, expected: &str| assert_eq!(sql, expected);
    check(
        sql!("select {} from bank", BANK.columns()),
        "select id, name, keeps, allowed_callers, version from bank",
    );
    check(
        sql!("{}", LINK.as_of("l", "t")),
        "l.merchant_id, l.customer_id, l.reference_no, t.status, t.version, t.changed_at, t.cause, t.round, \
         l.code_hash, l.code_until",
    );
    assert_eq!((at!(LINK.merchant_id), at!(LINK.code_until)), (0, 9));
}

#[test]
fn every_table_has_its_row_in_the_chapter_on_distribution() {
    let chapter = include_str!("../../../../docs/scaling.md");
    for table in ALL {
        assert_eq!(chapter.matches(&format!("\n| {} | ", table.name)).count(), 1, "{}", table.name);
        assert_eq!(distributed_by(table.name), table.lies_by().unwrap_or("–"), "{}", table.name);
    }
}

#[test]
fn whatever_is_unique_has_the_column_that_its_table_is_distributed_by() {
    let mut distributed = 0;
    for (name, line) in unique() {
        let by = distributed_by(name);
        if by == "–" {
            continue;
        }
        let columns = line.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).expect(line).0;
        assert!(columns.split(", ").any(|column| column == by), "{name} is distributed by {by}: {line}");
        distributed += 1;
    }
    assert!(distributed > 20, "{distributed}");
}

/// What the chapter says a table is distributed by; a dash where it is on every node.
fn distributed_by(table: &str) -> &'static str {
    let chapter = include_str!("../../../../docs/scaling.md");
    let (_, row) = chapter.split_once(&format!("\n| {table} | ")).expect(table);
    row.split(" | ").next().expect("a row has columns")
}

/// Every line of the migrations that makes something unique, with its table.
fn unique() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let mut table = "";
    for line in MIGRATIONS.iter().flat_map(|migration| migration.sql.lines()) {
        if let Some(rest) = line.strip_prefix("create table ") {
            table = rest.trim_end_matches(" (");
        } else if line.contains(" primary key (") || line.contains(" unique (") {
            found.push((table, line));
        } else if let Some(rest) = line.strip_prefix("create unique index ") {
            let (_, rest) = rest.split_once(" on ").expect(line);
            found.push((rest.split_once(' ').expect(line).0, line));
        }
    }
    found
}
