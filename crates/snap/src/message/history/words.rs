//! The words of older interfaces that the history services filter by and answer with.

use super::WORD_MAX;
use crate::field::{Codec, Kind, Reader};
use crate::json::Value;
use crate::message::TransactionStatus;

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryType {
    /// A customer pays a merchant.
    Payment,
    /// Money is put into an account.
    TopUp,
    /// Money is taken out of an account.
    Withdrawal,
    /// Money is paid out to somebody.
    Disbursement,
}

impl HistoryType {
    /// Every type.
    pub const ALL: &'static [Self] = &[Self::Payment, Self::TopUp, Self::Withdrawal, Self::Disbursement];

    /// BI-SNAP's word, at the top of a transaction.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payment => "PAYMENT",
            Self::TopUp => "TOP_UP",
            Self::Withdrawal => "RECEIVE_MONEY",
            Self::Disbursement => "SEND_MONEY",
        }
    }

    /// The word of older interfaces, which filters use and `additionalInfo` repeats.
    pub const fn older_word(self) -> &'static str {
        match self {
            Self::Payment => "PAYMENT",
            Self::TopUp => "TOP_UP",
            Self::Withdrawal => "WITHDRAWAL",
            Self::Disbursement => "DISBURSEMENT",
        }
    }

    /// Reads either word.
    pub fn parse(text: &str) -> Option<Self> {
        let matches = |word: &str| text.eq_ignore_ascii_case(word);
        Self::ALL.iter().copied().find(|kind| matches(kind.word()) || matches(kind.older_word()))
    }
}

impl Codec for HistoryType {
    type Value = Self;
    const KIND: Kind = Kind::Word(&["PAYMENT", "TOP_UP", "RECEIVE_MONEY", "SEND_MONEY"]);
    const LENGTH_MAX: Option<usize> = Some(WORD_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        let refusal = "the types are PAYMENT, TOP_UP, WITHDRAWAL and DISBURSEMENT";
        from.parsed(name, max, |text| Self::parse(text).ok_or(refusal))
    }

    fn write(kind: &Self) -> Option<Value> {
        Some(kind.word().into())
    }
}

macro_rules! statuses {
    ($($variant:ident: $word:literal, $status:expr;)*) => {
        /// The status of a payment in the words of older interfaces.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum HistoryStatus {
            $(#[doc = concat!("`", $word, "`.")] $variant,)*
        }

        impl HistoryStatus {
            /// Every status, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The words of all of them.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The status it stands for; none for words that nothing here comes to.
            pub const fn status(self) -> Option<TransactionStatus> {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

statuses! {
    Authorize: "AUTHORIZE", Some(TransactionStatus::Initiated);
    Success: "SUCCESS", None;
    Challenge: "CHALLENGE", None;
    Settlement: "SETTLEMENT", Some(TransactionStatus::Success);
    Refund: "REFUND", Some(TransactionStatus::Refunded);
    Chargeback: "CHARGEBACK", None;
    Expired: "EXPIRED", Some(TransactionStatus::Expired);
    Pending: "PENDING", Some(TransactionStatus::Pending);
    Cancelled: "CANCELLED", Some(TransactionStatus::Cancelled);
    Failed: "FAILED", Some(TransactionStatus::Failed);
    Denied: "DENIED", Some(TransactionStatus::Rejected);
    Reversal: "REVERSAL", None;
}

impl HistoryStatus {
    /// The word for a status.
    pub fn of(status: TransactionStatus) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.status() == Some(status))
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| text.eq_ignore_ascii_case(status.word()))
    }
}
