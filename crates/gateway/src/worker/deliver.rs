//! Tells merchants: claims what is due, signs it, sends it, records what came of it.
//!
//! Attempts run side by side, with a bound for all and a smaller one per merchant, so that a merchant which answers
//! slowly or not at all uses up its own share and delays nobody else. Notices of one payment go out in order: the store
//! gives out a later one only when the earlier is done with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lunas_snap::json;
use lunas_snap::signature;
use lunas_store::{NoticeRow, Unavailable};
use lunas_vocab::{MerchantId, Timestamp};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::flow::notice::Told;
use crate::flow::{notice, refund};
use crate::outbound::Outcome;
use crate::wire::{self, account, va_notify};

/// Notices taken up in one look.
const BATCH: u32 = 128;
/// The channel id sent along; the standard wants five digits and gives them no meaning.
const CHANNEL_ID: &str = "00000";

/// Runs until told to stop, then lets attempts under way finish.
pub(crate) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let desk = Arc::new(Desk::new(&app));
    while !*stop.borrow() {
        if tick(&app, &desk).await {
            continue;
        }
        tokio::select! {
            () = app.notices_waiting.notified() => {}
            () = tokio::time::sleep(super::rest(&app)) => {}
            _ = stop.changed() => {}
        }
    }
    desk.finished().await;
}

/// Attempts under way.
struct Desk {
    seats: Arc<Semaphore>,
    seats_max: u32,
    per_merchant_max: usize,
    under_way: Mutex<HashMap<MerchantId, usize>>,
}

impl Desk {
    fn new(app: &App) -> Self {
        let limits = &app.config.notification;
        let seats_max = u32::try_from(limits.concurrency).unwrap_or(u32::MAX).min(100_000);
        Self {
            seats: Arc::new(Semaphore::new(usize::try_from(seats_max).unwrap_or(usize::MAX))),
            seats_max,
            per_merchant_max: limits.concurrency_per_merchant,
            under_way: Mutex::default(),
        }
    }

    /// Merchants that have as many attempts under way as they may.
    fn busy_merchants(&self) -> Vec<MerchantId> {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.iter().filter(|(_, n)| **n >= self.per_merchant_max).map(|(m, _)| m.clone()).collect()
    }

    fn sit(&self, merchant: &MerchantId) -> bool {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(merchant.clone()).or_default();
        let has_room = *count < self.per_merchant_max;
        *count += usize::from(has_room);
        has_room
    }

    fn leave(&self, merchant: &MerchantId) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(merchant) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(merchant);
            }
        }
    }

    async fn finished(&self) {
        let _all = self.seats.acquire_many(self.seats_max).await;
    }
}

/// Takes up what is due: claims it, then sends it without waiting for the answers. True when there may be more.
async fn tick(app: &Arc<App>, desk: &Arc<Desk>) -> bool {
    let due = match app.store.notices_due(app.env.now(), BATCH, &desk.busy_merchants()).await {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, "notifications that are due could not be read");
            return false;
        }
    };
    // Claimed each for itself, because each is a race of its own, but queued together, so that they share a commit.
    let mut claims = JoinSet::new();
    for row in due {
        if !desk.sit(&row.merchant) {
            continue;
        }
        let Ok(seat) = desk.seats.clone().acquire_owned().await else { return false };
        let app = app.clone();
        claims.spawn(async move {
            let ours_until = notice::claim(&app, &row).await.unwrap_or_else(|error| {
                tracing::error!(notice_id = %row.id, %error, "the notification could not be claimed");
                None
            });
            (row, seat, ours_until)
        });
    }
    let mut is_any_ours = false;
    for (row, seat, ours_until) in claims.join_all().await {
        let Some(ours_until) = ours_until else {
            desk.leave(&row.merchant);
            continue;
        };
        is_any_ours = true;
        let (app, desk) = (app.clone(), desk.clone());
        tokio::spawn(async move {
            attempt(&app, &row, ours_until).await;
            desk.leave(&row.merchant);
            drop(seat);
            // A merchant that was busy has room again.
            app.notices_waiting.notify_one();
        });
    }
    is_any_ours
}

async fn attempt(app: &Arc<App>, row: &NoticeRow, ours_until: Timestamp) {
    let (notice_id, reference_no) = (&row.id, &row.notice.reference_no);
    let at = app.env.now();
    if at >= ours_until {
        // This process stood still; by now the notice is another node's, and so may be the next one of the payment.
        tracing::warn!(%notice_id, %reference_no, "the lease ran out before the notification was sent");
        return;
    }
    let outcome = send(app, row).await;
    let (status, latency_ms) = (outcome.status, outcome.latency_ms);
    match notice::record(app, row, at, outcome).await {
        Ok(next) => {
            tracing::info!(%notice_id, %reference_no, status, latency_ms, ?next, "notification attempted");
        }
        Err(error) => tracing::error!(%notice_id, %reference_no, %error, "the attempt could not be recorded"),
    }
}

/// The path and the body of what is told.
async fn written(app: &App, row: &NoticeRow) -> Result<Option<(&'static str, Vec<u8>)>, Unavailable> {
    Ok(match notice::told_of(app, row).await? {
        Some(Told::Payment(payment)) => {
            let refunds = refund::history(&app.store, &payment).await?;
            wire::notification(&payment, &refunds)
        }
        Some(Told::Account(account, transfer)) => {
            Some((va_notify::path(), va_notify::body(&account, transfer.as_ref())))
        }
        Some(Told::Link(link)) => {
            let merchant = app.merchant(&link.merchant).await?;
            Some(account::notification(&link, merchant.as_deref(), app.account_token(&link)))
        }
        None => None,
    })
}

/// One attempt. Whatever keeps it from being sent is its outcome.
async fn send(app: &Arc<App>, row: &NoticeRow) -> Outcome {
    let unsent = |text: &str| Outcome { status: None, text: text.to_owned(), latency_ms: 0 };
    let merchant = match app.merchant(&row.merchant).await {
        Ok(Some(merchant)) => merchant,
        Ok(None) => return unsent("the merchant is not registered any more"),
        Err(error) => return unsent(&error.to_string()),
    };
    let Some(prefix) = &merchant.notify_url else { return unsent("the merchant has no notification URL") };
    let (path, body) = match written(app, row).await {
        Ok(Some(message)) => message,
        Ok(None) => return unsent("the record of what happened is missing"),
        Err(error) => return unsent(&error.to_string()),
    };
    let timestamp = app.env.wall().to_snap();
    let hash = signature::body_hash(&json::minify(&body));
    let text = signature::notification_text("POST", path, &hash, &timestamp);
    let signature = app.keys.notification().sign(&text);
    let headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("X-TIMESTAMP", timestamp),
        ("X-SIGNATURE", signature),
        ("X-PARTNER-ID", merchant.notify_partner_id.clone()),
        ("X-EXTERNAL-ID", row.id.to_string()),
        ("CHANNEL-ID", CHANNEL_ID.to_owned()),
    ];
    let url = format!("{}{path}", prefix.trim_end_matches('/'));
    app.outbound.post(&url, headers, body).await
}
