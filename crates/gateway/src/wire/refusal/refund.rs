//! What refusals are to a merchant that refunds.

use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::AsFailure;
use crate::flow::refund::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, service: Service) -> Failure {
        match self {
            Self::Payment(refusal) => refusal.as_failure(service),
            Self::Differs => Failure::with(
                Case::InconsistentRequest,
                "partnerRefundNo was used before for this payment and refundAmount differs; use a new number for a new refund",
            ),
            Self::Repeated => Failure::with(
                Case::DuplicatePartnerReferenceNo,
                "partnerRefundNo was refunded before, with another amount",
            ),
        }
    }
}
