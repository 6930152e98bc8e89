//! Why nothing comes of a call about a linked account.

use lunas_domain::ledger::PayOption;
use lunas_vocab::Timestamp;

/// Why nothing came of a call about a linked account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// The customer token is none of this merchant's, or it was revoked.
    CustomerToken,
    /// The option's token is none of this account's.
    OptionToken,
    /// The option's token has ended; there is a new one to ask for.
    OptionTokenExpired(Timestamp),
    /// The token stands for another option than the call names.
    OptionDiffers(PayOption),
    /// The account, or its option, is not in a state to pay.
    Inactive,
    /// The code was used, replaced, has expired, or was never this merchant's.
    AuthCode,
    /// The body names another merchant than the one that calls.
    Handle,
}
