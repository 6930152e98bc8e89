//! The codes that the QR services have of their own: a state, a window and a used number each have one.

use lunas_domain::payment::Rejection;
use lunas_snap::code::{Case, Failure};
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

use super::differs::inconsistent;
use super::payment::{opening, reason};
use super::usual;
use crate::flow::Refusal;

/// The failure that a refusal is to a client that called a QR service.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Open(rejection) => opening(rejection, "validityPeriod"),
        Refusal::Move(rejection) => Failure::with(case(*rejection), reason(*rejection)),
        Refusal::Inconsistent(_) => inconsistent(Service::QrGenerate, &Difference::Unnamed),
        Refusal::NotFound
        | Refusal::OtherMerchant
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

fn case(rejection: Rejection) -> Case {
    match rejection {
        Rejection::NotPending(_)
        | Rejection::TimeIsUp
        | Rejection::NotYetExpired
        | Rejection::NotPaid(_)
        | Rejection::RefundedInFull => Case::InvalidTransactionStatus,
        Rejection::OptionNotOffered
        | Rejection::OtherAccount
        | Rejection::NotAuthorized(_)
        | Rejection::FullCaptureOnly { .. } => Case::TransactionNotPermitted,
        Rejection::RefundWindowOver { .. } => Case::OperationNotAllowed,
        Rejection::RefundClosed => Case::FeatureNotAllowedAtThisTime,
        Rejection::FullRefundOnly { .. } | Rejection::AccountFull => Case::InvalidAmount,
        // The list for refunds of codes knows one limit, for the payment's and for the day's.
        Rejection::ExceedsAmount { .. } | Rejection::DailyLimit => Case::ExceedsTransactionAmountLimit,
        Rejection::InsufficientFunds => Case::InsufficientFunds,
    }
}
