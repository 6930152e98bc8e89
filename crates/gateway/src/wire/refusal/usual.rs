//! What a refusal is wherever a service's list has nothing of its own for it.

use lunas_domain::history::WindowRejection;
use lunas_snap::code::{Case, Failure};
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

use super::differs::inconsistent;
use super::{account, link, payment};
use crate::flow::Refusal;

/// The failure that a refusal is.
pub(super) fn failure(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::NotFound => Failure::new(Case::TransactionNotFound),
        Refusal::NamesOther(field) => {
            Failure::with(Case::TransactionNotFound, format!("{field}: it is not of the same transaction"))
        }
        Refusal::OtherMerchant => Failure::with(
            Case::InvalidMerchant,
            "merchantId is not the merchant that the access token belongs to",
        ),
        Refusal::Open(rejection) => payment::opening(rejection, "validUpTo"),
        Refusal::Move(rejection) => payment::moving(*rejection),
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
        Refusal::NoAccess => Failure::with(Case::Unauthorized, "Merchant does not have access"),
        Refusal::AccountOpen(rejection) => account::opening(rejection),
        Refusal::AccountMove(rejection) => account::moving(*rejection),
        Refusal::TrxIdTaken => Failure::with(Case::Conflict, "trxId was used within the last three months"),
        Refusal::BankMissing => Failure::with(
            Case::InvalidMandatoryField,
            "additionalInfo.bank: several banks have this number; say which one is meant",
        ),
        Refusal::BillNotFound => Failure::with(Case::InvalidBill, "there is no such bill"),
        Refusal::Bill(rejection) => account::bill(*rejection),
        Refusal::ReportDiffers => Failure::with(
            Case::InconsistentRequest,
            "paymentRequestId was used before for another bill or another paidAmount",
        ),
        // By the contract an order's code is asked for under the order's id, so a second code is a second use of that.
        Refusal::OrderTaken => {
            Failure::with(Case::Conflict, "partnerReferenceNo got a code within the last three months")
        }
        Refusal::NotOnQris => {
            Failure::with(Case::InvalidMerchant, "the merchant is not registered for QRIS with this gateway")
        }
        Refusal::RefundRepeated => Failure::with(
            Case::DuplicatePartnerReferenceNo,
            "partnerRefundNo was refunded before, with another amount",
        ),
        Refusal::Link(refused) => link::failure(*refused),
        Refusal::Unavailable(_) => Failure::new(Case::InternalServerError),
        // What the standard calls a time-out: whoever gets it asks for the status.
        Refusal::OutcomeUnknown => Failure::new(Case::Timeout),
    }
}
