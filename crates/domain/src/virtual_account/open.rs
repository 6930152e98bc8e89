//! Opening an account: the checks that need the clock, in their order.

use std::time::Duration;

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::{Decision, Details, Number, Status, VirtualAccount};
use crate::notice::{About, Notice};

/// How long an account waits when the merchant does not say.
pub const VALIDITY_DEFAULT: Duration = Duration::from_hours(24);

/// What a merchant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The id the gateway gives it.
    pub reference_no: ReferenceNo,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's id of it.
    pub trx_id: TrxId,
    /// The word of the bank that keeps it.
    pub bank: String,
    /// Its number.
    pub number: Number,
    /// What is to be paid.
    pub amount: Money,
    /// When it is to stop waiting, if the merchant says so.
    pub valid_up_to: Option<Timestamp>,
    /// The rest.
    pub details: Details,
}

/// Why an account is not opened, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenRejection {
    /// The amount is not more than nothing.
    Amount,
    /// The account would expire at once.
    ExpiryPassed {
        /// The gateway's time, because a clock that is off is the usual cause.
        now: Timestamp,
    },
}

/// Decides whether an account opens. It starts as pending; its merchant is told.
pub fn open(order: Order, now: Timestamp) -> Result<Decision, OpenRejection> {
    if !order.amount.is_positive() {
        return Err(OpenRejection::Amount);
    }
    let valid_up_to = order.valid_up_to.unwrap_or(now.plus(VALIDITY_DEFAULT));
    if valid_up_to <= now {
        return Err(OpenRejection::ExpiryPassed { now });
    }
    let account = VirtualAccount {
        reference_no: order.reference_no,
        merchant: order.merchant,
        trx_id: order.trx_id,
        bank: order.bank,
        number: order.number,
        amount: order.amount,
        created_at: now,
        valid_up_to,
        details: order.details,
        status: Status::Pending,
        version: 1,
        changed_at: now,
    };
    let reference_no = account.reference_no.clone();
    let notice = Notice { about: About::VirtualAccount, reference_no, version: account.version };
    Ok(Decision { account, journal: None, transfer: None, notice })
}
