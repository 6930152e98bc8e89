//! The outbox: notifications, the attempts at them, and which of them are due.

use lunas_domain::notification::{About, Notification};
use lunas_vocab::{MerchantId, NotificationId, ReferenceNo, Timestamp};

use super::archive::Lookup;
use crate::bucket::{by_number, numbered};
use crate::db::{Walk, walk};
use crate::record::LAST;
use crate::row::{Row, identifier};
use crate::table::{ATTEMPT, NOTIFICATION, at, sql};
use crate::value::Value;
use crate::{AttemptRow, LIST_MAX, NotificationRow, NotificationState, Scope, Store, Unavailable};

/// How many due notifications of one merchant are given out at a time.
pub const DUE_PER_MERCHANT_MAX: usize = 128;

/// How many pending notifications are counted.
pub const BACKLOG_MAX: u32 = 10_000;

/// What is to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// For the first time or again, now or later.
    pub pending: u32,
    /// Now.
    pub due: u32,
    /// When the first of them is, or was.
    pub next: Option<Timestamp>,
}

/// Which notifications a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationFilter {
    /// Only those that stand so.
    pub state: Option<NotificationState>,
    /// Only those of one payment.
    pub reference_no: Option<ReferenceNo>,
    /// Only those further down the list than this one: the last one of the page before.
    pub after: Option<NotificationId>,
    /// How many at the most; never more than [`LIST_MAX`].
    pub limit: u32,
}

/// The first hundred, of any state.
impl Default for NotificationFilter {
    fn default() -> Self {
        Self { state: None, reference_no: None, after: None, limit: 100 }
    }
}

const NOTIFICATION_FIND: &str = sql!("select {} from notification n where n.id = $1", NOTIFICATION.of("n"));

/// The merchants that have anything pending, each found by one look into the index: a merchant with a million
/// notifications costs no more than one with a single one, and so delays nobody else.
const MERCHANTS_PENDING: Walk = walk!(
    "select n.merchant_id from notification n where n.state = 'pending' and n.merchant_id > ",
    " order by n.merchant_id limit 1"
);

const NOTIFICATIONS_DUE: &str = sql!(
    "select {} from notification n where n.state = 'pending' and n.merchant_id = $1 and n.next_attempt_at <= $2
    and n.lease_until <= $2 order by n.next_attempt_at, n.id limit $3",
    NOTIFICATION.of("n")
);

/// What is pending, of the first so many in the index, and nothing but the index is looked at.
const NOTIFICATIONS_PENDING: &str = "select coalesce(sum(case when next_attempt_at <= $1 then 1 else 0 end), 0),
    count(*), min(next_attempt_at) from (select next_attempt_at from notification where state = 'pending' limit $2) p";

const NOTIFICATIONS_LIST: &str = sql!(
    "select {} from notification n where n.id < $1 and (cast($2 as text) is null or n.merchant_id = $2)
    and (cast($3 as text) is null or n.state = $3) order by n.id desc limit $4",
    NOTIFICATION.of("n")
);

const NOTIFICATIONS_LIST_OF_PAYMENT: &str = sql!(
    "select {} from notification n where n.id < $1 and (cast($2 as text) is null or n.merchant_id = $2)
    and (cast($3 as text) is null or n.state = $3) and n.reference_no = $4 and n.bucket = $5 order by n.id desc limit $6",
    NOTIFICATION.of("n")
);

const ATTEMPTS_LIST: &str = sql!(
    "select {} from attempt where notification_id = $1 and bucket = $2 order by attempt_no",
    ATTEMPT.columns()
);

impl Store {
    /// The notification of that id.
    pub async fn notification_find(
        &self,
        id: &NotificationId,
    ) -> Result<Option<NotificationRow>, Unavailable> {
        self.row(NOTIFICATION_FIND, &[Value::Text(id.as_str())], notification).await
    }

    /// Notifications that may be sent at `now`: pending, due and leased to nobody. Every merchant has its turn with as
    /// many of them as there is `capacity` for, up to [`DUE_PER_MERCHANT_MAX`], until there are `limit`; what has been
    /// due for longest comes first.
    pub async fn notifications_due(
        &self,
        now: Timestamp,
        limit: u32,
        capacity: impl Fn(&MerchantId) -> usize,
    ) -> Result<Vec<NotificationRow>, Unavailable> {
        let all = usize::try_from(limit.min(LIST_MAX)).unwrap_or(usize::MAX);
        let merchants = self.walk(&MERCHANTS_PENDING).await?;
        let mut due = Vec::new();
        for merchant in merchants {
            let merchant: MerchantId = identifier(&merchant)?;
            let turn = capacity(&merchant).min(all - due.len()).min(DUE_PER_MERCHANT_MAX);
            if turn == 0 {
                continue;
            }
            let turn = Value::Int(i64::try_from(turn).unwrap_or(i64::MAX));
            let values = [Value::Text(merchant.as_str()), Value::Int(now.ms()), turn];
            due.extend(self.rows(NOTIFICATIONS_DUE, &values, notification).await?);
        }
        due.sort_by_key(|row| row.next_attempt_at);
        Ok(due)
    }

    /// What is to be sent, and how much of it is due at `now`. No more than [`BACKLOG_MAX`] are looked at, so that asking
    /// costs the same however many there are.
    pub async fn notification_backlog(&self, now: Timestamp) -> Result<Backlog, Unavailable> {
        let values = [Value::Int(now.ms()), Value::Int(i64::from(BACKLOG_MAX))];
        let found = self.row(NOTIFICATIONS_PENDING, &values, |row| {
            let next = row.time_or_null(2)?;
            Ok(Backlog { due: row.count(0)?, pending: row.count(1)?, next })
        });
        Ok(found.await?.unwrap_or_default())
    }

    /// Notifications by id, the greatest first: ids that grow with time make these the newest.
    pub async fn notifications_list(
        &self,
        scope: Scope<'_>,
        filter: &NotificationFilter,
    ) -> Result<Vec<NotificationRow>, Unavailable> {
        // The last character there is sorts behind every id.
        let after = Value::Text(filter.after.as_ref().map_or(LAST, NotificationId::as_str));
        let state = filter.state.map_or(Value::Null, |state| Value::Text(state.word()));
        let limit = Value::Int(i64::from(filter.limit.min(LIST_MAX)));
        match &filter.reference_no {
            None => self.rows(NOTIFICATIONS_LIST, &[after, scope.value(), state, limit], notification).await,
            Some(reference_no) => {
                let [number, bucket] = numbered(reference_no);
                let values = [after, scope.value(), state, number, bucket, limit];
                let found = self.rows(NOTIFICATIONS_LIST_OF_PAYMENT, &values, notification).await?;
                if found.is_empty() {
                    self.archived_notifications(scope, reference_no, filter).await
                } else {
                    Ok(found)
                }
            }
        }
    }

    /// The notifications of an archived payment, account or transfer, the newest first. Nobody sends them any more.
    async fn archived_notifications(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
        filter: &NotificationFilter,
    ) -> Result<Vec<NotificationRow>, Unavailable> {
        let number = reference_no.as_str();
        let mut found = self.archived(Lookup::Number(scope, number)).await?;
        if found.is_none() {
            found = self.archived(Lookup::Transfer(scope, number)).await?;
        }
        let Some(document) = found else { return Ok(Vec::new()) };
        let mut notifications = document.rows(&NOTIFICATION, notification)?;
        notifications.retain(|row| {
            row.notification.reference_no == *reference_no
                && filter.state.is_none_or(|state| row.state == state)
                && filter.after.as_ref().is_none_or(|after| row.id < *after)
        });
        notifications.sort_by(|a, b| b.id.cmp(&a.id));
        notifications.truncate(filter.limit.min(LIST_MAX).try_into().unwrap_or(usize::MAX));
        Ok(notifications)
    }

    /// The attempts at a notification, the first one first.
    pub async fn attempts_list(&self, id: &NotificationId) -> Result<Vec<AttemptRow>, Unavailable> {
        self.rows(ATTEMPTS_LIST, &[Value::Text(id.as_str()), by_number(id.as_str())], |row| {
            Ok(AttemptRow {
                attempt_no: row.count(at!(ATTEMPT.attempt_no))?,
                at: row.time(at!(ATTEMPT.at))?,
                latency_ms: row.int(at!(ATTEMPT.latency_ms))?,
                status: row.http_status_or_null(at!(ATTEMPT.status))?,
                response: row.text(at!(ATTEMPT.response))?,
            })
        })
        .await
    }
}

fn notification(row: &Row<'_>) -> Result<NotificationRow, Unavailable> {
    Ok(NotificationRow {
        id: row.id(at!(NOTIFICATION.id))?,
        notification: Notification {
            about: row.word(at!(NOTIFICATION.about), About::parse)?,
            reference_no: row.id(at!(NOTIFICATION.reference_no))?,
            version: row.count(at!(NOTIFICATION.version))?,
        },
        merchant: row.id(at!(NOTIFICATION.merchant_id))?,
        created_at: row.time(at!(NOTIFICATION.created_at))?,
        state: row.word(at!(NOTIFICATION.state), NotificationState::parse)?,
        attempts: row.count(at!(NOTIFICATION.attempts))?,
        round_attempts: row.count(at!(NOTIFICATION.round_attempts))?,
        next_attempt_at: row.time(at!(NOTIFICATION.next_attempt_at))?,
        lease_until: row.time(at!(NOTIFICATION.lease_until))?,
        holds_back_later: row.int(at!(NOTIFICATION.holds_back))? != 0,
        last_status: row.http_status_or_null(at!(NOTIFICATION.last_status))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    NOTIFICATION_FIND,
    NOTIFICATIONS_DUE,
    NOTIFICATIONS_PENDING,
    NOTIFICATIONS_LIST,
    NOTIFICATIONS_LIST_OF_PAYMENT,
    ATTEMPTS_LIST,
];

#[cfg(test)]
pub(crate) const WALKS: &[Walk] = &[MERCHANTS_PENDING];
