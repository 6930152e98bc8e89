//! Notifications and the attempts at them, as the outbox keeps them.

use lunas_domain::notification::Notification;
use lunas_vocab::{MerchantId, NotificationId, ReferenceNo, Timestamp};

lunas_vocab::words! {
    /// Where a notification stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum NotificationState {
        /// To be sent, for the first time or again.
        Pending = "pending",
        /// Held back by an earlier notification of the same payment.
        Waiting = "waiting",
        /// The merchant has it.
        Delivered = "delivered",
        /// Given up; an operator may send it again.
        Parked = "parked",
        /// A later notification of the same payment was delivered, so that this one has nothing left to say.
        Superseded = "superseded",
    }
    /// The word kept in the store and shown in lists.
    pub fn word;
}

/// Which notification. It is found by what it tells of, and has to have the id as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationKey {
    /// Which payment, account, transfer or link.
    pub reference_no: ReferenceNo,
    /// Which of its states.
    pub version: u32,
    /// Its id.
    pub id: NotificationId,
}

/// A notification as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRow {
    /// Its id.
    pub id: NotificationId,
    /// What is told.
    pub notification: Notification,
    /// Who is told.
    pub merchant: MerchantId,
    /// When it came up.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: NotificationState,
    /// All attempts so far; the next one's number is one more.
    pub attempts: u32,
    /// The attempts since it was added or last resent: what the schedule of retries counts.
    pub round_attempts: u32,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Timestamp,
    /// Until when somebody is at it; the epoch when nobody is.
    pub lease_until: Timestamp,
    /// Whether later notifications of the payment wait for it, while it is pending.
    pub holds_back_later: bool,
    /// The HTTP status of the last attempt that was answered.
    pub last_status: Option<u16>,
}

impl NotificationRow {
    /// What writes name it by.
    pub fn key(&self) -> NotificationKey {
        let Notification { reference_no, version, .. } = &self.notification;
        NotificationKey { reference_no: reference_no.clone(), version: *version, id: self.id.clone() }
    }
}

/// One attempt at a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// Its number; the first is 1.
    pub attempt_no: u32,
    /// When it began.
    pub at: Timestamp,
    /// How long the answer took.
    pub latency_ms: i64,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What was answered or what went wrong.
    pub response: String,
}
