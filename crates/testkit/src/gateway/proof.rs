//! What a gateway is asked at its end: whether everybody was told, and whether the ledger sums to zero.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use lunas_gateway::app::App;
use lunas_store::NotificationRow;
use lunas_vocab::Timestamp;

use crate::wait::{PATIENCE, tried, until};

/// When everything that is pending is due.
const END_OF_TIME: Timestamp = Timestamp::from_ms(i64::MAX);
/// How many pending notifications are looked at.
const OWED_MAX: u32 = 1_000;
/// How many of those left over are named.
const NAMED_MAX: usize = 3;
/// How much longer than the proof itself whoever waits for it on another thread has patience.
const GRACE: Duration = Duration::from_secs(5);

/// Waits until no attempt at a notification is under way.
pub(super) async fn settled(app: &App) {
    until("the attempts under way to be recorded", || async {
        let now = app.env.now();
        owed(app).await.iter().all(|row| row.lease_until <= now).then_some(())
    })
    .await;
}

/// Waits until every notification is delivered or given up. The error says what is left, and comes at once where
/// waiting is of no use: nothing is under way, and the next attempt is far off.
pub(super) async fn told(app: &App) -> Result<(), String> {
    let left = tried(|| async {
        let (now, owed) = (app.env.now(), owed(app).await);
        let is_resting =
            |row: &NotificationRow| row.lease_until <= now && row.next_attempt_at > now.plus(PATIENCE);
        owed.iter().all(is_resting).then_some(owed)
    });
    match left.await {
        Some(left) if left.is_empty() => Ok(()),
        Some(left) => Err(left_over(&left)),
        None => Err(left_over(&owed(app).await)),
    }
}

/// Whether everybody was told and the ledger sums to zero. The error is a sentence.
pub(super) async fn nothing_lost(app: &App, may_owe_notifications: bool) -> Result<(), String> {
    if !may_owe_notifications {
        told(app).await?;
    }
    let report = app.store.ledger_check().await.map_err(|error| error.to_string())?;
    if report.is_sound() { Ok(()) } else { Err(format!("the ledger is not sound: {report:#?}")) }
}

/// The same for whoever cannot wait as async code does: on a thread that the proof has to itself.
pub(super) fn nothing_lost_apart(app: Arc<App>, may_owe_notifications: bool) -> Result<(), String> {
    let (proven, proof) = mpsc::channel();
    let prove = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime
            .map_err(|error| error.to_string())
            .and_then(|runtime| runtime.block_on(nothing_lost(&app, may_owe_notifications)));
        // Whoever asked may have stopped waiting.
        let _ = proven.send(outcome);
    };
    std::thread::Builder::new().name("proof".to_owned()).spawn(prove).map_err(|error| error.to_string())?;
    proof.recv_timeout(PATIENCE + GRACE).unwrap_or_else(|_| {
        Err("the gateway did not say whether something was lost; end the test with `finish().await`"
            .to_owned())
    })
}

/// Every notification that is pending, except those that wait for another one that is.
async fn owed(app: &App) -> Vec<NotificationRow> {
    let owed = app.store.notifications_due(END_OF_TIME, OWED_MAX, |_| usize::MAX).await;
    owed.expect("the store can be read")
}

/// The sentence about notifications that were not delivered.
fn left_over(owed: &[NotificationRow]) -> String {
    let named = owed.iter().take(NAMED_MAX).map(|row| {
        let last = row.last_status.map_or("no answer".to_owned(), |status| format!("HTTP {status}"));
        let (reference, merchant, attempts) = (&row.notification.reference_no, &row.merchant, row.attempts);
        format!("{reference} to {merchant} (attempts: {attempts}, the last with {last})")
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let count = owed.len();
    format!(
        "{count} notifications were not delivered: {named}. An endpoint on the test's own thread needs the test to end \
         with `finish().await`; a test that means to leave them says `may_owe_notifications()`"
    )
}
