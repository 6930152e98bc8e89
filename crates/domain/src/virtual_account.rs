//! A virtual account: how it opens, what may happen to it, and all that follows when something does.
//!
//! An account takes one payment or many. The first payment into any account goes by the account's own ids, so that an
//! account of one payment is nothing but one whose first payment is its last; each later payment is an order of its
//! own, with ids of its own.
//!
//! Which number a bank would have for it is not decided here, and neither is whether that number is free.

mod decide;
mod kind;
mod open;

#[cfg(test)]
mod tests;

pub use decide::{Command, Decision, LaterPayment, Rejection, decide, payable};
pub use kind::{AccountTerms, Amounts, CompanyCode, Kind};
pub use open::{MULTI_VALIDITY, OpenRejection, Order, VALIDITY_DEFAULT, open};

use std::fmt;
use std::time::Duration;

use lunas_vocab::{BankId, BankRequestId, MerchantId, Money, ReferenceNo, Timestamp, TrxId};
use serde::{Deserialize, Serialize};

use crate::payment;

/// How long a merchant's id of an account names that account alone: a generous three months.
pub const TRX_ID_LIFE: Duration = Duration::from_hours(92 * 24);
/// How long a number rests after its account ended: three months as well. A customer who pays late, to a number that was
/// noted down or saved at the bank, is refused then and never pays for somebody else.
pub const NUMBER_REST: Duration = TRX_ID_LIFE;

lunas_vocab::words! {
    /// Where an account stands; the two digits are the contract's `paymentFlagStatus`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Status {
        /// 00: somebody paid, and nobody else can.
        Paid = "00",
        /// 03: waiting for a payment.
        Pending = "03",
        /// 05: deleted by the merchant.
        Deleted = "05",
        /// 08: nobody paid in time.
        Expired = "08",
    }
    /// The two digits on the wire and in the store.
    pub fn digits;
}

impl Status {
    /// The word people use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Pending => "pending",
            Self::Deleted => "deleted",
            Self::Expired => "expired",
        }
    }
}

/// The transaction status of an order that goes by an account that stands so.
impl From<Status> for payment::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Paid => Self::Paid,
            Status::Pending => Self::Pending,
            Status::Deleted => Self::Cancelled,
            Status::Expired => Self::Expired,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.digits(), self.word())
    }
}

/// The number of an account, in the three parts that messages carry, without blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The company's code at the bank.
    pub company: String,
    /// The customer's number behind it.
    pub customer_no: String,
    /// The whole.
    pub whole: String,
}

/// An account as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualAccount {
    /// The gateway's id of it, and of the payment into it.
    pub reference_no: ReferenceNo,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's id of it.
    pub trx_id: TrxId,
    /// How many payments it takes, and of which amounts.
    pub kind: Kind,
    /// The word of the bank that keeps it.
    pub bank: String,
    /// Its number, which at that bank is its merchant's for good.
    pub number: Number,
    /// What is to be paid, or what its kind makes of that.
    pub amount: Money,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it stops waiting; see [`VirtualAccount::deadline`].
    pub valid_up_to: Timestamp,
    /// What else the merchant said about it.
    pub details: Details,
    /// Where it stands. An account of many payments stays pending while it is paid.
    pub status: Status,
    /// How many payments were made into it.
    pub payments: u32,
    /// Counts its states; the first is 1. It is the optimistic lock.
    pub version: u32,
    /// When it reached this status.
    pub changed_at: Timestamp,
}

impl VirtualAccount {
    /// When it stops waiting. An account of many payments that somebody has paid into waits until it is deleted.
    pub fn deadline(&self) -> Option<Timestamp> {
        let has_none = self.kind.takes_many() && self.payments > 0;
        (!has_none).then_some(self.valid_up_to)
    }

    /// Whether its time is up at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.deadline().is_some_and(|deadline| now >= deadline)
    }

    /// Where the order stands that goes by the account's own ids: its first payment, or the wait for it.
    pub fn first_order(&self) -> Status {
        if self.payments > 0 { Status::Paid } else { self.status }
    }

    /// The account as it was when it opened, pending.
    #[must_use]
    pub fn as_opened(self) -> Self {
        Self { status: Status::Pending, payments: 0, version: 1, changed_at: self.created_at, ..self }
    }
}

/// What a merchant may tell about an account besides the amount. Kept as one document: no rule looks things up by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Whose account it is, as the bank shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// That customer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// That customer's phone number, as the merchant wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The `X-EXTERNAL-ID` of the call that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The merchant's own texts, which the notification gives back.
    #[serde(default)]
    pub custom: [Option<String>; 3],
    /// `additionalInfo` as it was understood, with what nobody knows of it, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info_json: Option<String>,
}

/// A payment into an account, as a bank reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The gateway's id of it. An account shares its id with its first payment.
    pub payment_no: ReferenceNo,
    /// Into which account.
    pub reference_no: ReferenceNo,
    /// Whose account.
    pub merchant: MerchantId,
    /// The merchant's id of it: the account's for the first payment, one made from that for the others.
    pub trx_id: TrxId,
    /// Which of the account's states it made.
    pub version: u32,
    /// Which bank reported it.
    pub bank: BankId,
    /// The bank's id of it.
    pub request_id: BankRequestId,
    /// What was paid.
    pub amount: Money,
    /// The bank's code of it.
    pub bank_reference: Option<String>,
    /// When it was booked.
    pub at: Timestamp,
}

impl Transfer {
    /// Whether it goes by ids of its own: every payment but the first.
    pub fn is_later(&self) -> bool {
        self.payment_no != self.reference_no
    }
}

/// How many digits of time a later payment's id has.
const TIME: usize = 15;
/// How many characters of chance it ends in.
const CHANCE: usize = 4;

/// The id of a later payment into an account of many: the account's own, a dash, the time of the payment in UTC as
/// `ddMMyyHHmmss` with milliseconds, and four characters of chance.
pub fn later_trx_id(first: &TrxId, paid_at: Timestamp, chance: &str) -> TrxId {
    let compact = paid_at.to_compact_utc();
    let part = |from: usize, to: usize| compact.get(from..to).unwrap_or_default();
    let (year, month, day, time) = (part(2, 4), part(4, 6), part(6, 8), part(8, 14));
    let ms = paid_at.ms().rem_euclid(1000);
    let chance: String = chance.chars().filter(char::is_ascii_alphanumeric).take(CHANCE).collect();
    let id = format!("{first}-{day}{month}{year}{time}{ms:03}{chance:0<CHANCE$}");
    TrxId::new(id).unwrap_or_else(|_| first.clone())
}

/// The id of the account into which a payment of that id was made, if it reads like a later payment's.
pub fn first_trx_id(later: &TrxId) -> Option<TrxId> {
    let (first, made) = later.as_str().rsplit_once('-')?;
    let is_made = made.len() == TIME + CHANCE && made.bytes().take(TIME).all(|byte| byte.is_ascii_digit());
    TrxId::new(first).ok().filter(|_| is_made)
}
