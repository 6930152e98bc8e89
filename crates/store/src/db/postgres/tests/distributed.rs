//! On a cluster of Citus, which `cargo xtask distributed` is given: it makes every statement.

use lunas_cluster::Database as Throwaway;

use super::super::address::Target;
use super::super::writing::Writing;
use crate::read::ended::Reads;
use crate::table::{ALL, Family};
use crate::tests::{READS, asked_apart, writes};

#[tokio::test]
#[ignore = "it needs a cluster of Citus"]
async fn every_statement_is_made_by_citus() {
    let throwaway = Throwaway::create();
    let database = super::super::Database::open(&throwaway.address()).await.unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let mut writing = Writing::begin(&target).await.unwrap();
    let own = writing.statements().await.unwrap().into_iter();
    let mut statements: Vec<(String, String)> = own.map(|sql| ("postgres".to_owned(), sql)).collect();
    for (file, _, texts) in READS {
        statements.extend(texts.iter().map(|sql| (file.to_owned(), (*sql).to_owned())));
    }
    statements.extend(asked_apart().into_iter().map(|sql| ("asked apart".to_owned(), sql.to_owned())));
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
