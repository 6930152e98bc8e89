//! What refusals are to a merchant that calls about a virtual account.

use lunas_domain::virtual_account::{OpenRejection, Rejection, Status};
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::{AsFailure, bank_missing, names_other, not_found};
use crate::flow::virtual_account::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, _service: Service) -> Failure {
        match self {
            Self::NotFound => not_found(),
            Self::NoAccess => Failure::with(Case::Unauthorized, "Merchant does not have access"),
            Self::Open(rejection) => opening(rejection),
            Self::Move(rejection) => moving(*rejection),
            Self::TrxIdTaken => Failure::with(Case::Conflict, "trxId was used within the last three months"),
            Self::NamesOther(field) => names_other(field),
            Self::BankMissing => bank_missing(),
        }
    }
}

/// Why an account did not open.
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
        status @ (Status::Pending | Status::Deleted | Status::Expired) => {
            let reason = format!("the virtual account is {status} and no longer pending");
            Failure::with(Case::TransactionNotPermitted, reason)
        }
    }
}
