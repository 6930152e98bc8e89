//! A wallet's customer: who may pay, and on what terms.

use lunas_vocab::{CustomerId, Money, Phone};

use crate::ledger::PayOption;

/// A customer as a payment sees one. The PIN's hash is kept elsewhere: no rule needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The gateway's id.
    pub id: CustomerId,
    /// The number the customer signs in with.
    pub phone: Phone,
    /// The name shown on pages and in the operator's lists.
    pub name: String,
    /// Whether the account may pay.
    pub standing: Standing,
    /// How much the customer may owe on pay-later; none when it is not enabled.
    pub pay_later_limit: Option<Money>,
    /// Whether the customer has a savings account beside the wallet.
    pub has_savings: bool,
}

impl Customer {
    /// Whether the customer has that to pay with at all.
    pub fn has(&self, option: PayOption) -> bool {
        match option {
            PayOption::Wallet => true,
            PayOption::PayLater => self.pay_later_limit.is_some(),
            PayOption::Savings => self.has_savings,
        }
    }
}

lunas_vocab::words! {
    /// Whether an account may be used.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Standing {
        /// In good order.
        Active = "active",
        /// Blocked by the issuer: every payment from it is denied.
        Blocked = "blocked",
    }
    /// The word kept in the store.
    pub fn word;
}
