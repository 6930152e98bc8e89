//! Which cases Lunas answers with in each service: a list to test against, and to look up.
//!
//! Another gateway may have others. Which rule leads to which of them is not here, and neither is what a merchant
//! answers to a notification: that is the merchant's own.

use super::Case;
use crate::service::Service;

/// What every call of a service can come to: the road to all of them is one.
const OF_EVERY_CALL: &[Case] = &[
    Case::Successful,
    Case::BadRequest,
    Case::InvalidFieldFormat,
    Case::InvalidMandatoryField,
    Case::Unauthorized,
    Case::FunctionNotSupported,
    Case::TooManyRequests,
    Case::Timeout,
];

/// What the rules of reserving money add.
const OF_AUTHORIZING: &[Case] = &[
    Case::InvalidCustomerToken,
    Case::SuspectedFraud,
    Case::InsufficientFunds,
    Case::TransactionNotPermitted,
    Case::InvalidMerchant,
    Case::InconsistentRequest,
];

/// What the rules of ending an authorization add.
const OF_RESOLUTION: &[Case] = &[
    Case::TransactionNotPermitted,
    Case::TransactionNotFound,
    Case::InvalidMerchant,
    Case::InconsistentRequest,
];

/// What the rules of refunding an authorization add.
const OF_REFUNDING: &[Case] = &[
    Case::ExceedsTransactionAmountLimit,
    Case::InsufficientFunds,
    Case::TransactionNotPermitted,
    Case::TransactionNotFound,
    Case::InconsistentRequest,
];

impl Service {
    /// Every case that Lunas answers this service with, in the order of [`Case::ALL`]. None for a notification.
    pub fn cases(self) -> Vec<Case> {
        if !self.inbound() {
            return Vec::new();
        }
        let with_token = (self != Self::AccessTokenB2b).then_some(Case::InvalidToken);
        let is_answered = |case: &Case| {
            OF_EVERY_CALL.contains(case)
                || *case == self.failed_inside()
                || with_token == Some(*case)
                || self.rules().contains(case)
        };
        Case::ALL.iter().copied().filter(is_answered).collect()
    }

    /// The case under which the service tells that something failed inside. The lists of three services have it under
    /// the digits of the standard's general error, with the words of the other.
    pub const fn failed_inside(self) -> Case {
        match self {
            Self::AccessTokenB2b | Self::VaCreate | Self::VaStatus => Case::GeneralError,
            Self::AuthCode
            | Self::BalanceInquiry
            | Self::AccountBinding
            | Self::AccountInquiry
            | Self::AccountUnbinding
            | Self::AccountNotify
            | Self::AuthPayment
            | Self::AuthQuery
            | Self::AuthCapture
            | Self::AuthVoid
            | Self::AuthRefund
            | Self::DebitPayment
            | Self::DebitStatus
            | Self::DebitCancel
            | Self::DebitRefund
            | Self::DebitNotify
            | Self::HistoryList
            | Self::HistoryDetail
            | Self::QrGenerate
            | Self::QrQuery
            | Self::QrCancel
            | Self::QrRefund
            | Self::QrNotify
            | Self::VaDelete
            | Self::VaInquiry
            | Self::VaPayment => Case::InternalServerError,
        }
    }

    /// The cases that the service's own rules lead to.
    const fn rules(self) -> &'static [Case] {
        match self {
            Self::AccessTokenB2b | Self::DebitNotify | Self::QrNotify | Self::AccountNotify => &[],
            Self::DebitPayment => &[
                Case::InvalidCustomerToken,
                Case::SuspectedFraud,
                Case::DoNotHonor,
                Case::InsufficientFunds,
                Case::TransactionNotPermitted,
                Case::InvalidMerchant,
                Case::InconsistentRequest,
            ],
            Self::DebitStatus | Self::VaStatus => &[Case::TransactionNotFound],
            Self::DebitCancel => {
                &[Case::TransactionNotPermitted, Case::TransactionNotFound, Case::InconsistentRequest]
            }
            Self::DebitRefund => &[
                Case::ExceedsTransactionAmountLimit,
                Case::InsufficientFunds,
                Case::TransactionNotPermitted,
                Case::AccountLimitExceed,
                Case::TransactionNotFound,
                Case::InconsistentRequest,
            ],
            Self::QrGenerate => &[Case::InvalidMerchant, Case::InvalidAmount, Case::Conflict],
            Self::QrQuery => &[Case::TransactionNotFound, Case::InvalidMerchant],
            Self::QrCancel => &[
                Case::InvalidTransactionStatus,
                Case::TransactionNotFound,
                Case::InvalidMerchant,
                Case::Conflict,
            ],
            Self::QrRefund => &[
                Case::ExceedsTransactionAmountLimit,
                Case::FeatureNotAllowedAtThisTime,
                Case::InsufficientFunds,
                Case::InvalidTransactionStatus,
                Case::TransactionNotFound,
                Case::InvalidMerchant,
                Case::InvalidAmount,
                Case::OperationNotAllowed,
                Case::Conflict,
                Case::DuplicatePartnerReferenceNo,
            ],
            Self::VaCreate => &[Case::InvalidAmount, Case::Conflict],
            Self::VaDelete => {
                &[Case::TransactionNotPermitted, Case::TransactionNotFound, Case::PaidBill, Case::Conflict]
            }
            Self::VaInquiry => &[Case::InvalidBill, Case::InvalidAmount, Case::PaidBill, Case::BillExpired],
            Self::VaPayment => &[
                Case::InvalidBill,
                Case::InvalidAmount,
                Case::PaidBill,
                Case::InconsistentRequest,
                Case::BillExpired,
                Case::Conflict,
            ],
            Self::AuthCode => &[Case::InvalidBill, Case::Conflict],
            Self::AccountBinding => &[Case::InvalidAccount, Case::Conflict],
            Self::AccountInquiry => &[Case::InvalidCustomerToken, Case::InactiveAccount],
            Self::AccountUnbinding => &[Case::InvalidCustomerToken, Case::Conflict],
            Self::AuthPayment => OF_AUTHORIZING,
            Self::AuthQuery => &[Case::TransactionNotFound],
            Self::AuthCapture | Self::AuthVoid => OF_RESOLUTION,
            Self::AuthRefund => OF_REFUNDING,
            Self::BalanceInquiry => &[Case::InvalidAccount],
            Self::HistoryList => &[Case::Conflict],
            Self::HistoryDetail => &[Case::TransactionNotFound, Case::Conflict],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_what_every_call_has_and_what_its_rules_add() {
        let check = |service: Service, expected: &str| {
            let cases = service.cases();
            let codes: Vec<String> =
                cases.into_iter().map(|case| format!("{}{}", case.http(), case.digits())).collect();
            assert_eq!(codes.join(" "), expected, "{service:?}");
        };
        check(Service::AccessTokenB2b, "20000 40000 40001 40002 40100 40500 42900 50000 50400");
        check(Service::DebitStatus, "20000 40000 40001 40002 40100 40101 40401 40500 42900 50001 50400");
        check(Service::QrNotify, "");
        for service in Service::ALL.iter().copied() {
            let rules = service.rules();
            assert!(rules.iter().all(|case| !OF_EVERY_CALL.contains(case)), "{service:?} repeats a case");
            assert!(service.inbound() || rules.is_empty(), "{service:?} is answered by merchants");
        }
    }
}
