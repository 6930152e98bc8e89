//! What refusals are to a merchant that reserves money, or ends an authorization.

use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::{AsFailure, open, other_merchant};
use crate::flow::link;
use crate::flow::pre_auth::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, service: Service) -> Failure {
        match self {
            Self::OtherMerchant => other_merchant(),
            Self::Rules(rejection) => open::rules(service, rejection),
            // The contract has no case here for an account that is not in order.
            Self::Link(link::Refusal::Inactive) => Failure::new(Case::SuspectedFraud),
            Self::Link(refusal) => refusal.as_failure(service),
            Self::Payment(refusal) => refusal.as_failure(service),
        }
    }
}
