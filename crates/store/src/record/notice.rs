//! Notices and the attempts at them, as the outbox keeps them.

use lunas_domain::notice::Notice;
use lunas_vocab::{MerchantId, NoticeId, ReferenceNo, Timestamp};

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeState {
    /// To be sent, for the first time or again.
    Pending,
    /// Held back by an earlier notice of the same payment.
    Waiting,
    /// The merchant has it.
    Delivered,
    /// Given up; an operator may send it again.
    Parked,
    /// A later notice of the same payment was delivered, so that this one has nothing left to say.
    Superseded,
}

impl NoticeState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Waiting, Self::Delivered, Self::Parked, Self::Superseded];

    /// The word kept in the store and shown in lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
            Self::Superseded => "superseded",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Which notice. It is found by what it tells of, and has to have the id as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeKey {
    /// Which payment, account, transfer or link.
    pub reference_no: ReferenceNo,
    /// Which of its states.
    pub version: u32,
    /// Its id.
    pub id: NoticeId,
}

/// A notice as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// What is told.
    pub notice: Notice,
    /// Who is told.
    pub merchant: MerchantId,
    /// When it came up.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: NoticeState,
    /// All attempts so far; the next one's number is one more.
    pub attempts: u32,
    /// The attempts since it was added or last resent: what the schedule of retries counts.
    pub round_attempts: u32,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Timestamp,
    /// Until when somebody is at it; the epoch when nobody is.
    pub lease_until: Timestamp,
    /// Whether later notices of the payment wait for it, while it is pending.
    pub holds_back_later: bool,
    /// The HTTP status of the last attempt that was answered.
    pub last_status: Option<u16>,
}

impl NoticeRow {
    /// What writes name it by.
    pub fn key(&self) -> NoticeKey {
        let Notice { reference_no, version, .. } = &self.notice;
        NoticeKey { reference_no: reference_no.clone(), version: *version, id: self.id.clone() }
    }
}

/// One attempt at a notice.
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
