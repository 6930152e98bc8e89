//! Banks that report what customers paid into virtual accounts.

use lunas_vocab::BankId;

/// A bank that is registered with the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// The gateway's id of it.
    pub id: BankId,
    /// What operators call it.
    pub name: String,
    /// The words of the banks whose accounts it reports on; none means all of them.
    pub keeps: Vec<String>,
    /// The addresses its servers call from, each an address or a CIDR block; none means any.
    pub allowed_callers: Vec<String>,
}

impl Bank {
    /// Whether it may ask about and report on the accounts that a bank of that word keeps.
    pub fn keeps(&self, word: &str) -> bool {
        self.keeps.is_empty() || self.keeps.iter().any(|kept| kept.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_reports_on_what_it_keeps() {
        let check = |keeps: &[&str], word: &str, expected: bool| {
            let keeps = keeps.iter().map(ToString::to_string).collect();
            let id = BankId::new("B1").unwrap();
            let bank = Bank { id, name: "Bank".to_owned(), keeps, allowed_callers: Vec::new() };
            assert_eq!(bank.keeps(word), expected, "{word}");
        };
        check(&[], "bca", true);
        check(&["BCA", "bni"], "bca", true);
        check(&["bni"], "bca", false);
    }
}
