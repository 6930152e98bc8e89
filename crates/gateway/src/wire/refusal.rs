//! The one place where refusals become response codes: one file for each family of flows.

mod bank;
mod differs;
mod history;
mod link;
mod moving;
mod open;
mod payment;
mod pre_auth;
mod refund;
mod virtual_account;

pub(crate) use differs::inconsistent;

use std::convert::Infallible;

use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

/// A family's refusal, as its services say it.
pub(crate) trait AsFailure {
    /// The failure that it is to a client that called this service.
    fn as_failure(&self, service: Service) -> Failure;
}

/// Of a family that refuses nothing.
impl AsFailure for Infallible {
    fn as_failure(&self, _service: Service) -> Failure {
        match *self {}
    }
}

/// The body names another merchant than the one whose token came with the call.
pub(crate) fn other_merchant() -> Failure {
    Failure::with(Case::InvalidMerchant, "merchantId is not the merchant that the access token belongs to")
}

/// The external id of a call that is not repeated was used before.
pub(crate) fn key_taken() -> Failure {
    Failure::with(Case::Conflict, "Cannot use same X-EXTERNAL-ID in same day; ask again with a new one")
}

/// There is no such transaction.
fn not_found() -> Failure {
    Failure::new(Case::TransactionNotFound)
}

/// The ids of a call mean different transactions.
fn names_other(field: &str) -> Failure {
    Failure::with(Case::TransactionNotFound, format!("{field}: it is not of the same transaction"))
}

/// Of several banks that have a number, none is named.
fn bank_missing() -> Failure {
    Failure::with(
        Case::InvalidMandatoryField,
        "additionalInfo.bank: several banks have this number; say which one is meant",
    )
}
