//! What a command means for an account in each of its states.

use lunas_vocab::{BankId, BankRequestId, Money, Timestamp};

use super::{Status, Transfer, VirtualAccount};
use crate::ledger::Journal;
use crate::notice::{About, Notice};
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
    },
    /// The merchant takes it back.
    Delete,
    /// It stops waiting.
    Expire(Expiry),
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
    pub journal: Option<Journal>,
    /// The payment into it, if one was made.
    pub transfer: Option<Transfer>,
    /// What the merchant is told.
    pub notice: Notice,
}

/// Decides what `command` means for `account` at `now`. A payment that comes after the time is up does not count.
pub fn decide(account: &VirtualAccount, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let is_over = now >= account.valid_up_to;
    match (account.status, command) {
        (
            Status::Paid | Status::Deleted | Status::Expired,
            Command::Pay { .. } | Command::Delete | Command::Expire(_),
        ) => Err(Rejection::NotPending(account.status)),
        (Status::Pending, Command::Expire(Expiry::Due)) if !is_over => Err(Rejection::NotYetExpired),
        (Status::Pending, Command::Expire(Expiry::Due | Expiry::Early)) => {
            Ok(moved(account, Status::Expired, now))
        }
        (Status::Pending, Command::Delete) if is_over => Err(Rejection::TimeIsUp),
        (Status::Pending, Command::Pay { bank, request_id, amount, bank_reference }) => {
            payable(account, Some(*amount), now)?;
            let mut decision = moved(account, Status::Paid, now);
            let transfer = Transfer {
                payment_no: account.reference_no.clone(),
                reference_no: account.reference_no.clone(),
                version: decision.account.version,
                bank: bank.clone(),
                request_id: request_id.clone(),
                amount: *amount,
                bank_reference: bank_reference.clone(),
                at: now,
            };
            let merchant = account.merchant.clone();
            decision.journal = Journal::transfer(bank.clone(), merchant, *amount, &transfer.payment_no, now);
            decision.transfer = Some(transfer);
            Ok(decision)
        }
        (Status::Pending, Command::Delete) => Ok(moved(account, Status::Deleted, now)),
    }
}

/// Whether `account` can be paid at `now`, with that amount if one is named.
pub fn payable(account: &VirtualAccount, amount: Option<Money>, now: Timestamp) -> Result<(), Rejection> {
    if account.status != Status::Pending {
        Err(Rejection::NotPending(account.status))
    } else if now >= account.valid_up_to {
        Err(Rejection::TimeIsUp)
    } else if amount.is_some_and(|amount| amount != account.amount) {
        Err(Rejection::WrongAmount { due: account.amount })
    } else {
        Ok(())
    }
}

/// The account's next state, with everything else as it was.
fn moved(account: &VirtualAccount, status: Status, now: Timestamp) -> Decision {
    let version = account.version + 1;
    let next = VirtualAccount { status, version, changed_at: now, ..account.clone() };
    let reference_no = account.reference_no.clone();
    let notice = Notice { about: About::VirtualAccount, reference_no, version };
    Decision { account: next, journal: None, transfer: None, notice }
}
