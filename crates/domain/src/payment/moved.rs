//! A payment's next state, as every decision about one makes it.

use lunas_vocab::{CustomerId, Timestamp};

use super::{Decision, Payment, Status};
use crate::ledger::{JournalEntry, PayOption};

/// The payment is paid, and the money with it.
pub(super) fn paid(payment: &Payment, payer: &CustomerId, option: PayOption, now: Timestamp) -> Decision {
    let mut decision = moved(payment, Status::Paid, now);
    decision.payment.payer = Some(payer.clone());
    decision.payment.option = Some(option);
    decision.payment.paid_at = Some(now);
    let (merchant, reference_no) = (payment.merchant.clone(), &payment.reference_no);
    decision.journal =
        JournalEntry::payment(payer.clone(), option, merchant, payment.amount, reference_no, now);
    decision
}

/// The payment's next state, with everything else as it was.
pub(super) fn moved(payment: &Payment, status: Status, now: Timestamp) -> Decision {
    let version = payment.version + 1;
    let next = Payment { status, version, changed_at: now, ..payment.clone() };
    let notification = next.notification();
    Decision { payment: next, journal: None, refund: None, resolution: None, notification }
}
