//! One type per identifier, so that a merchant's order id can never stand where the gateway's own is meant.
//!
//! Only what every identifier shares is checked here: a length and printable text. Rules of one message (which
//! symbols `partnerReferenceNo` may hold, say) belong to the code that reads that message.

use std::fmt;

/// Why a text cannot be an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// The text is empty.
    #[error("it must not be empty")]
    Empty,
    /// The text is longer than the contract allows.
    #[error("it must not be longer than {max} characters")]
    TooLong {
        /// The most characters this identifier may have.
        max: usize,
    },
    /// The text holds a control character.
    #[error("it must not hold control characters")]
    ControlCharacter,
}

fn checked(text: String, max: usize) -> Result<String, InvalidId> {
    if text.is_empty() {
        Err(InvalidId::Empty)
    } else if text.chars().count() > max {
        Err(InvalidId::TooLong { max })
    } else if text.chars().any(char::is_control) {
        Err(InvalidId::ControlCharacter)
    } else {
        Ok(text)
    }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident($max:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The most characters this identifier may have.
            pub const LENGTH_MAX: usize = $max;

            /// Takes a text as this identifier if it is not empty, not too long and printable.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                checked(text.into(), $max).map(Self)
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The identifier as an owned text.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }
    )*};
}

identifiers! {
    /// Names an API client: `X-CLIENT-KEY` of a token request. Given by the gateway.
    ClientId(64);
    /// `merchantId`: the MID, given by the gateway.
    MerchantId(64);
    /// `X-EXTERNAL-ID` of a call, later `originalExternalId`. Given by the merchant; the key of idempotency.
    /// The standard says 36 characters; longer ones are seen and harmless.
    ExternalId(128);
    /// `partnerReferenceNo`: the merchant's order id. Not unique.
    PartnerReferenceNo(64);
    /// `referenceNo`: the gateway's id of a transaction, 28 characters when made here.
    ReferenceNo(64);
    /// `refundNo`: the gateway's id of one refund.
    RefundNo(64);
    /// `partnerRefundNo`: the merchant's id of one refund, unique among the refunds of one payment.
    PartnerRefundNo(64);
    /// `captureNo` or `voidNo`: the gateway's id of how one authorization ended.
    ResolutionNo(64);
    /// `partnerCaptureNo` or `partnerVoidNo`: the merchant's id of the same.
    PartnerResolutionNo(64);
    /// `trxId`: the merchant's id of a virtual account, later its `inquiryRequestId`. Ids of later payments into the
    /// same account are made from it and are longer.
    TrxId(128);
    /// A bank: one that reports what customers paid into virtual accounts. Given by the gateway.
    BankId(64);
    /// `inquiryRequestId` and `paymentRequestId` of a bank: one customer at its counter.
    BankRequestId(128);
    /// `pointOfPurchaseId`: names one integration (a mini app, or the standard one) of a merchant.
    PointOfPurchaseId(64);
    /// The gateway's id of a wallet customer.
    CustomerId(64);
    /// A customer's phone number, in international form with a leading plus.
    Phone(16);
    /// The id of one account in the ledger's chart.
    AccountId(128);
    /// The id of one outbound notification; also its `X-EXTERNAL-ID`, so it is digits only.
    NotificationId(36);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_refuse_what_no_identifier_may_be() {
        assert_eq!(ReferenceNo::new(""), Err(InvalidId::Empty));
        assert_eq!(MerchantId::new("é".repeat(65)), Err(InvalidId::TooLong { max: 64 }));
        assert_eq!(MerchantId::new("é".repeat(64)).map(|id| id.as_str().chars().count()), Ok(64));
        assert_eq!(ExternalId::new("a\nb"), Err(InvalidId::ControlCharacter));
    }
}
