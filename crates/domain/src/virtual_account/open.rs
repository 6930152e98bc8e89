//! Opening an account: the checks that need the clock, in their order.

use std::time::Duration;

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::{AccountTerms, CompanyCode, Decision, Details, Number, Status, VirtualAccount};
use crate::notification::{About, Notification};

/// How long an account waits when the merchant does not say.
pub const VALIDITY_DEFAULT: Duration = Duration::from_hours(24);
/// How long an account of many payments waits for its first, whatever the merchant says: six months.
pub const MULTI_VALIDITY: Duration = Duration::from_hours(184 * 24);
/// The word of the bank that may want to be told what is sold.
const MANDIRI: &str = "mandiri";

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
    /// The company's code that was asked for; the bank may have more in front of the number.
    pub company: String,
    /// Its number.
    pub number: Number,
    /// What is to be paid.
    pub amount: Money,
    /// When it is to stop waiting, if the merchant says so.
    pub valid_up_to: Option<Timestamp>,
    /// Whether the merchant says what is sold.
    pub has_items: bool,
    /// The rest.
    pub details: Details,
}

/// Why an account is not opened, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenRejection {
    /// The code is none that the bank gave the merchant.
    CompanyUnknown {
        /// The word of the bank.
        bank: String,
        /// The codes that the merchant has there.
        known: Vec<String>,
    },
    /// The bank wants to be told what is sold.
    ItemsMissing,
    /// The amount is less than that: a rupiah for an account of many payments, a sen for another.
    Amount {
        /// The least that would do.
        least: Money,
    },
    /// The account would expire at once.
    ExpiryPassed {
        /// The gateway's time, because a clock that is off is the usual cause.
        now: Timestamp,
    },
}

/// Decides whether an account opens. It starts as pending; its merchant is told.
pub fn open(
    order: Order,
    terms: AccountTerms,
    codes: &[CompanyCode],
    now: Timestamp,
) -> Result<Decision, OpenRejection> {
    let here = || codes.iter().filter(|code| code.bank == order.bank);
    if !here().any(|code| code.code == order.company) {
        let known = here().map(|code| code.code.clone()).collect();
        return Err(OpenRejection::CompanyUnknown { bank: order.bank, known });
    }
    if terms.mandiri_b2b && order.bank == MANDIRI && !order.has_items {
        return Err(OpenRejection::ItemsMissing);
    }
    let is_many = terms.kind.takes_many();
    let least = if is_many { Money::idr(1) } else { Money::idr_minor(1) };
    if order.amount.minor() < least.minor() {
        return Err(OpenRejection::Amount { least });
    }
    let valid_up_to = match order.valid_up_to {
        _ if is_many => now.plus(MULTI_VALIDITY),
        Some(named) => named,
        None => now.plus(VALIDITY_DEFAULT),
    };
    if valid_up_to <= now {
        return Err(OpenRejection::ExpiryPassed { now });
    }
    let account = VirtualAccount {
        reference_no: order.reference_no,
        merchant: order.merchant,
        trx_id: order.trx_id,
        kind: terms.kind,
        bank: order.bank,
        number: order.number,
        amount: order.amount,
        created_at: now,
        valid_up_to,
        details: order.details,
        status: Status::Pending,
        payments: 0,
        version: 1,
        changed_at: now,
    };
    let reference_no = account.reference_no.clone();
    let notification = Notification { about: About::VirtualAccount, reference_no, version: account.version };
    Ok(Decision { account, journal: None, transfer: None, notification: Some(notification) })
}
