//! The codes that the services of virtual accounts have of their own.

use lunas_snap::code::Failure;
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

use super::differs::inconsistent;
use super::usual;
use crate::flow::Refusal;

/// The failure that a refusal is to a client that called one of these services.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Inconsistent(_) => inconsistent(Service::VaCreate, &Difference::Unnamed),
        Refusal::NotFound
        | Refusal::OtherMerchant
        | Refusal::Open(_)
        | Refusal::Move(_)
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
