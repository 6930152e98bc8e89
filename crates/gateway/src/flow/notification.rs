//! What one attempt at a notification needs, and what is recorded of it.

use lunas_domain::link::Link;
use lunas_domain::notification::{self, About, Attempt, Next, Notification};
use lunas_domain::payment::Payment;
use lunas_domain::virtual_account::{self, Transfer, VirtualAccount};
use lunas_store::{Changes, CommitError, NotificationRow, Scope, Unavailable, Write};
use lunas_vocab::{MerchantId, NotificationId, Timestamp};
use std::time::Duration;

use super::{Error, Family};
use crate::app::{App, ids};
use crate::env::Stopwatch;
use crate::outbound::Outcome;
use crate::tally::AttemptOutcome;

/// One attempt's right to a notification.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    until: Timestamp,
    since: Stopwatch,
    limit: Duration,
}

impl Lease {
    /// Whether an attempt may begin: it ends before the lease does. A sandbox's clock may have been moved meanwhile, which
    /// takes nothing from the attempt's time as long as the lease is not over by it.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.until && self.since.elapsed() < self.limit
    }
}

/// How long a lease lasts.
pub(super) fn lease_of(app: &App) -> Duration {
    Duration::from_secs(app.config.notification.timeout_seconds).saturating_mul(2)
}

/// Claims a due notification for one attempt. None when somebody else has it.
pub async fn claim(app: &App, row: &NotificationRow) -> Result<Option<Lease>, Unavailable> {
    let (now, since) = (app.env.now(), app.env.stopwatch());
    // Half of the lease: an attempt that begins in the first half does not outlive it.
    let limit = Duration::from_secs(app.config.notification.timeout_seconds);
    let until = now.plus(lease_of(app));
    let lease = Write::NotificationLease {
        key: row.key(),
        seen_lease_until: row.lease_until,
        lease_until: until,
        now,
    };
    match app.store.commit(Changes::new().with(lease)).await {
        Ok(()) => Ok(Some(Lease { until, since, limit })),
        Err(CommitError::Unavailable(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// What a merchant is told about, as it was when the notification came up.
#[derive(Clone, Debug)]
pub enum Told {
    /// A payment.
    Payment(Payment),
    /// A virtual account, and the payment that brought it into this state if one did.
    Account(VirtualAccount, Option<Transfer>),
    /// A link to a customer's account.
    Link(Link),
}

impl Told {
    /// The two digits of its status; a link has a word instead.
    pub fn status_word(&self) -> &'static str {
        match self {
            Self::Payment(payment) => payment.status.digits(),
            Self::Account(account, transfer) => order_status(account, transfer.as_ref()).digits(),
            Self::Link(link) => link.status.word(),
        }
    }
}

/// Where the order stands that a notification about an account tells of: a payment is paid, whatever becomes of its
/// account.
pub fn order_status(account: &VirtualAccount, transfer: Option<&Transfer>) -> virtual_account::Status {
    if transfer.is_some() { virtual_account::Status::Paid } else { account.status }
}

/// What the notification is about, as it was when the notification came up.
pub async fn told_of(app: &App, row: &NotificationRow) -> Result<Option<Told>, Unavailable> {
    let (reference_no, version) = (&row.notification.reference_no, row.notification.version);
    match row.notification.about {
        About::Payment => Ok(app.store.transition_find(reference_no, version).await?.map(Told::Payment)),
        About::VirtualAccount => {
            let transfer = app.store.transfer_find_by_version(reference_no, version).await?;
            let account = app.store.account_state_find(reference_no, version).await?;
            Ok(account.map(|account| Told::Account(account, transfer)))
        }
        About::Transfer => {
            let Some(transfer) = app.store.transfer_find_by_no(Scope::System, reference_no).await? else {
                return Ok(None);
            };
            let account = app.store.account_state_find(&transfer.reference_no, version).await?;
            Ok(account.map(|account| Told::Account(account, Some(transfer))))
        }
        About::Link => Ok(app.store.link_state_find(reference_no, version).await?.map(Told::Link)),
    }
}

/// Adds a notification to what is committed. What a merchant is not told of when it comes about, because it registered no
/// URL or chose other statuses, it is not told of later.
pub(super) fn add(
    app: &App,
    changes: &mut Changes,
    is_told: bool,
    merchant: MerchantId,
    notification: Notification,
    at: Timestamp,
) {
    if is_told {
        changes.push(Write::NotificationAdd {
            id: ids::notification_id(&app.env, &notification.reference_no),
            notification,
            merchant,
            at,
        });
    }
}

/// Records an attempt and what is next.
pub async fn record(
    app: &App,
    row: &NotificationRow,
    at: Timestamp,
    outcome: Outcome,
) -> Result<Next, CommitError> {
    let attempt = outcome.status.map_or(Attempt::Unanswered, Attempt::Answered);
    let (about, attempt_no) = (row.notification.about, row.round_attempts + 1);
    let next = notification::judge(about, attempt, attempt_no, at, &app.config.retry_delays());
    let took = Duration::from_millis(u64::try_from(outcome.latency_ms).unwrap_or(0));
    let record = Write::AttemptRecord {
        key: row.key(),
        attempt_no: row.attempts + 1,
        at,
        latency_ms: outcome.latency_ms,
        status: outcome.status,
        response: outcome.text,
        next,
    };
    app.store.commit(Changes::new().with(record)).await?;
    count(app, row, at.plus(took), attempt, next);
    // A later notification of the same payment may have waited for this one.
    app.notifications_waiting.notify_one();
    Ok(next)
}

/// Counts an attempt that ended at `end`.
fn count(app: &App, row: &NotificationRow, end: Timestamp, attempt: Attempt, next: Next) {
    let about = row.notification.about;
    let kind = app.tally.notifications_about(about);
    let outcome = match (next, attempt) {
        (Next::Delivered, _) => AttemptOutcome::Delivered,
        (Next::Retry { .. } | Next::Parked, Attempt::Answered(_)) => AttemptOutcome::Refused,
        (Next::Retry { .. } | Next::Parked, Attempt::Unanswered) => AttemptOutcome::Unanswered,
    };
    app.tally.attempted(about, outcome);
    match next {
        Next::Delivered => kind.delivery.add_time(end.since(row.created_at)),
        Next::Parked => kind.parked.add(),
        Next::Retry { .. } => {}
    }
}

/// There is no such notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFound;

impl Family for NotFound {}

/// Makes a notification due again, whatever became of it.
pub async fn resend(app: &App, id: &NotificationId) -> Result<(), Error<NotFound>> {
    let row = app.store.notification_find(id).await?.ok_or(NotFound)?;
    let again = Write::NotificationResend { key: row.key(), at: app.env.now() };
    match app.store.commit(Changes::new().with(again)).await {
        Ok(()) => {
            app.notifications_waiting.notify_one();
            Ok(())
        }
        Err(CommitError::LostRace) => Err(NotFound.into()),
        Err(other) => Err(other.into()),
    }
}
