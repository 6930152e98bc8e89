//! Refunds: how much may go back and until when, and what one merchant may give back in a day.
//!
//! That the same number of the merchant's is never refunded twice is judged here and looked up by the caller.

use std::time::Duration;

use lunas_vocab::{MerchantId, Money, PartnerRefundNo, ReferenceNo, RefundNo, Timestamp};

use super::{Decision, Payment, Rejection};
use crate::ledger::JournalEntry;

/// ShopeePay opens at six, which is so long before midnight.
const OPEN_FROM_BEFORE_MIDNIGHT: Duration = Duration::from_hours(18);
/// ShopeePay closes so long before midnight: at 23:55 itself it is still open.
const CLOSED_BEFORE_MIDNIGHT: Duration = Duration::from_mins(5);

/// One refund of a payment, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Of which payment.
    pub reference_no: ReferenceNo,
    /// Which of the payment's states it made.
    pub version: u32,
    /// The gateway's id of it.
    pub refund_no: RefundNo,
    /// The merchant's id of it.
    pub partner_refund_no: PartnerRefundNo,
    /// What was given back.
    pub amount: Money,
    /// Why, in the merchant's words.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Refund {
    /// Whether a request that carries this refund's `partnerRefundNo` again asks for this refund. One that names no
    /// amount asks for whatever it was: a number that was used must never give money back a second time.
    pub fn is_asked_by(&self, amount: Option<Money>) -> bool {
        amount.is_none_or(|amount| amount == self.amount)
    }
}

/// How much of `payment` goes back, or why nothing does. Of a payment that somebody paid.
pub(super) fn amount(payment: &Payment, wanted: Option<Money>, now: Timestamp) -> Result<Money, Rejection> {
    let left = payment.refundable();
    if !left.is_positive() {
        return Err(Rejection::RefundedInFull);
    }
    let paid_at = payment.paid_at.expect("what is not paid has nothing left to refund");
    let closed_at = paid_at.plus(payment.product.refund_window(payment.method));
    if now >= closed_at {
        return Err(Rejection::RefundWindowOver { closed_at });
    }
    if !payment.product.refunds_freely(payment.method) && !is_open_at(now) {
        return Err(Rejection::RefundClosed);
    }
    let amount = wanted.unwrap_or(left);
    if !payment.product.refunds_freely(payment.method) && amount != payment.amount {
        return Err(Rejection::FullRefundOnly { amount: payment.amount });
    }
    if amount.is_positive() && covers(left, amount) {
        Ok(amount)
    } else {
        Err(Rejection::ExceedsAmount { left })
    }
}

/// Whether ShopeePay gives back at this time: from six in the morning to five minutes before midnight by WIB.
fn is_open_at(now: Timestamp) -> bool {
    let left = now.end_of_wib_day().since(now);
    (CLOSED_BEFORE_MIDNIGHT..=OPEN_FROM_BEFORE_MIDNIGHT).contains(&left)
}

/// Completes the decision about a refund: the sum, the journal entry and the refund itself.
pub(super) fn made(
    mut decision: Decision,
    amount: Money,
    refund_no: &RefundNo,
    partner_refund_no: &PartnerRefundNo,
    reason: Option<&str>,
) -> Decision {
    let next = &mut decision.payment;
    next.refunded = next.refunded.checked_add(amount).expect("refunds never sum to more than the amount");
    let payer = next.payer.clone().expect("a paid payment has a payer");
    let option = next.option.expect("a paid payment was paid with something");
    let at = next.changed_at;
    decision.journal = JournalEntry::refund(next.merchant.clone(), payer, option, amount, refund_no, at);
    decision.refund = Some(Refund {
        reference_no: next.reference_no.clone(),
        version: next.version,
        refund_no: refund_no.clone(),
        partner_refund_no: partner_refund_no.clone(),
        amount,
        reason: reason.map(str::to_owned),
        at,
    });
    decision
}

/// The most that one merchant may give back in one WIB day; none is no limit.
pub type DailyLimit = Option<Money>;

/// What one merchant gave back on its latest day with a refund: the state that all of its refunds share. Its version is
/// the optimistic lock under which the merchant's balance is read, because the account itself has no row to guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTally {
    /// Whose.
    pub merchant: MerchantId,
    /// Counts the merchant's refunds; zero before the first.
    pub version: u32,
    /// When the day ends.
    pub day_ends_at: Timestamp,
    /// What was given back on that day.
    pub refunded: Money,
}

impl RefundTally {
    /// The tally of a merchant that never refunded anything.
    pub fn new(merchant: MerchantId) -> Self {
        Self { merchant, version: 0, day_ends_at: Timestamp::from_ms(0), refunded: Money::ZERO_IDR }
    }

    /// The tally after one more refund of `amount` at `now`, from an account that held `balance` after this tally was
    /// read. The limit goes before the balance: waiting for tomorrow is another remedy than waiting for sales.
    pub fn take(
        &self,
        amount: Money,
        balance: Money,
        limit: DailyLimit,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        // A day that ends later than this one is a clock's that was ahead: what it counted is no reason to refuse.
        let is_today = self.day_ends_at == now.end_of_wib_day();
        let before = if is_today { self.refunded } else { Money::ZERO_IDR };
        let refunded = before.checked_add(amount).ok_or(Rejection::DailyLimit)?;
        if limit.is_some_and(|limit| !covers(limit, refunded)) {
            return Err(Rejection::DailyLimit);
        }
        if !covers(balance, amount) {
            return Err(Rejection::InsufficientFunds);
        }
        let (merchant, version) = (self.merchant.clone(), self.version + 1);
        Ok(Self { merchant, version, day_ends_at: now.end_of_wib_day(), refunded })
    }
}

/// Whether `amount` can be taken from `whole`.
fn covers(whole: Money, amount: Money) -> bool {
    whole.checked_sub(amount).is_some_and(|rest| rest.minor() >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_gives_back_what_it_holds_and_may() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let check = |before: i32, amount: i32, balance: i32, limit: Option<i32>, now: &str, expected| {
            let tally = RefundTally {
                version: 4,
                day_ends_at: at("2026-11-21T00:00:00+07:00"),
                refunded: Money::idr(before),
                ..RefundTally::new(MerchantId::new("G1").unwrap())
            };
            let taken = tally.take(Money::idr(amount), Money::idr(balance), limit.map(Money::idr), at(now));
            let seen = taken.map(|next| {
                assert_eq!((next.version, next.merchant), (5, tally.merchant));
                assert_eq!(next.day_ends_at, at(now).end_of_wib_day());
                next.refunded
            });
            assert_eq!(seen, expected, "{amount} of {balance} at {now}");
        };
        let today = "2026-11-20T23:59:59+07:00";
        let tomorrow = "2026-11-21T00:00:00+07:00";
        check(0, 10, 10, None, today, Ok(Money::idr(10)));
        check(0, 11, 10, None, today, Err(Rejection::InsufficientFunds));
        check(0, 1, -1, None, today, Err(Rejection::InsufficientFunds));
        check(90, 10, 10, Some(100), today, Ok(Money::idr(100)));
        check(91, 10, 10, Some(100), today, Err(Rejection::DailyLimit));
        check(91, 10, 0, Some(100), today, Err(Rejection::DailyLimit));
        check(91, 10, 10, Some(100), tomorrow, Ok(Money::idr(10)));
        check(91, 10, 10, None, today, Ok(Money::idr(101)));
        // The clock was ahead when the tally was made, and has been set right.
        check(91, 10, 10, Some(100), "2026-11-19T12:00:00+07:00", Ok(Money::idr(10)));
    }

    #[test]
    fn a_number_that_comes_again_asks_for_the_same_refund_or_for_another() {
        let refund = Refund {
            reference_no: ReferenceNo::new("A1").unwrap(),
            version: 3,
            refund_no: RefundNo::new("R1").unwrap(),
            partner_refund_no: PartnerRefundNo::new("r-1").unwrap(),
            amount: Money::idr(10),
            reason: None,
            at: Timestamp::from_ms(0),
        };
        assert!(refund.is_asked_by(Some(Money::idr(10))) && refund.is_asked_by(None));
        assert!(!refund.is_asked_by(Some(Money::idr(9))));
    }
}
