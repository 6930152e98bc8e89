//! Tells merchants: claims what is due, signs it, sends it, records what came of it.
//!
//! Attempts run side by side, with a bound for all and a smaller one per merchant, so that a merchant which answers
//! slowly or not at all uses up its own share and delays nobody else. A merchant that answers quickly has notifications
//! claimed ahead, which wait here for a permit: it is sent to without a pause for the store. Notifications of one
//! payment go out in order: the store gives out a later one only when the earlier is done with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use lunas_domain::merchant::Merchant;
use lunas_domain::notification::Next;
use lunas_store::tasks::caught;
use lunas_store::{NotificationRow, Unavailable};
use lunas_vocab::MerchantId;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tracing::{Instrument as _, Span};

use super::driver::{self, Worker, all_of, rest};
use crate::app::App;
use crate::descriptors::Shares;
use crate::env::sleep;
use crate::flow::notification::{Lease, Told};
use crate::flow::{notification, refund};
use crate::outbound::{Outcome, Prefix};
use crate::span;
use crate::wire::{self, account, va_notify};

/// Notifications taken up in one look.
const BATCH: u32 = 256;
/// Notifications that are claimed of a quick merchant, as a multiple of the attempts that it may have under way.
const AHEAD: usize = 16;
/// An answer within that many milliseconds is quick: a claim that waits behind [`AHEAD`] of them does not grow old.
const QUICK_MS: i64 = 500;
/// The least time between two looks. Under load a look then finds several notifications, whose claims share a commit.
const PACE: Duration = Duration::from_millis(5);
/// The time between two moments at which attempts are recorded while claims wait for permits, so that those made in
/// between share a commit. One that is not recorded yet holds up a later notification of the same payment.
const RECORD_PACE: Duration = Duration::from_millis(10);

/// The name of an attempt on the board of tasks.
const ATTEMPT: &str = "attempt";

/// Tells merchants.
pub(super) struct Deliver {
    delivery: Arc<DeliveryQueue>,
    pace: Mutex<Interval>,
}

impl Worker for Deliver {
    const NAME: &'static str = "deliver";

    fn new(app: &Arc<App>) -> Self {
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        app.store.tasks().started(ATTEMPT);
        Self { delivery: Arc::new(DeliveryQueue::new(app)), pace: Mutex::new(pace) }
    }

    async fn tick(&self, app: &Arc<App>) -> driver::Next {
        self.pace.lock().await.tick().await;
        match tick(app, &self.delivery).await {
            true => driver::Next::AtOnce,
            false => driver::Next::WhenTold(rest(app)),
        }
    }

    /// Lets attempts under way finish.
    async fn finished(&self) {
        self.delivery.finished().await;
    }
}

/// What is claimed here and not recorded yet.
struct DeliveryQueue {
    /// One for each claim.
    claim_permits: Arc<Semaphore>,
    claims_max: u32,
    /// One for each attempt under way.
    attempt_permits: Semaphore,
    per_merchant_max: usize,
    queues: StdMutex<HashMap<MerchantId, MerchantQueue>>,
    began: Instant,
}

/// What is claimed of one merchant.
struct MerchantQueue {
    claimed: usize,
    /// One for each attempt under way to this merchant.
    attempt_permits: Arc<Semaphore>,
    is_quick: bool,
}

impl DeliveryQueue {
    fn new(app: &App) -> Self {
        let limits = &app.config.notification;
        let attempts_max = Shares::of(&app.config).attempts;
        let claims_max = attempts_max * AHEAD;
        Self {
            claim_permits: Arc::new(Semaphore::new(claims_max)),
            claims_max: u32::try_from(claims_max).unwrap_or(u32::MAX),
            attempt_permits: Semaphore::new(attempts_max),
            per_merchant_max: limits.concurrency_per_merchant,
            queues: StdMutex::default(),
            began: Instant::now(),
        }
    }

    /// Waits for the next time at which attempts are recorded, those of all merchants together. Where no claim waits for
    /// a permit, nothing would be gained by it.
    async fn pause(&self, merchant: &MerchantId) {
        let claimed = self.queues().get(merchant).map_or(0, |queue| queue.claimed);
        if claimed <= self.per_merchant_max && self.attempt_permits.available_permits() > 0 {
            return;
        }
        let rest = RECORD_PACE.as_nanos() - self.began.elapsed().as_nanos() % RECORD_PACE.as_nanos();
        sleep(Duration::from_nanos(u64::try_from(rest).unwrap_or(0))).await;
    }

    /// How many more notifications of a merchant are looked for. As long as half of what may be claimed of a quick one
    /// waits here, a few more gain nothing and cost a commit.
    fn capacity(&self, merchant: &MerchantId) -> usize {
        self.queues().get(merchant).map_or(self.per_merchant_max, |queue| {
            let capacity = self.capacity_of(queue);
            if queue.is_quick && capacity < queue.claimed { 0 } else { capacity }
        })
    }

    /// How many more may be claimed.
    fn capacity_of(&self, queue: &MerchantQueue) -> usize {
        let most = if queue.is_quick { self.per_merchant_max * AHEAD } else { self.per_merchant_max };
        most.saturating_sub(queue.claimed)
    }

    /// Takes a place in the merchant's queue, if there is one.
    fn join(self: &Arc<Self>, app: &Arc<App>, merchant: &MerchantId) -> Option<Claim> {
        let mut queues = self.queues();
        let queue = queues.entry(merchant.clone()).or_insert_with(|| MerchantQueue {
            claimed: 0,
            attempt_permits: Arc::new(Semaphore::new(self.per_merchant_max)),
            is_quick: false,
        });
        let has_capacity = self.capacity_of(queue) > 0;
        queue.claimed += usize::from(has_capacity);
        has_capacity.then(|| Claim {
            app: app.clone(),
            delivery: self.clone(),
            merchant: merchant.clone(),
            attempt_permits: queue.attempt_permits.clone(),
            permit: None,
            is_leased: false,
        })
    }

    /// Remembers how the merchant answers.
    fn answered(&self, merchant: &MerchantId, outcome: &Outcome) {
        if let Some(queue) = self.queues().get_mut(merchant) {
            queue.is_quick = outcome.status.is_some() && outcome.latency_ms <= QUICK_MS;
        }
    }

    fn leave(&self, merchant: &MerchantId) {
        let mut queues = self.queues();
        if let Some(queue) = queues.get_mut(merchant) {
            queue.claimed -= 1;
            if queue.claimed == 0 {
                queues.remove(merchant);
            }
        }
    }

    async fn finished(&self) {
        let _all = self.claim_permits.acquire_many(self.claims_max).await;
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<MerchantId, MerchantQueue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a merchant's queue. It is given up by being dropped, however that comes about.
struct Claim {
    app: Arc<App>,
    delivery: Arc<DeliveryQueue>,
    merchant: MerchantId,
    /// The permits to wait for.
    attempt_permits: Arc<Semaphore>,
    /// The permit among those of all merchants.
    permit: Option<OwnedSemaphorePermit>,
    /// Whether a notification is this process's to send.
    is_leased: bool,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.delivery.leave(&self.merchant);
        drop(self.permit.take());
        // A merchant that was busy may be sent more again.
        if self.is_leased {
            self.app.notifications_waiting.notify_one();
        }
    }
}

/// Takes up what is due: claims it, then sends it without waiting for the answers. True when there may be more.
async fn tick(app: &Arc<App>, delivery: &Arc<DeliveryQueue>) -> bool {
    let due =
        match app.store.notifications_due(app.env.now(), BATCH, |merchant| delivery.capacity(merchant)).await
        {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "notifications that are due could not be read");
                return false;
            }
        };
    // Claimed each for itself, because each is a race of its own, but queued together, so that they share a commit.
    let mut claims = JoinSet::new();
    for row in due {
        let Some(mut claim) = delivery.join(app, &row.merchant) else { continue };
        let Ok(permit) = delivery.claim_permits.clone().acquire_owned().await else { return false };
        claim.permit = Some(permit);
        let (app, span) = (app.clone(), span::notification(ATTEMPT, &row));
        let claiming = async move {
            let lease = notification::claim(&app, &row).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the notification could not be claimed");
                None
            });
            (row, claim, lease, Span::current())
        };
        claims.spawn(claiming.instrument(span));
    }
    let mut is_any_ours = false;
    for (row, mut claim, lease, span) in all_of(app, Deliver::NAME, claims).await {
        let Some(lease) = lease else { continue };
        claim.is_leased = true;
        is_any_ours = true;
        let attempting = async move {
            let tasks = claim.app.store.tasks();
            match caught(attempt(&claim, &row, lease)).await {
                Ok(()) => {}
                // Its lease runs out, and then it is made again.
                Err(panic) => drop(tasks.panicked(ATTEMPT, &panic)),
            }
        };
        span.in_scope(|| span::spawn(attempting));
    }
    is_any_ours
}

async fn attempt(claim: &Claim, row: &NotificationRow, lease: Lease) {
    let Claim { app, delivery, attempt_permits, .. } = claim;
    let permits = (attempt_permits.acquire().await, delivery.attempt_permits.acquire().await);
    let at = app.env.now();
    if !lease.is_good(at) {
        // The merchant has become slow, or this process stood still. The notification may be another node's by now, and
        // so may be the next one of the payment.
        tracing::info!("the lease ran out before the notification was sent");
        return;
    }
    let outcome = sent(app, row).await;
    // Recording needs the store, not the merchant.
    drop(permits);
    delivery.answered(&row.merchant, &outcome);
    delivery.pause(&row.merchant).await;
    let (status, latency_ms) = (outcome.status, outcome.latency_ms);
    // What a merchant answers is not for the log; why nobody answered is.
    let reason = status.is_none().then(|| outcome.text.clone());
    match notification::record(app, row, at, outcome).await {
        Ok(next) => {
            tracing::info!(status, reason, latency_ms, next = told(next), "notification attempted");
        }
        Err(error) => tracing::error!(%error, "the attempt could not be recorded"),
    }
}

/// What is done after an attempt, in plain words.
fn told(next: Next) -> String {
    match next {
        Next::Delivered => "delivered".to_owned(),
        Next::Retry { at, .. } => format!("again at {}", at.to_snap()),
        Next::Parked => "parked".to_owned(),
    }
}

/// The path and the body of what the merchant is told.
async fn written(
    app: &App,
    row: &NotificationRow,
    merchant: &Merchant,
) -> Result<Option<(&'static str, Vec<u8>)>, Unavailable> {
    Ok(match notification::told_of(app, row).await? {
        Some(Told::Payment(payment)) => {
            span::note_payment(&payment);
            let refunds = refund::history(&app.store, &payment).await?;
            wire::notification::of_payment(&payment, &refunds, merchant.notify_text)
        }
        Some(Told::Account(account, transfer)) => {
            let body = va_notify::body(&account, transfer.as_ref(), merchant.notify_text);
            Some((va_notify::path(), body))
        }
        Some(Told::Link(link)) => Some(account::notification(&link, merchant, app.account_token(&link))),
        None => None,
    })
}

/// One attempt, which may panic: then it has failed as if nobody had answered, and comes again by the schedule, so that
/// it is not made without end and holds up nothing else.
async fn sent(app: &Arc<App>, row: &NotificationRow) -> Outcome {
    let tasks = app.store.tasks();
    let sending = async {
        tasks.begins(ATTEMPT);
        send(app, row).await
    };
    match caught(sending).await {
        Ok(outcome) => {
            tasks.did_well(ATTEMPT);
            outcome
        }
        Err(panic) => {
            tasks.panicked(ATTEMPT, &panic);
            let text = "the gateway failed at this notification; its log says how".to_owned();
            Outcome { status: None, text, latency_ms: 0 }
        }
    }
}

/// One attempt. Whatever keeps it from being sent is its outcome.
async fn send(app: &Arc<App>, row: &NotificationRow) -> Outcome {
    let unsent = |text: &str| Outcome { status: None, text: text.to_owned(), latency_ms: 0 };
    let merchant = match app.merchant(&row.merchant).await {
        Ok(Some(merchant)) => merchant,
        Ok(None) => return unsent("the merchant is not registered any more"),
        Err(error) => return unsent(&error.to_string()),
    };
    let Some(prefix) = &merchant.notify_url else { return unsent("the merchant has no notification URL") };
    let prefix = match Prefix::parse(prefix) {
        Ok(prefix) => prefix,
        Err(error) => return unsent(&error.to_string()),
    };
    let (path, body) = match written(app, row, &merchant).await {
        Ok(Some(message)) => message,
        Ok(None) => return unsent("the record of what happened is missing"),
        Err(error) => return unsent(&error.to_string()),
    };
    let key = app.keys.notification();
    let headers = wire::notification::headers(key, &merchant, &row.id, path, &body, app.env.wall());
    app.outbound.post(&prefix.at(path), headers, body).await
}
