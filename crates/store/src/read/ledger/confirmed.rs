//! What is found again when the ledger of a distributed store is looked at again. A change that is visible on one machine
//! and not yet on the other looks like an offender; the next look finds it whole.

use lunas_vocab::Money;

use super::{LedgerReport, Offender};

/// How many looks have to find an offender. Two may come upon the same busy account between two of its payments, and
/// of the same amount at that.
pub(super) const LOOKS: u32 = 3;

impl LedgerReport {
    /// This report, with what an earlier one has found as well.
    pub(super) fn confirming(mut self, earlier: &Self) -> Self {
        self.offenders.retain(|offender| earlier.offenders.iter().any(|before| offender.is_same(before)));
        // An entry that does not sum to zero is an offender itself.
        if self.total != earlier.total {
            self.total = Money::ZERO_IDR;
        }
        self
    }
}

impl Offender {
    /// Whether both are of one kind and about one thing, and as much is missing.
    fn is_same(&self, other: &Self) -> bool {
        self.without_what_goes_on() == other.without_what_goes_on()
    }

    /// The same with what is missing in the place of what an account or a payment has, which may change in between.
    fn without_what_goes_on(&self) -> Self {
        let mut offender = self.clone();
        if let Self::BalanceDiffers { kept, posted, .. }
        | Self::CheckpointDiffers { kept, posted, .. }
        | Self::RefundsDiffer { kept, moved: posted, .. } = &mut offender
        {
            if let Some(missing) = kept.checked_sub(*posted) {
                (*kept, *posted) = (missing, Money::ZERO_IDR);
            }
        } else if let Self::BelowFloor { amount, floor, .. } = &mut offender {
            *amount = *floor;
        }
        offender
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(total: i32, offenders: &[Offender]) -> LedgerReport {
        LedgerReport {
            journals: 1,
            postings: 2,
            balances: 1,
            paid_payments: 1,
            archived: 0,
            total: Money::idr(total),
            offenders: offenders.to_vec(),
        }
    }

    fn differs(id: &str, kept: i32, posted: i32) -> Offender {
        let (kept, posted) = (Money::idr(kept), Money::idr(posted));
        Offender::BalanceDiffers { account_id: id.to_owned(), kept, posted }
    }

    #[test]
    fn only_what_is_found_again_is_reported() {
        let check = |first: &[Offender], second: &[Offender], expected: &[Offender]| {
            let confirmed = report(0, second).confirming(&report(0, first));
            assert_eq!(confirmed.offenders, expected);
        };
        let torn = |id: &str| Offender::Torn { journal_id: id.to_owned() };
        let refunds = |kept: i32, moved: i32| Offender::RefundsDiffer {
            reference_no: "A1".to_owned(),
            kept: Money::idr(kept),
            moved: Money::idr(moved),
        };
        let (a, b) = (torn("a"), torn("b"));
        check(&[], std::slice::from_ref(&a), &[]);
        check(std::slice::from_ref(&a), &[], &[]);
        check(&[a.clone(), b.clone()], &[b.clone(), torn("c")], std::slice::from_ref(&b));
        // An account goes on meanwhile; what is missing stays.
        check(&[differs("w", 5, 3)], &[differs("w", 9, 7)], &[differs("w", 9, 7)]);
        check(&[differs("w", 5, 3)], &[differs("w", 5, 4)], &[]);
        check(&[differs("w", 5, 3)], &[differs("v", 5, 3)], &[]);
        check(&[refunds(5, 3)], &[refunds(6, 4)], &[refunds(6, 4)]);
        check(&[refunds(5, 3)], &[refunds(6, 5)], &[]);
        let checkpoint = Offender::CheckpointDiffers {
            account_id: "w".to_owned(),
            kept: Money::idr(5),
            posted: Money::idr(3),
        };
        check(&[differs("w", 5, 3)], std::slice::from_ref(&checkpoint), &[]);
        let below = |amount: i32| Offender::BelowFloor {
            account_id: "w".to_owned(),
            amount: Money::idr(amount),
            floor: Money::ZERO_IDR,
        };
        check(&[below(-1)], &[below(-2)], &[below(-2)]);
    }

    #[test]
    fn a_sum_that_changes_is_none_that_stays() {
        let check = |first: i32, second: i32, expected: i32| {
            let confirmed = report(second, &[]).confirming(&report(first, &[]));
            assert_eq!(confirmed.total, Money::idr(expected));
        };
        check(0, 0, 0);
        check(7, 0, 0);
        check(7, 7, 7);
        check(7, 9, 0);
    }
}
