//! The codes of authorizations. Their lists are short: what has no case of its own is not permitted, with a reason.

use lunas_domain::payment::Rejection;
use lunas_snap::code::{Case, Failure};

use super::payment::{opening, reason};
use super::usual;
use crate::flow::{LinkRefusal, Refusal};

/// The failure that a refusal is to a merchant that called a service of authorizations.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Open(rejection) => opening(rejection, "additionalInfo.validUpTo"),
        // The contract has no case here for an account that is not in order.
        Refusal::Link(LinkRefusal::Inactive) => Failure::new(Case::SuspectedFraud),
        Refusal::Move(rejection @ (Rejection::DailyLimit | Rejection::AccountFull)) => {
            Failure::with(Case::TransactionNotPermitted, reason(*rejection))
        }
        Refusal::NotFound
        | Refusal::OtherMerchant
        | Refusal::Move(_)
        | Refusal::Inconsistent(_)
        | Refusal::RefundDiffers
        | Refusal::Window(_)
        | Refusal::KeyTaken
        | Refusal::RefundRepeated
        | Refusal::NotOnQris
        | Refusal::OrderTaken
        | Refusal::NoAccess
        | Refusal::AccountOpen(_)
        | Refusal::AccountMove(_)
        | Refusal::TrxIdTaken
        | Refusal::NamesOther(_)
        | Refusal::BankMissing
        | Refusal::BillNotFound
        | Refusal::Bill(_)
        | Refusal::ReportDiffers
        | Refusal::Link(_)
        | Refusal::Unavailable(_)
        | Refusal::OutcomeUnknown => usual::failure(refusal),
    }
}
