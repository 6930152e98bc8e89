//! What refusals are to a merchant that calls about a linked account.

use lunas_snap::code::{Case, Failure};
use lunas_snap::service::Service;

use super::{AsFailure, not_found};
use crate::flow::link::Refusal;

impl AsFailure for Refusal {
    fn as_failure(&self, _service: Service) -> Failure {
        let not_permitted = |reason: String| Failure::with(Case::TransactionNotPermitted, reason);
        match self {
            Self::NotFound => not_found(),
            Self::CustomerToken => Failure::new(Case::InvalidCustomerToken),
            Self::OptionToken => not_permitted(
                "paymentOptionToken is none of this account's; ask for it by account inquiry".to_owned(),
            ),
            Self::OptionTokenExpired(at) => not_permitted(format!(
                "paymentOptionToken ended at {at}; ask for a new one by account inquiry"
            )),
            Self::OptionDiffers(option) => {
                not_permitted(format!("payOption differs: paymentOptionToken stands for {}", option.word()))
            }
            Self::Inactive => Failure::with(Case::DoNotHonor, "the account is not active"),
            Self::InsufficientFunds => Failure::new(Case::InsufficientFunds),
            Self::AuthCode => Failure::with(
                Case::InvalidAccount,
                "Invalid Customer AuthCode: it was used, has expired or is unknown",
            ),
            Self::Handle => Failure::with(Case::Unauthorized, "Incorrect merchantId value"),
        }
    }
}
