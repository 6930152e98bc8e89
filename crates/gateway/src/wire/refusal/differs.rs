//! What a call is told whose external id stands for another call.

use lunas_snap::code::{Case, Failure};
use lunas_snap::fingerprint::Difference;
use lunas_snap::service::Service;

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
        Service::AccessTokenB2b
        | Service::AuthCode
        | Service::AccountBinding
        | Service::AccountInquiry
        | Service::AccountUnbinding
        | Service::AccountNotify
        | Service::AuthPayment
        | Service::AuthQuery
        | Service::AuthCapture
        | Service::AuthVoid
        | Service::AuthRefund
        | Service::BalanceInquiry
        | Service::DebitPayment
        | Service::DebitStatus
        | Service::DebitCancel
        | Service::DebitRefund
        | Service::DebitNotify
        | Service::HistoryList
        | Service::HistoryDetail
        | Service::QrQuery
        | Service::QrNotify
        | Service::VaStatus
        | Service::VaInquiry => Case::InconsistentRequest,
    };
    let first = "the first call under this X-EXTERNAL-ID";
    let what = match difference {
        Difference::Member(path) => format!("{path} differs from {first}"),
        Difference::Missing => format!("a member of {first} is missing"),
        Difference::Unnamed => format!("the body differs from {first}"),
    };
    Failure::with(case, format!("{what}; repeat that unchanged"))
}
