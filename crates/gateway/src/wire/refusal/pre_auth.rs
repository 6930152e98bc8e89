//! The codes of authorizations. Their lists are short: what has no case of its own is not permitted, with a reason.

use lunas_domain::payment::Rejection;
use lunas_snap::code::{Case, Failure};

use super::{inconsistent, opening, reason};
use crate::flow::link::LinkRefusal;
use crate::flow::{Difference, Refusal};

/// The failure that a refusal is to a merchant that called a service of authorizations.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Open(rejection) => opening(rejection, "additionalInfo.validUpTo"),
        // The contract has no case here for an account that is not in order.
        Refusal::Link(LinkRefusal::Inactive) => Failure::new(Case::SuspectedFraud),
        Refusal::Move(Rejection::DailyLimit) => {
            Failure::with(Case::TransactionNotPermitted, reason(Rejection::DailyLimit))
        }
        Refusal::Inconsistent(difference) => inconsistent(match difference {
            Difference::Amount => "additionalInfo.payOptionDetails[0].transAmount",
            Difference::PartnerReferenceNo => "partnerReferenceNo",
            Difference::ValidUpTo => "additionalInfo.validUpTo",
            Difference::Other => "the body",
        }),
        _ => super::debit(refusal),
    }
}
