//! What refusals are to those who call about virtual accounts: a merchant about its accounts, a bank about its bills.

use lunas_domain::virtual_account::{OpenRejection, Rejection, Status};
use lunas_snap::code::{Case, Failure};
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

use super::inconsistent;
use crate::flow::Refusal;

/// The failure that a refusal is to a partner that called one of these services.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::NoAccess => Failure::with(Case::Unauthorized, "Merchant does not have access"),
        Refusal::AccountOpen(rejection) => opening(rejection),
        Refusal::AccountMove(rejection) => moving(*rejection),
        Refusal::Inconsistent(_) => inconsistent(Service::VaCreate, &Difference::Unnamed),
        Refusal::TrxIdTaken => Failure::with(Case::Conflict, "trxId was used within the last three months"),
        Refusal::BankMissing => Failure::with(
            Case::InvalidMandatoryField,
            "additionalInfo.bank: several banks have this number; say which one is meant",
        ),
        Refusal::BillNotFound => Failure::with(Case::InvalidBill, "there is no such bill"),
        Refusal::Bill(rejection) => bill(*rejection),
        Refusal::ReportDiffers => Failure::with(
            Case::InconsistentRequest,
            "paymentRequestId was used before for another bill or another paidAmount",
        ),
        other => super::debit(other),
    }
}

fn opening(rejection: &OpenRejection) -> Failure {
    match rejection {
        OpenRejection::CompanyUnknown { bank, known } => {
            let reason = match known.as_slice() {
                [] => format!("the merchant has no company code at {bank}; ask the operator"),
                codes => {
                    format!("it is none of the merchant's company codes at {bank} ({})", codes.join(", "))
                }
            };
            Failure::with(Case::InvalidFieldFormat, format!("partnerServiceId: {reason}"))
        }
        OpenRejection::ItemsMissing => Failure::with(Case::InvalidMandatoryField, "additionalInfo.items"),
        OpenRejection::Amount { least } => {
            let reason = format!("totalAmount: it must not be below {}", least.to_decimal());
            Failure::with(Case::InvalidAmount, reason)
        }
        OpenRejection::ExpiryPassed { now } => {
            let reason = format!("expiredDate: it must be ahead; the gateway's time is {now}");
            Failure::with(Case::InvalidFieldFormat, reason)
        }
    }
}

/// To its merchant an account that was paid is a matter of its own; whatever else keeps it from changing is its state.
fn moving(rejection: Rejection) -> Failure {
    match rejection.standing() {
        Status::Paid => Failure::new(Case::PaidBill),
        status => {
            let reason = format!("the virtual account is {status} and no longer pending");
            Failure::with(Case::TransactionNotPermitted, reason)
        }
    }
}

/// To a bank an account is a bill, and one that its merchant took back is none.
fn bill(rejection: Rejection) -> Failure {
    match (rejection, rejection.standing()) {
        (Rejection::WrongAmount { due }, _) => {
            Failure::with(Case::InvalidAmount, format!("{} is due", due.to_decimal()))
        }
        (_, Status::Paid) => Failure::new(Case::PaidBill),
        (_, Status::Expired) => Failure::with(Case::BillExpired, "it has expired"),
        (_, Status::Deleted | Status::Pending) => Failure::with(Case::InvalidBill, "there is no such bill"),
    }
}
