//! Account unbinding (09): a merchant gives an account's token back. Whose account it is stands in a header.

use super::account_binding::TEXT_MAX;
use super::message;
use crate::field::OrDefault;

message! {
    /// An account to unlink.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UnbindingRequest: request {
        /// your payment handle, a UUID, and not the MID
        pub payment_handle: String => "merchantId", max TEXT_MAX;
    }
}

message! {
    /// The account is unlinked, and its token counts no more.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UnbindingAnswer: answer AccountUnbinding {
        /// a trace id for support
        pub reference_no: String as OrDefault<String> => "referenceNo", max TEXT_MAX;
    }
}
