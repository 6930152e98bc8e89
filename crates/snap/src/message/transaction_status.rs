//! The state of a transaction as the wire names it: two digits.
//!
//! Which state may follow which is the domain's.

use std::fmt;

use crate::field::{Codec, Kind, Need, Reader};
use crate::json::Value;

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident: $code:literal, $word:literal, [$($other:literal),*];)*) => {
        /// What became of a transaction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TransactionStatus {
            $($(#[$doc])* $variant,)*
        }

        impl TransactionStatus {
            /// Every status, by code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const CODES: &'static [&'static str] = &[$($code,)*];

            /// The two digits.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// One upper-case word, for `transactionStatusDesc`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the digits, or one of the words that older gateways send in their place.
            pub fn parse(text: &str) -> Option<Self> {
                $(if text == $code || [$word $(, $other)*].iter().any(|word| text.eq_ignore_ascii_case(word)) {
                    return Some(Self::$variant);
                })*
                None
            }
        }
    };
}

statuses! {
    /// Paid; of a pre-authorization, captured.
    Success: "00", "SUCCESS", ["settlement", "capture"];
    /// Money is reserved by a pre-authorization.
    Initiated: "01", "INITIATED", ["authorize"];
    /// A payment is under way.
    Paying: "02", "PAYING", [];
    /// Waiting for the customer.
    Pending: "03", "PENDING", [];
    /// Refunded, in part or in full.
    Refunded: "04", "REFUNDED", ["refund", "partial_refund"];
    /// Called off by the merchant.
    Cancelled: "05", "CANCELLED", ["cancel", "canceled"];
    /// Failed for technical reasons.
    Failed: "06", "FAILED", ["failure"];
    /// The answer to a question about an unknown transaction.
    NotFound: "07", "NOT_FOUND", [];
    /// Not paid in time.
    Expired: "08", "EXPIRED", ["expire", "expiry"];
    /// Refused by the customer, the issuer or the fraud rules.
    Rejected: "09", "REJECTED", ["deny", "denied"];
}

impl fmt::Display for TransactionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Codec for TransactionStatus {
    type Value = Self;
    const KIND: Kind = Kind::Word(Self::CODES);
    const LENGTH_MAX: Option<usize> = Some(2);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| Self::parse(text).ok_or("a status is two digits from 00 to 09"))
    }

    fn write(status: &Self) -> Option<Value> {
        Some(status.code().into())
    }
}

/// The status in one word, beside its digits.
pub(super) struct StatusWord;

impl Codec for StatusWord {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Text;
    const DOC: &'static str = "the status in one word";

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TransactionStatus> {
        TransactionStatus::read(from, name, max)
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        Some(status.word().into())
    }
}

/// A status that need not be said: what a QRIS notification lists has been refunded, and what a bank is answered is booked.
pub(super) struct SuccessUnlessSaid;

impl Codec for SuccessUnlessSaid {
    type Value = TransactionStatus;
    const KIND: Kind = TransactionStatus::KIND;
    const LENGTH_MAX: Option<usize> = TransactionStatus::LENGTH_MAX;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TransactionStatus> {
        let status = Option::<TransactionStatus>::read(from, name, max)?;
        Some(status.unwrap_or(TransactionStatus::Success))
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        TransactionStatus::write(status)
    }
}
