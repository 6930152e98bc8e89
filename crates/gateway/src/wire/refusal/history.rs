//! What refusals are to a merchant that looks back.

use lunas_domain::history::WindowRejection;
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::{AsFailure, not_found};
use crate::flow::history::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, _service: Service) -> Failure {
        let reason = match self {
            Self::NotFound => return not_found(),
            Self::Window(WindowRejection::TooEarly { earliest }) => {
                format!("fromDateTime: it must not be before {earliest}")
            }
            Self::Window(WindowRejection::EndsBeforeItBegins) => {
                "toDateTime: it must not be before fromDateTime".to_owned()
            }
        };
        Failure::with(Case::InvalidFieldFormat, reason)
    }
}
