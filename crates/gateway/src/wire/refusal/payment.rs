//! What refusals are to a merchant whose payment is not found or does not move.

use lunas_snap::code::Failure;
use lunas_snap::service::Service;

use super::{AsFailure, moving, names_other, not_found};
use crate::flow::payment::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, service: Service) -> Failure {
        match self {
            Self::NotFound => not_found(),
            Self::NamesOther(field) => names_other(field),
            Self::Move(rejection) => moving::failure(service, *rejection),
        }
    }
}
