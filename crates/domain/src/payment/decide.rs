//! What a command means for a payment in each of its states.

use lunas_vocab::{CustomerId, Timestamp};

use super::command::{Command, Expiry, Rejection};
use super::moved::{moved, paid};
use super::{Decision, LinkedAccount, Payment, Status, pre_auth, refund};
use crate::ledger::PayOption;

/// Decides what `command` means for `payment` at `now`.
///
/// A customer's success that comes after the time is up does not count: the payment expires instead. A refund also
/// needs the merchant's [`RefundTally`](super::RefundTally), which is shared by all of its payments.
pub fn decide(payment: &Payment, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    let is_over = now >= payment.valid_up_to;
    match (payment.status, command) {
        (Status::Authorized, command) => pre_auth::decide(payment, command, now),
        (
            Status::Paid
            | Status::Refunded
            | Status::Cancelled
            | Status::Failed
            | Status::Expired
            | Status::Denied,
            Command::Pay { .. } | Command::Deny { .. } | Command::Fail | Command::Cancel | Command::Expire(_),
        ) => Err(Rejection::NotPending(payment.status)),
        (Status::Pending, Command::Expire(Expiry::Due)) if !is_over => Err(Rejection::NotYetExpired),
        (Status::Pending, Command::Expire(Expiry::Due | Expiry::Early)) => {
            Ok(moved(payment, Status::Expired, now))
        }
        (Status::Pending, Command::Pay { .. } | Command::Deny { .. } | Command::Fail | Command::Cancel)
            if is_over =>
        {
            Err(Rejection::TimeIsUp)
        }
        (Status::Pending, Command::Pay { payer, option }) if !is_of_account(payment, payer, *option) => {
            Err(Rejection::OtherAccount)
        }
        (Status::Pending, Command::Deny { payer: Some(payer) }) if !is_of_customer(payment, payer) => {
            Err(Rejection::OtherAccount)
        }
        (Status::Pending, Command::Pay { option, .. }) if !offers(payment, *option) => {
            Err(Rejection::OptionNotOffered)
        }
        (Status::Pending, Command::Pay { payer, option }) => Ok(paid(payment, payer, *option, now)),
        (Status::Pending, Command::Deny { payer }) => {
            let mut decision = moved(payment, Status::Denied, now);
            decision.payment.payer.clone_from(payer);
            Ok(decision)
        }
        (Status::Pending, Command::Fail) => Ok(moved(payment, Status::Failed, now)),
        (Status::Pending, Command::Cancel) => Ok(moved(payment, Status::Cancelled, now)),
        (
            Status::Paid
            | Status::Pending
            | Status::Refunded
            | Status::Cancelled
            | Status::Failed
            | Status::Expired
            | Status::Denied,
            Command::Capture { .. } | Command::Void { .. },
        ) => Err(Rejection::NotAuthorized(payment.status)),
        (
            Status::Pending | Status::Cancelled | Status::Failed | Status::Expired | Status::Denied,
            Command::Refund { .. },
        ) => Err(Rejection::NotPaid(payment.status)),
        (
            Status::Paid | Status::Refunded,
            Command::Refund { refund_no, partner_refund_no, amount, reason },
        ) => {
            let amount = refund::amount(payment, *amount, now)?;
            let decision = moved(payment, Status::Refunded, now);
            Ok(refund::made(decision, amount, refund_no, partner_refund_no, reason.as_deref()))
        }
    }
}

/// Savings are for linked accounts only.
fn offers(payment: &Payment, option: PayOption) -> bool {
    payment.method.offers(option) && (option != PayOption::Savings || payment.details.linked.is_some())
}

/// Nobody who is refused for an account of theirs ends the charge of another's.
fn is_of_customer(payment: &Payment, customer: &CustomerId) -> bool {
    payment.details.linked.as_ref().and_then(LinkedAccount::customer).is_none_or(|owner| owner == *customer)
}

/// A payment that charges no account in particular is paid by whoever comes.
fn is_of_account(payment: &Payment, payer: &CustomerId, option: PayOption) -> bool {
    payment.details.linked.as_ref().is_none_or(|linked| linked.is_paid_by(payer, option))
}
