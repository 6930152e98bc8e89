//! The customers of the public test documentation, and what each is good for.

use lunas_domain::customer::Standing;
use lunas_vocab::Money;

/// What a sandbox customer is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerScenario {
    /// Everything works.
    Happy,
    /// The account is blocked: payments are denied.
    Blocked,
    /// The wallet is as good as empty.
    Insufficient,
    /// Takes part in promotions.
    Promo,
    /// An empty wallet, and credit.
    PayLater,
}

impl CustomerScenario {
    /// The word in `sandbox.json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Blocked => "blocked",
            Self::Insufficient => "insufficient",
            Self::Promo => "promo",
            Self::PayLater => "pay-later",
        }
    }

    /// What lies in the wallet at the start.
    pub(crate) fn opening_balance(self) -> Money {
        match self {
            Self::Happy | Self::Blocked | Self::Promo => Money::idr(10_000_000),
            Self::Insufficient => Money::idr(10),
            Self::PayLater => Money::ZERO_IDR,
        }
    }

    /// How much may be paid later.
    pub(crate) fn pay_later_limit(self) -> Option<Money> {
        match self {
            Self::PayLater => Some(Money::idr(5_000_000)),
            Self::Happy | Self::Blocked | Self::Insufficient | Self::Promo => None,
        }
    }

    /// How the account stands.
    pub(crate) fn standing(self) -> Standing {
        match self {
            Self::Blocked => Standing::Blocked,
            Self::Happy | Self::Insufficient | Self::Promo | Self::PayLater => Standing::Active,
        }
    }
}

/// The customers: number, name and what they are good for. The numbers are those of the public test documentation.
pub const CUSTOMERS: [(&str, &str, CustomerScenario); 10] = [
    ("+628215023424", "Ayu Lestari", CustomerScenario::Happy),
    ("+628242974268", "Budi Santoso", CustomerScenario::Happy),
    ("+380441234567", "Citra Dewi", CustomerScenario::Happy),
    ("+380441234568", "Dimas Pratama", CustomerScenario::Happy),
    ("+918877661234", "Eka Putri", CustomerScenario::Happy),
    ("+918877661235", "Fajar Nugroho", CustomerScenario::Happy),
    ("+628271939753", "Gita Permata", CustomerScenario::Blocked),
    ("+628242014881", "Hadi Wijaya", CustomerScenario::Insufficient),
    ("+628237435829", "Indah Sari", CustomerScenario::Promo),
    ("+628103001242", "Joko Susilo", CustomerScenario::PayLater),
];
