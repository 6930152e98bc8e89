//! On a cluster of Citus, which `cargo xtask distributed` is given: it makes every statement.

use lunas_cluster::Database as Throwaway;

use super::super::address::Target;
use super::super::session::Session;
use super::super::stage::STAGES;
use super::super::writing::Writing;
use crate::read::ended::Reads;
use crate::table::{ALL, BUCKET, Family};
use crate::tests::{READS, asked_apart, writes};

/// What a plan says that asks one place, up to the blanks before its next line.
const ONE_TASK: &str = "Task Count: 1 ";

/// Every statement that reads, each with its file.
fn reads() -> Vec<(String, String)> {
    let of_files = READS.iter().flat_map(|(file, _, texts)| texts.iter().map(move |sql| (*file, *sql)));
    let apart = asked_apart().into_iter().map(|sql| ("asked apart", sql));
    of_files.chain(apart).map(|(name, sql)| (name.to_owned(), sql.to_owned())).collect()
}

/// What says where its rows lie is asked in one place, by the plan that the cluster makes of it.
#[tokio::test]
#[ignore = "it needs a cluster of Citus"]
async fn what_has_a_bucket_is_one_task() {
    let throwaway = Throwaway::create();
    let database = super::super::Database::open(&throwaway.address()).await.unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let mut writing = Writing::begin(&target).await.unwrap();
    let mut statements = reads();
    let has_bucket = |sql: &str| sql.contains("bucket = $");
    statements.retain(|(_, sql)| has_bucket(sql));
    // A row that is added from a question is two: the question, and the copy of what it gave.
    let written = writes()
        .filter(|statement| statement.given().last() == Some(&BUCKET) && statement.looks_beside().is_none());
    statements.extend(written.map(|statement| (statement.name.to_owned(), statement.individual('$'))));
    assert!(statements.len() > 50, "{}", statements.len());
    let mut wrong = Vec::new();
    for (name, sql) in &statements {
        let count = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
        let plan = writing.explained_sql(sql, &vec!["'042'".to_owned(); count]).await.unwrap();
        if !plan.contains(ONE_TASK) {
            wrong.push(format!("{name}: {sql}\n{plan}"));
        }
    }
    // Those for many rows that change some: all of these lie in one bucket.
    for (at, stage) in STAGES.iter().enumerate() {
        if !stage.adds() && stage.statement.given().last() == Some(&BUCKET) {
            let plan = writing.explained_in(at, "042").await.unwrap();
            if !plan.contains(ONE_TASK) {
                wrong.push(format!("{} for many\n{plan}", stage.statement.name));
            }
        }
    }
    writing.end().await;
    database.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
#[ignore = "it needs a cluster of Citus"]
async fn every_statement_is_made_by_citus() {
    let throwaway = Throwaway::create();
    let database = super::super::Database::open(&throwaway.address()).await.unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let mut writing = Writing::begin(&target).await.unwrap();
    let own = writing.statements().await.unwrap().into_iter();
    let mut statements: Vec<(String, String)> = own.map(|sql| ("postgres".to_owned(), sql)).collect();
    statements.extend(reads());
    for family in [Family::Payment, Family::Account] {
        let texts = Reads::of(family, &ALL).texts();
        statements.extend(texts.into_iter().map(|sql| ("read/ended".to_owned(), sql.to_owned())));
    }
    statements.extend(writes().map(|statement| (statement.name.to_owned(), statement.individual('$'))));
    let mut refused = Vec::new();
    for (name, sql) in &statements {
        if let Err(error) = database.tried(sql).await {
            refused.push(format!("{name}: {sql}\n    {error}"));
        }
    }
    writing.end().await;
    database.close().await;
    let (refused, count, all) = (refused.join("\n"), refused.len(), statements.len());
    assert!(refused.is_empty(), "{count} of {all} statements are refused:\n{refused}");
}

#[tokio::test]
#[ignore = "it needs a cluster of Citus"]
async fn what_stays_prepared_on_a_node_is_in_doubt() {
    let throwaway = Throwaway::create();
    let database = super::super::Database::open(&throwaway.address()).await.unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let session = Session::open(&target).await.unwrap();
    assert!(!database.in_doubt().await.unwrap());
    // Recovery leaves alone what no coordinator has named.
    let name = format!("citus of a test {}", std::process::id());
    for sql in ["begin", "select txid_current()", &format!("prepare transaction '{name}'")] {
        session.run(sql).await.unwrap();
    }
    assert!(database.in_doubt().await.unwrap());
    session.run(&format!("rollback prepared '{name}'")).await.unwrap();
    // It is believed for a moment.
    while database.in_doubt().await.unwrap() {}
    database.close().await;
}
