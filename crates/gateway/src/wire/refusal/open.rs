//! What refusals are to a merchant whose payment, authorization or code does not open.

use lunas_domain::payment::OpenRejection;
use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::moving::List;
use super::{AsFailure, other_merchant};
use crate::flow::payment::open::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, service: Service) -> Failure {
        match self {
            Self::OtherMerchant => other_merchant(),
            Self::Rules(rejection) => rules(service, rejection),
            Self::Link(refusal) => refusal.as_failure(service),
            Self::NotOnQris => Failure::with(
                Case::InvalidMerchant,
                "the merchant is not registered for QRIS with this gateway",
            ),
            // By the contract an order's code is asked for under the order's id, so a second code is a second use of
            // that.
            Self::OrderTaken => {
                Failure::with(Case::Conflict, "partnerReferenceNo got a code within the last three months")
            }
        }
    }
}

/// Why the rules do not let a payment open.
pub(super) fn rules(service: Service, rejection: &OpenRejection) -> Failure {
    // What the service calls the time that a payment may wait.
    let validity = match List::of(service) {
        List::Usual => "validUpTo",
        List::Qr => "validityPeriod",
        List::PreAuth => "additionalInfo.validUpTo",
    };
    let malformed = |reason: String| Failure::with(Case::InvalidFieldFormat, reason);
    match rejection {
        OpenRejection::ReturnUrlMissing => Failure::with(
            Case::InvalidMandatoryField,
            "urlParam: the merchant has no registered return URL to fall back to",
        ),
        OpenRejection::PointOfPurchaseUnknown => {
            malformed("additionalInfo.pointOfPurchaseId: it is not one of this merchant's".to_owned())
        }
        OpenRejection::ValidityTooShort { now } => malformed(format!(
            "{validity}: it must be at least 20 seconds ahead; the gateway's time is {now}"
        )),
        OpenRejection::ValidityTooLong { latest } => {
            malformed(format!("{validity}: it must not be after {latest}"))
        }
        OpenRejection::SuspectedFraud => Failure::new(Case::SuspectedFraud),
        OpenRejection::UrlNotAllowed => Failure::with(Case::TransactionNotPermitted, "Url not whitelisted."),
        OpenRejection::ItemsDiffer { sum } => malformed(format!(
            "additionalInfo.items: they come to {} and transAmount does not",
            sum.to_decimal()
        )),
    }
}
