//! What refusals are to a merchant that calls about a linked account.

use lunas_snap::code::{Case, Failure};

use crate::flow::LinkRefusal;

/// The failure that a refusal is.
pub(super) fn failure(refusal: LinkRefusal) -> Failure {
    match refusal {
        LinkRefusal::CustomerToken => Failure::new(Case::InvalidCustomerToken),
        LinkRefusal::OptionToken => Failure::with(
            Case::TransactionNotPermitted,
            "paymentOptionToken is none of this account's; ask for it by account inquiry",
        ),
        LinkRefusal::OptionTokenExpired(at) => Failure::with(
            Case::TransactionNotPermitted,
            format!("paymentOptionToken ended at {at}; ask for a new one by account inquiry"),
        ),
        LinkRefusal::OptionDiffers(option) => Failure::with(
            Case::TransactionNotPermitted,
            format!("payOption differs: paymentOptionToken stands for {}", option.word()),
        ),
        LinkRefusal::Inactive => Failure::with(Case::DoNotHonor, "the account is not active"),
        LinkRefusal::AuthCode => Failure::with(
            Case::InvalidAccount,
            "Invalid Customer AuthCode: it was used, has expired or is unknown",
        ),
        LinkRefusal::Handle => Failure::with(Case::Unauthorized, "Incorrect merchantId value"),
    }
}
