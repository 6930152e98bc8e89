//! In which bucket a row lies: it follows from what names the row, so that whoever reads by that name knows it.
//!
//! Nothing but speed depends on the buckets of two rows being the same. That they are where rows are written together is
//! the doing of whoever makes the numbers: what belongs to a payment carries the payment's bucket.

use lunas_vocab::{Bucket, ReferenceNo};

use crate::value::Value;

/// What the bucket of a table's rows follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// The number in this column carries it.
    Number(&'static str),
    /// It is drawn from these columns.
    Key(&'static [&'static str]),
    /// The number in the id of a journal entry carries it.
    Entry(&'static str),
    /// An account's rows lie with whom or what it is kept for.
    Account(&'static str),
    /// A posting lies with its account where that is a customer's or an authorization's, else with its journal entry:
    /// what many payments have in common must not bring them all to one place.
    Posting(&'static str, &'static str),
}

impl Follows {
    /// The bucket, where what it follows from is known by the names of the columns.
    pub(crate) fn bucket<'v>(self, value: impl Fn(&str) -> Option<&'v str>) -> Option<&'static str> {
        let bucket = match self {
            Self::Number(column) => Bucket::carried_by(value(column)?),
            Self::Key(columns) => {
                let names: Option<Vec<&str>> = columns.iter().map(|column| value(column)).collect();
                Bucket::of(&names?)
            }
            Self::Entry(column) => of_entry(value(column)?),
            Self::Account(column) => {
                let account = value(column)?;
                of_account(account).unwrap_or_else(|| Bucket::of(&[account]))
            }
            Self::Posting(account, entry) => match of_account(value(account)?) {
                Some(bucket) => bucket,
                None => of_entry(value(entry)?),
            },
        };
        Some(bucket.as_str())
    }
}

/// That of a journal entry: its id is the recipe and what it was made for.
fn of_entry(id: &str) -> Bucket {
    Bucket::carried_by(id.split_once(':').map_or(id, |(_, number)| number))
}

/// That of an account which is kept for one customer or one authorization. All accounts of a customer lie together.
fn of_account(id: &str) -> Option<Bucket> {
    let (kind, of) = id.split_once(':')?;
    match kind {
        "wallet" | "pay-later" | "savings" => Some(Bucket::of(&[of])),
        "hold" => Some(Bucket::carried_by(of)),
        _ => None,
    }
}

/// The parameter for rows that are found by a number.
pub(crate) fn by_number(number: &str) -> Value<'static> {
    Value::Text(Bucket::carried_by(number).as_str())
}

/// The parameter for rows that are found by an account which is kept for one customer or one authorization.
pub(crate) fn by_account(id: &str) -> Option<Value<'static>> {
    of_account(id).map(|bucket| Value::Text(bucket.as_str()))
}

/// The parameters of a read by a reference number: the number, and where it lies.
pub(crate) fn numbered(reference_no: &ReferenceNo) -> [Value<'_>; 2] {
    let number = reference_no.as_str();
    [Value::Text(number), by_number(number)]
}

#[cfg(test)]
mod tests {
    use lunas_domain::ledger::Account;
    use lunas_vocab::{BankId, CustomerId, MerchantId};

    use super::*;

    const PAYMENT: &str = "A12026110309000042017aBcDeID";

    #[test]
    fn what_is_written_together_lies_together() {
        let check = |follows: Follows, row: &[(&str, &str)], expected: &str| {
            let value = |column: &str| row.iter().find(|(name, _)| *name == column).map(|(_, value)| *value);
            assert_eq!(follows.bucket(value), Some(expected), "{follows:?}");
        };
        let posting = Follows::Posting("account_id", "journal_id");
        let customer = Bucket::of(&["c1"]).as_str();
        let (capture, refund) = (format!("capture:{PAYMENT}"), "refund:R12026110309000043017aBcDe");
        let id = |account: Account| account.id().into_string();
        let hold = id(Account::Hold(PAYMENT.parse().unwrap()));
        let merchant = id(Account::Merchant(MerchantId::new("G1").unwrap()));
        let bank = id(Account::Bank(BankId::new("b1").unwrap()));
        check(Follows::Number("reference_no"), &[("reference_no", PAYMENT)], "017");
        check(Follows::Entry("id"), &[("id", &capture)], "017");
        check(Follows::Entry("id"), &[("id", refund)], "017");
        for account in [&hold, &merchant, &bank, "cash"] {
            check(posting, &[("account_id", account), ("journal_id", &capture)], "017");
        }
        let c1 = || CustomerId::new("c1").unwrap();
        for account in [Account::Wallet(c1()), Account::PayLater(c1()), Account::Savings(c1())] {
            let account = id(account);
            check(posting, &[("account_id", &account), ("journal_id", &capture)], customer);
            check(Follows::Account("account_id"), &[("account_id", &account)], customer);
        }
        let key = [("owner", "G1"), ("external_id", "x")];
        check(Follows::Key(&["owner", "external_id"]), &key, Bucket::of(&["G1", "x"]).as_str());
        assert_eq!(posting.bucket(|_| None), None, "not known");
    }
}
