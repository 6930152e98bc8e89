//! What only this engine has to prove: that the statements for many rows are good ones, and how they find their rows.

use lunas_cluster::Database as Throwaway;

use super::address::Target;
use super::stage::STAGES;
use super::writing::Writing;

/// A plan that reads a whole table gets slower with every payment.
#[tokio::test]
async fn every_stage_is_prepared_and_finds_its_rows_by_an_index() {
    let throwaway = Throwaway::create();
    let database = super::Database::open(&throwaway.address()).await.unwrap();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let mut writing = Writing::begin(&target).await.unwrap();
    for (at, stage) in STAGES.iter().enumerate() {
        let plan = writing.explained(at).await.unwrap();
        assert!(!plan.contains("Seq Scan"), "{}\n{plan}", stage.single());
    }
    let plan = writing.holds_explained().await.unwrap();
    assert!(!plan.contains("Seq Scan"), "{plan}");
    writing.end().await;
    database.close().await;
}
