//! What refusals about a payment are, in the words that all services share.

use lunas_domain::payment::{OpenRejection, Rejection, Status};
use lunas_snap::code::{Case, Failure};

/// Why a payment did not open; `validity` is what the service calls the time it may wait.
pub(super) fn opening(rejection: &OpenRejection, validity: &str) -> Failure {
    match rejection {
        OpenRejection::ReturnUrlMissing => Failure::with(
            Case::InvalidMandatoryField,
            "urlParam: the merchant has no registered return URL to fall back to",
        ),
        OpenRejection::PointOfPurchaseUnknown => Failure::with(
            Case::InvalidFieldFormat,
            "additionalInfo.pointOfPurchaseId: it is not one of this merchant's",
        ),
        OpenRejection::ValidityTooShort { now } => Failure::with(
            Case::InvalidFieldFormat,
            format!("{validity}: it must be at least 20 seconds ahead; the gateway's time is {now}"),
        ),
        OpenRejection::ValidityTooLong { latest } => {
            Failure::with(Case::InvalidFieldFormat, format!("{validity}: it must not be after {latest}"))
        }
        OpenRejection::SuspectedFraud => Failure::new(Case::SuspectedFraud),
        OpenRejection::UrlNotAllowed => Failure::with(Case::TransactionNotPermitted, "Url not whitelisted."),
        OpenRejection::ItemsDiffer { sum } => Failure::with(
            Case::InvalidFieldFormat,
            format!("additionalInfo.items: they come to {} and transAmount does not", sum.to_decimal()),
        ),
    }
}

/// Why a payment did not move.
pub(super) fn moving(rejection: Rejection) -> Failure {
    match rejection {
        Rejection::ExceedsAmount { .. } => {
            Failure::with(Case::ExceedsTransactionAmountLimit, reason(rejection))
        }
        Rejection::DailyLimit | Rejection::AccountFull => {
            Failure::with(Case::AccountLimitExceed, reason(rejection))
        }
        Rejection::InsufficientFunds => Failure::new(Case::InsufficientFunds),
        Rejection::NotPending(_)
        | Rejection::TimeIsUp
        | Rejection::NotYetExpired
        | Rejection::OptionNotOffered
        | Rejection::OtherAccount
        | Rejection::NotAuthorized(_)
        | Rejection::FullCaptureOnly { .. }
        | Rejection::NotPaid(_)
        | Rejection::RefundedInFull
        | Rejection::RefundWindowOver { .. }
        | Rejection::RefundClosed
        | Rejection::FullRefundOnly { .. } => Failure::with(Case::TransactionNotPermitted, reason(rejection)),
    }
}

/// Why nothing moved, in words.
pub(super) fn reason(rejection: Rejection) -> String {
    match rejection {
        Rejection::NotPending(status) => format!("the payment is {status} and no longer pending"),
        // Whether the expiry is recorded yet is no matter of the client's.
        Rejection::TimeIsUp => reason(Rejection::NotPending(Status::Expired)),
        Rejection::NotYetExpired => "the payment has not expired yet".to_owned(),
        Rejection::OtherAccount => "the payment charges another account".to_owned(),
        Rejection::OptionNotOffered => "the payment's method has no such option".to_owned(),
        Rejection::NotAuthorized(status) => {
            format!("the authorization is {status}; only one that is {} can end so", Status::Authorized)
        }
        Rejection::FullCaptureOnly { amount } => {
            format!("captureAmount: the whole {} is captured or nothing", amount.to_decimal())
        }
        Rejection::NotPaid(status) => format!("the payment is {status}; only a paid one can be refunded"),
        Rejection::RefundedInFull => "the payment was refunded in full before".to_owned(),
        Rejection::RefundWindowOver { closed_at } => format!("it could be refunded until {closed_at}"),
        Rejection::RefundClosed => "ShopeePay refunds from 06:00 to 23:55 WIB".to_owned(),
        Rejection::FullRefundOnly { amount } => {
            format!("refundAmount: ShopeePay refunds the whole {} or nothing", amount.to_decimal())
        }
        Rejection::ExceedsAmount { left } => format!("refundAmount: {} is left to refund", left.to_decimal()),
        Rejection::DailyLimit => "the merchant's refunds of the day would exceed its daily limit".to_owned(),
        Rejection::InsufficientFunds => "the merchant does not hold enough".to_owned(),
        Rejection::AccountFull => "the customer's account cannot hold so much more".to_owned(),
    }
}
