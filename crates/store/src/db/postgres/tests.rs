//! What only this engine has to prove: that the statements for many rows are good ones, and how they find their rows.

mod distributed;

use lunas_cluster::Database as Throwaway;

use super::address::Target;
use super::failure::Failure;
use super::plan;
use super::session::Session;
use super::single_statement;
use super::stage::STAGES;
use super::version_vector::WHOLE;
use super::writing::Writing;
use crate::CommitError;
use crate::render::notification::{NOTIFICATION_ADD, NOTIFICATION_FIRST};
use crate::render::payment::{PAYMENT_MOVE, REPLAY_CLAIM};
use crate::statement::Statement;
use crate::step::Step;
use crate::table::PAYMENT;
use crate::value::Owned;

/// The batches that matter most are made in one round trip.
#[tokio::test]
async fn opening_a_payment_is_one_statement() {
    let check = |statements: &[Statement], expected: Option<&[Statement]>| {
        let step = |statement: &Statement| Step::new(*statement, vec![Owned::Null; statement.given().len()]);
        let steps: Vec<Step> = statements.iter().map(step).collect();
        let shape = single_statement::shape(&plan::plan(WHOLE, std::iter::once(steps.as_slice())));
        let names = |shape: Vec<usize>| -> Vec<&str> {
            shape.into_iter().map(|at| STAGES[at].statement.name).collect()
        };
        let expected = expected.map(|expected| expected.iter().map(|statement| statement.name).collect());
        assert_eq!(shape.map(names), expected);
    };
    let (claim, payment, first) = (REPLAY_CLAIM, Statement::row(&PAYMENT), NOTIFICATION_FIRST);
    check(&[claim, payment, first], Some(&[claim, payment, first]));
    check(&[claim, first, payment], Some(&[claim, payment, first]));
    // Moves look at the row that they change, and later notifications at earlier ones.
    check(&[claim, PAYMENT_MOVE], None);
    check(&[payment, NOTIFICATION_ADD], None);
}

/// What a coordinator says of other nodes, said by a server that is told to.
#[tokio::test]
async fn what_a_server_says_of_another_one_is_read() {
    let throwaway = Throwaway::create();
    let target = Target::read(&throwaway.address()).unwrap_or_else(|error| panic!("{error}"));
    let session = Session::open(&target).await.unwrap();
    let check = async |code: &str, text: &str, expected: &str, takes_back: bool| {
        let said = format!("do $$ begin raise exception '{text}' using errcode = '{code}'; end $$");
        let error = session.run(&said).await.unwrap_err();
        assert_eq!(error.takes_back(), takes_back, "{code} {text}");
        let found = match Failure::from(error) {
            Failure::Guard(refused) => refused.to_string(),
            Failure::Again => "again".to_owned(),
            Failure::Blocked(_) => "blocked".to_owned(),
            Failure::Lost(_) => "lost".to_owned(),
            Failure::Bad(_) => "bad".to_owned(),
            Failure::Other(_) => "other".to_owned(),
        };
        assert_eq!(found, expected, "{code} {text}");
    };
    let lost_race = CommitError::LostRace.to_string();
    let unique = "duplicate key value violates unique constraint \"journal_key_102701\"";
    check("23505", unique, &lost_race, true).await;
    check("XX000", unique, &lost_race, true).await;
    let floor = "new row for relation \"balance_102190\" violates check constraint \"balance_floor\"";
    check("23514", floor, &CommitError::InsufficientFunds.to_string(), true).await;
    check("XX000", "violates unique constraint \"merchant_refund_key_102049\"", "bad", true).await;
    check("23502", "null value in column \"at\" of relation \"journal_102168\"", "bad", true).await;
    check(
        "40P01",
        "canceling the transaction since it was involved in a distributed deadlock",
        "again",
        true,
    )
    .await;
    // These may come of a commit that was made.
    check("08006", "connection to the remote node 127.0.0.1:5701 failed", "lost", false).await;
    check("XX000", "could not commit transaction for shard 102190 on any active node", "other", false).await;
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
        assert!(!plan.contains("Seq Scan"), "{}\n{plan}", stage.statement.name);
    }
    let all: Vec<usize> = (0..STAGES.len()).filter(|at| STAGES[*at].only_adds()).collect();
    assert!(all.len() > 10);
    let plan = writing.explained_single_statement(&all).await.unwrap();
    assert!(!plan.contains("Seq Scan"), "{plan}");
    let plan = writing.holds_explained().await.unwrap();
    assert!(!plan.contains("Seq Scan"), "{plan}");
    writing.end().await;
    database.close().await;
}
