//! What a command means for an account in each of its states.

use lunas_vocab::{BankId, BankRequestId, Money, ReferenceNo, Timestamp};

use super::{Amounts, Status, Transfer, VirtualAccount, later_trx_id};
use crate::ledger::JournalEntry;
use crate::notification::{About, Notification};
use crate::payment::Expiry;

/// Something that is asked of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A bank has taken a payment for it.
    Pay {
        /// Which bank.
        bank: BankId,
        /// The bank's id of the payment.
        request_id: BankRequestId,
        /// What was paid.
        amount: Money,
        /// The bank's code of the payment.
        bank_reference: Option<String>,
        /// What the payment is called if it is not the account's first.
        later: LaterPayment,
    },
    /// The merchant takes it back.
    Delete,
    /// It stops waiting.
    Expire(Expiry),
}

/// What a payment is called that does not go by its account's ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaterPayment {
    /// The gateway's id of it; new.
    pub payment_no: ReferenceNo,
    /// Letters and digits by chance, at least four.
    pub chance: String,
}

/// Why a command changes nothing, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The account is no longer pending, so it can neither be paid nor ended any more.
    NotPending(Status),
    /// The account waits no longer, although nobody has recorded that yet.
    TimeIsUp,
    /// The account may still be paid.
    NotYetExpired,
    /// What was paid is not what is due.
    WrongAmount {
        /// What is due.
        due: Money,
    },
}

impl Rejection {
    /// Where the account stands, as everybody is to see it: one whose time is up has expired.
    pub fn standing(self) -> Status {
        match self {
            Self::NotPending(status) => status,
            Self::TimeIsUp => Status::Expired,
            Self::NotYetExpired | Self::WrongAmount { .. } => Status::Pending,
        }
    }
}

/// Everything that follows from a command, to be made durable in one commit or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The account's next state.
    pub account: VirtualAccount,
    /// Money that moves, if any does.
    pub journal: Option<JournalEntry>,
    /// The payment into it, if one was made.
    pub transfer: Option<Transfer>,
    /// What the merchant is told. Nothing, when an account ends whose orders were all paid: none of them changed.
    pub notification: Option<Notification>,
}

/// Decides what `command` means for `account` at `now`. A payment that comes after the time is up does not count.
pub fn decide(account: &VirtualAccount, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let is_over = account.is_over(now);
    match (account.status, command) {
        (
            Status::Paid | Status::Deleted | Status::Expired,
            Command::Pay { .. } | Command::Delete | Command::Expire(_),
        ) => Err(Rejection::NotPending(account.status)),
        (Status::Pending, Command::Expire(Expiry::Due)) if !is_over => Err(Rejection::NotYetExpired),
        (Status::Pending, Command::Expire(Expiry::Due | Expiry::Early)) => {
            Ok(ended(account, Status::Expired, now))
        }
        (Status::Pending, Command::Delete) if is_over => Err(Rejection::TimeIsUp),
        (Status::Pending, Command::Pay { bank, request_id, amount, bank_reference, later }) => {
            payable(account, Some(*amount), now)?;
            let is_first = account.payments == 0;
            let (payment_no, trx_id) = if is_first {
                (account.reference_no.clone(), account.trx_id.clone())
            } else {
                (later.payment_no.clone(), later_trx_id(&account.trx_id, now, &later.chance))
            };
            let status = if account.kind.takes_many() { Status::Pending } else { Status::Paid };
            let next = VirtualAccount { payments: account.payments + 1, ..moved(account, status, now) };
            let merchant = account.merchant.clone();
            let about = if is_first { About::VirtualAccount } else { About::Transfer };
            Ok(Decision {
                journal: JournalEntry::transfer(bank.clone(), merchant.clone(), *amount, &payment_no, now),
                notification: Some(Notification {
                    about,
                    reference_no: payment_no.clone(),
                    version: next.version,
                }),
                transfer: Some(Transfer {
                    payment_no,
                    reference_no: account.reference_no.clone(),
                    merchant,
                    trx_id,
                    version: next.version,
                    bank: bank.clone(),
                    request_id: request_id.clone(),
                    amount: *amount,
                    bank_reference: bank_reference.clone(),
                    at: now,
                }),
                account: next,
            })
        }
        (Status::Pending, Command::Delete) => Ok(ended(account, Status::Deleted, now)),
    }
}

/// Whether `account` can be paid at `now`, with that amount if one is named.
pub fn payable(account: &VirtualAccount, amount: Option<Money>, now: Timestamp) -> Result<(), Rejection> {
    if account.status != Status::Pending {
        Err(Rejection::NotPending(account.status))
    } else if account.is_over(now) {
        Err(Rejection::TimeIsUp)
    } else if amount.is_some_and(|amount| !takes(account, amount)) {
        Err(Rejection::WrongAmount { due: account.amount })
    } else {
        Ok(())
    }
}

fn takes(account: &VirtualAccount, amount: Money) -> bool {
    let most = Money::AMOUNT_MAX.minor();
    match account.kind.amounts() {
        Amounts::Closed => amount == account.amount,
        Amounts::Open => (1..=most).contains(&amount.minor()),
        Amounts::Minimum => (account.amount.minor()..=most).contains(&amount.minor()),
    }
}

/// The account ends. Its merchant is told what became of the order that goes by the account's ids, if that still waited.
fn ended(account: &VirtualAccount, status: Status, now: Timestamp) -> Decision {
    let next = moved(account, status, now);
    let (reference_no, version) = (account.reference_no.clone(), next.version);
    let notification = (account.payments == 0).then_some(Notification {
        about: About::VirtualAccount,
        reference_no,
        version,
    });
    Decision { account: next, journal: None, transfer: None, notification }
}

/// The account's next state, with everything else as it was.
fn moved(account: &VirtualAccount, status: Status, now: Timestamp) -> VirtualAccount {
    VirtualAccount { status, version: account.version + 1, changed_at: now, ..account.clone() }
}
