//! The one place where refusals become response codes. A code's services have a list of their own in the contract, so
//! they have a file of their own here.

mod link;
mod pre_auth;
mod qr;
mod va;

use lunas_domain::history::WindowRejection;
use lunas_domain::payment::{OpenRejection, Rejection, Status};
use lunas_snap::code::{Case, Failure};
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

use crate::flow::Refusal;

/// The failure that a refusal is to a partner that called this service.
pub(crate) fn failure(service: Service, refusal: &Refusal) -> Failure {
    match service {
        Service::QrGenerate | Service::QrQuery | Service::QrCancel | Service::QrRefund => {
            qr::failure(refusal)
        }
        Service::AuthPayment
        | Service::AuthQuery
        | Service::AuthCapture
        | Service::AuthVoid
        | Service::AuthRefund => pre_auth::failure(refusal),
        Service::VaCreate
        | Service::VaStatus
        | Service::VaDelete
        | Service::VaInquiry
        | Service::VaPayment => va::failure(refusal),
        _ => debit(refusal),
    }
}

fn debit(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::NotFound => Failure::new(Case::TransactionNotFound),
        Refusal::NamesOther(field) => {
            Failure::with(Case::TransactionNotFound, format!("{field}: it is not of the same transaction"))
        }
        Refusal::OtherMerchant => Failure::with(
            Case::InvalidMerchant,
            "merchantId is not the merchant that the access token belongs to",
        ),
        Refusal::Open(rejection) => opening(rejection, "validUpTo"),
        Refusal::Move(rejection) => moving(*rejection),
        Refusal::Inconsistent(_) => inconsistent(Service::DebitPayment, &Difference::Unnamed),
        Refusal::RefundDiffers => Failure::with(
            Case::InconsistentRequest,
            "partnerRefundNo was used before for this payment and refundAmount differs; use a new number for a new refund",
        ),
        Refusal::Window(rejection) => Failure::with(
            Case::InvalidFieldFormat,
            match rejection {
                WindowRejection::TooEarly { earliest } => {
                    format!("fromDateTime: it must not be before {earliest}")
                }
                WindowRejection::EndsBeforeItBegins => {
                    "toDateTime: it must not be before fromDateTime".to_owned()
                }
            },
        ),
        Refusal::KeyTaken => Failure::with(
            Case::Conflict,
            "Cannot use same X-EXTERNAL-ID in same day; ask again with a new one",
        ),
        Refusal::NoAccess
        | Refusal::AccountOpen(_)
        | Refusal::AccountMove(_)
        | Refusal::TrxIdTaken
        | Refusal::BankMissing
        | Refusal::BillNotFound
        | Refusal::Bill(_)
        | Refusal::ReportDiffers => va::failure(refusal),
        Refusal::RefundRepeated | Refusal::NotOnQris | Refusal::OrderTaken => qr::failure(refusal),
        Refusal::Link(refused) => link::failure(*refused),
        Refusal::Unavailable(_) => Failure::new(Case::InternalServerError),
        // What the standard calls a time-out: whoever gets it asks for the status.
        Refusal::OutcomeUnknown => Failure::new(Case::Timeout),
    }
}

/// The failure of a call whose external id stands for another call, from which it differs in this. It is not told to
/// use a new id: whoever repeats a call whose answer was lost would pay twice.
pub(crate) fn inconsistent(service: Service, difference: &Difference) -> Failure {
    let case = match service {
        Service::QrGenerate
        | Service::QrCancel
        | Service::QrRefund
        | Service::VaCreate
        | Service::VaDelete
        | Service::VaPayment => Case::Conflict,
        _ => Case::InconsistentRequest,
    };
    let first = "the first call under this X-EXTERNAL-ID";
    let what = match difference {
        Difference::Member(path) => format!("{path} differs from {first}"),
        Difference::Missing => format!("a member of {first} is missing"),
        Difference::Unnamed => format!("the body differs from {first}"),
    };
    Failure::with(case, format!("{what}; repeat that unchanged"))
}

fn opening(rejection: &OpenRejection, validity: &str) -> Failure {
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

fn moving(rejection: Rejection) -> Failure {
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
fn reason(rejection: Rejection) -> String {
    match rejection {
        Rejection::NotPending(status) => format!("the payment is {status} and no longer pending"),
        // Whether the expiry is recorded yet is no matter of the partner's.
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
