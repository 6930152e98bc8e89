//! What only this engine has to prove: that the statements for many rows are good ones, and how they find their rows.

use lunas_cluster::Database as Throwaway;

use super::address::Target;
use super::at_once;
use super::plan::{self, Catalogue};
use super::stage::{STAGES, Source};
use super::writing::Writing;
use crate::render::notice;
use crate::step::Step;
use crate::value::Owned;

/// The batches that matter most are made in one round trip.
#[tokio::test]
async fn opening_a_payment_is_one_statement() {
    let steps = |stages: &[usize]| -> Vec<Step> {
        let step = |at: &usize| match STAGES[*at].source {
            Source::Row(into) => Step::Insert { into, values: vec![Owned::Null; into.columns.len()] },
            Source::Statement(sql) => Step::run(sql, vec![Owned::Null; sql.matches('$').count()]),
        };
        stages.iter().map(step).collect()
    };
    let place = |sql: &str| STAGES.iter().position(|stage| stage.single().starts_with(sql)).unwrap();
    let (claim, payment, first) =
        (place("insert into replay"), place("insert into payment"), place(notice::NOTICE_FIRST));
    let check = |stages: &[usize], expected: Option<&[usize]>| {
        let steps = steps(stages);
        let plan = plan::plan(&mut Catalogue::default(), std::iter::once(steps.as_slice()));
        assert_eq!(at_once::shape(&plan).as_deref(), expected, "{stages:?}");
    };
    check(&[claim, payment, first], Some(&[claim, payment, first]));
    check(&[claim, first, payment], Some(&[claim, payment, first]));
    // Moves look at the row that they change, and later notices at earlier ones.
    check(&[claim, place("update payment")], None);
    check(&[payment, place(notice::NOTICE_ADD)], None);
}

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
    let all: Vec<usize> = (0..STAGES.len()).filter(|at| STAGES[*at].only_adds()).collect();
    assert!(all.len() > 10);
    let plan = writing.explained_at_once(&all).await.unwrap();
    assert!(!plan.contains("Seq Scan"), "{plan}");
    let plan = writing.holds_explained().await.unwrap();
    assert!(!plan.contains("Seq Scan"), "{plan}");
    writing.end().await;
    database.close().await;
}
