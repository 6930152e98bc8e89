//! The codes of authorizations. Their lists are short: what has no case of its own is not permitted, with a reason.

use lunas_domain::payment::Rejection;
use lunas_snap::code::{Case, Failure};

use super::{opening, reason};
use crate::flow::Refusal;
use crate::flow::link::LinkRefusal;

/// The failure that a refusal is to a merchant that called a service of authorizations.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Open(rejection) => opening(rejection, "additionalInfo.validUpTo"),
        // The contract has no case here for an account that is not in order.
        Refusal::Link(LinkRefusal::Inactive) => Failure::new(Case::SuspectedFraud),
        Refusal::Move(rejection @ (Rejection::DailyLimit | Rejection::AccountFull)) => {
            Failure::with(Case::TransactionNotPermitted, reason(*rejection))
        }
        _ => super::debit(refusal),
    }
}
