//! Why a payment does not move, in the codes of the services that move it. Those of codes (QR) and of authorizations have
//! lists of their own in the contract.

use lunas_domain::payment::{Rejection, Status};
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

/// The list of codes that the contract has for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Of direct debit, and of whatever has no list of its own.
    Usual,
    /// Of the QR services: a state, a window and a used number each have a code.
    Qr,
    /// Of authorizations. It is short: what has no code of its own is not permitted, with a reason.
    PreAuth,
}

impl List {
    pub(super) fn of(service: Service) -> Self {
        match service {
            Service::QrGenerate
            | Service::QrQuery
            | Service::QrCancel
            | Service::QrRefund
            | Service::QrNotify => Self::Qr,
            Service::AuthPayment
            | Service::AuthQuery
            | Service::AuthCapture
            | Service::AuthVoid
            | Service::AuthRefund => Self::PreAuth,
            Service::AccessTokenB2b
            | Service::AuthCode
            | Service::AccountBinding
            | Service::AccountInquiry
            | Service::AccountUnbinding
            | Service::AccountNotify
            | Service::BalanceInquiry
            | Service::DebitPayment
            | Service::DebitStatus
            | Service::DebitCancel
            | Service::DebitRefund
            | Service::DebitNotify
            | Service::HistoryList
            | Service::HistoryDetail
            | Service::VaCreate
            | Service::VaStatus
            | Service::VaDelete
            | Service::VaInquiry
            | Service::VaPayment => Self::Usual,
        }
    }
}

/// The failure that a rejection is to a merchant that called this service.
pub(super) fn failure(service: Service, rejection: Rejection) -> Failure {
    let list = List::of(service);
    let case = case(list, rejection);
    // Whose money it is that does not suffice is said where refunds of codes are.
    if case == Case::InsufficientFunds && list != List::Qr {
        return Failure::new(case);
    }
    Failure::with(case, reason(rejection))
}

fn case(list: List, rejection: Rejection) -> Case {
    let of_codes = |case| if list == List::Qr { case } else { Case::TransactionNotPermitted };
    match rejection {
        Rejection::NotPending(_)
        | Rejection::TimeIsUp
        | Rejection::NotYetExpired
        | Rejection::NotPaid(_)
        | Rejection::RefundedInFull => of_codes(Case::InvalidTransactionStatus),
        Rejection::OptionNotOffered
        | Rejection::OtherAccount
        | Rejection::NotAuthorized(_)
        | Rejection::FullCaptureOnly { .. } => Case::TransactionNotPermitted,
        Rejection::RefundWindowOver { .. } => of_codes(Case::OperationNotAllowed),
        Rejection::RefundClosed => of_codes(Case::FeatureNotAllowedAtThisTime),
        Rejection::FullRefundOnly { .. } => of_codes(Case::InvalidAmount),
        Rejection::ExceedsAmount { .. } => Case::ExceedsTransactionAmountLimit,
        Rejection::InsufficientFunds => Case::InsufficientFunds,
        Rejection::DailyLimit => match list {
            List::Usual => Case::AccountLimitExceed,
            // The list for refunds of codes knows one limit, for the payment's and for the day's.
            List::Qr => Case::ExceedsTransactionAmountLimit,
            List::PreAuth => Case::TransactionNotPermitted,
        },
        Rejection::AccountFull => match list {
            List::Usual => Case::AccountLimitExceed,
            List::Qr => Case::InvalidAmount,
            List::PreAuth => Case::TransactionNotPermitted,
        },
    }
}

/// Why nothing moved, in words.
fn reason(rejection: Rejection) -> String {
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
