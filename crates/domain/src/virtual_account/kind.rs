//! How many payments an account takes and of which amounts. Merchants agree on it with the gateway; no call names it.

use serde::{Deserialize, Serialize};

lunas_vocab::words! {
    /// What an account takes.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Kind {
        /// One payment, of exactly its amount.
        #[default]
        Single = "single",
        /// One payment, of any amount.
        SingleOpen = "single-open",
        /// Many payments, each of any amount.
        Multi = "multi",
        /// Many payments, none of them below its amount.
        MultiMinimum = "multi-minimum",
    }
    /// The word kept in the store and typed by operators.
    pub fn word;
}

/// Which amounts an account takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amounts {
    /// Exactly the account's.
    Closed,
    /// Any.
    Open,
    /// Any that is not below the account's.
    Minimum,
}

impl Kind {
    /// Whether it goes on waiting after a payment.
    pub fn takes_many(self) -> bool {
        matches!(self, Self::Multi | Self::MultiMinimum)
    }

    /// Which amounts it takes.
    pub fn amounts(self) -> Amounts {
        match self {
            Self::Single => Amounts::Closed,
            Self::SingleOpen | Self::Multi => Amounts::Open,
            Self::MultiMinimum => Amounts::Minimum,
        }
    }
}

/// What a merchant agreed on about its virtual accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct AccountTerms {
    /// What each of its accounts takes. One that is open keeps the kind it was opened with.
    pub kind: Kind,
    /// Whether its accounts at Mandiri are for businesses, which want to be told what is sold.
    pub mandiri_b2b: bool,
}

/// The code of a merchant at a bank. At that bank its numbers begin with it, and it is no other merchant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyCode {
    /// The word of the bank.
    pub bank: String,
    /// The code's digits, without blanks.
    pub code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.word()), Some(kind));
        }
        assert_eq!(Kind::parse("many"), None);
    }
}
