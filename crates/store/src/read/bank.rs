//! Banks that report what customers paid.

use lunas_domain::bank::Bank;
use lunas_vocab::BankId;

use crate::row::Row;
use crate::table::{BANK, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

const BANK_FIND: &str = sql!("select {} from bank where id = $1", BANK.columns());

const BANK_VERSION: &str = "select version from bank where id = $1";

const BANKS_LIST: &str = sql!("select {} from bank order by id", BANK.columns());

impl Store {
    /// The bank of that id.
    pub async fn bank_find(&self, id: &BankId) -> Result<Option<Bank>, Unavailable> {
        self.row(BANK_FIND, &[Value::Text(id.as_str())], bank).await
    }

    /// How often a bank has changed, as [`Store::merchant_version`] is.
    pub async fn bank_version(&self, id: &BankId) -> Result<Option<i64>, Unavailable> {
        self.row(BANK_VERSION, &[Value::Text(id.as_str())], |row| row.int(0)).await
    }

    /// Every bank, by id.
    pub async fn banks_list(&self) -> Result<Vec<Bank>, Unavailable> {
        self.rows(BANKS_LIST, &[], bank).await
    }
}

fn bank(row: &Row<'_>) -> Result<Bank, Unavailable> {
    let words = |column| Ok(row.text(column)?.split_whitespace().map(str::to_owned).collect());
    Ok(Bank {
        id: row.id(at!(BANK.id))?,
        name: row.text(at!(BANK.name))?,
        keeps: words(at!(BANK.keeps))?,
        allowed_callers: words(at!(BANK.allowed_callers))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BANK_FIND, BANK_VERSION, BANKS_LIST];
