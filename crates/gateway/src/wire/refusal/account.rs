//! What refusals about a virtual account are: to its merchant, and to a bank, whose bill it is.

use lunas_domain::virtual_account::{OpenRejection, Rejection, Status};
use lunas_snap::code::{Case, Failure};

/// Why an account did not open.
pub(super) fn opening(rejection: &OpenRejection) -> Failure {
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
pub(super) fn moving(rejection: Rejection) -> Failure {
    match rejection.standing() {
        Status::Paid => Failure::new(Case::PaidBill),
        status => {
            let reason = format!("the virtual account is {status} and no longer pending");
            Failure::with(Case::TransactionNotPermitted, reason)
        }
    }
}

/// To a bank an account is a bill, and one that its merchant took back is none.
pub(super) fn bill(rejection: Rejection) -> Failure {
    match (rejection, rejection.standing()) {
        (Rejection::WrongAmount { due }, _) => {
            Failure::with(Case::InvalidAmount, format!("{} is due", due.to_decimal()))
        }
        (_, Status::Paid) => Failure::new(Case::PaidBill),
        (_, Status::Expired) => Failure::with(Case::BillExpired, "it has expired"),
        (_, Status::Deleted | Status::Pending) => Failure::with(Case::InvalidBill, "there is no such bill"),
    }
}
