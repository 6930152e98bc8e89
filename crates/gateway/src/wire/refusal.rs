//! The one place where refusals become response codes. A code's services have a list of their own in the contract, so
//! they have a file of their own here, beside what a refusal is wherever the list has nothing of its own.

mod account;
mod differs;
mod link;
mod payment;
mod pre_auth;
mod qr;
mod usual;
mod va;

pub(crate) use differs::inconsistent;

use lunas_snap::code::Failure;
use lunas_snap::service::Service;

use crate::flow::Refusal;

/// The failure that a refusal is to a client that called this service.
pub(crate) fn failure(service: Service, refusal: &Refusal) -> Failure {
    match service {
        Service::QrGenerate
        | Service::QrQuery
        | Service::QrCancel
        | Service::QrRefund
        | Service::QrNotify => qr::failure(refusal),
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
        | Service::HistoryDetail => usual::failure(refusal),
    }
}
