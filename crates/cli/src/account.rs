//! Reading an account of the ledger's chart as an operator types it: the id that statements show.

use lunas_domain::ledger::Account;
use lunas_vocab::{BankId, CustomerId, MerchantId, ReferenceNo};

/// Reads `cash`, `wallet:ID`, `savings:ID`, `pay-later:ID`, `merchant:ID`, `bank:ID` or `hold:REFERENCE`.
pub(crate) fn parse(text: &str) -> Result<Account, String> {
    let account = match text.split_once(':') {
        Some(("wallet", id)) => CustomerId::new(id).ok().map(Account::Wallet),
        Some(("savings", id)) => CustomerId::new(id).ok().map(Account::Savings),
        Some(("pay-later", id)) => CustomerId::new(id).ok().map(Account::PayLater),
        Some(("hold", id)) => ReferenceNo::new(id).ok().map(Account::Hold),
        Some(("merchant", id)) => MerchantId::new(id).ok().map(Account::Merchant),
        Some(("bank", id)) => BankId::new(id).ok().map(Account::Bank),
        None if text == "cash" => Some(Account::Cash),
        _ => None,
    };
    account.ok_or_else(|| {
        "an account is cash, wallet:ID, savings:ID, pay-later:ID, merchant:ID, bank:ID or hold:REFERENCE"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_as_they_are_shown() {
        for text in
            ["cash", "wallet:c-1", "savings:c-1", "pay-later:c-1", "hold:A1", "merchant:G1", "bank:B1"]
        {
            assert_eq!(parse(text).map(|account| account.id().into_string()).as_deref(), Ok(text));
        }
        for text in ["", "wallet", "wallet:", "cash:1", "bank:", "hold:", "shop:1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
