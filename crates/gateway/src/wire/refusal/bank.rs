//! What refusals are to a bank, to which a virtual account is a bill.

use lunas_domain::virtual_account::{Rejection, Status};
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::{AsFailure, bank_missing};
use crate::flow::virtual_account::bank::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, _service: Service) -> Failure {
        match self {
            Self::NotFound => no_bill(),
            Self::BankMissing => bank_missing(),
            Self::Rules(rejection) => unpayable(*rejection),
            Self::Differs => Failure::with(
                Case::InconsistentRequest,
                "paymentRequestId was used before for another bill or another paidAmount",
            ),
        }
    }
}

/// Why a bill cannot be paid. One that its merchant took back is none.
fn unpayable(rejection: Rejection) -> Failure {
    match (rejection, rejection.standing()) {
        (Rejection::WrongAmount { due }, _) => {
            Failure::with(Case::InvalidAmount, format!("{} is due", due.to_decimal()))
        }
        (_, Status::Paid) => Failure::new(Case::PaidBill),
        (_, Status::Expired) => Failure::with(Case::BillExpired, "it has expired"),
        (_, Status::Deleted | Status::Pending) => no_bill(),
    }
}

fn no_bill() -> Failure {
    Failure::with(Case::InvalidBill, "there is no such bill")
}
