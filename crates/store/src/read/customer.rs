//! Wallet customers.

use lunas_domain::customer::{Customer, Standing};
use lunas_vocab::{CustomerId, Phone, Secret};

use crate::row::Row;
use crate::value::Value;
use crate::{CustomerRow, Store, Unavailable};

macro_rules! columns {
    () => {
        "id, phone, name, standing, pay_later_limit, has_savings, pin_hash, otp, link_pin, scenario"
    };
}

const CUSTOMER_FIND: &str = concat!("select ", columns!(), " from customer where id = $1");

const CUSTOMER_FIND_BY_PHONE: &str = concat!("select ", columns!(), " from customer where phone = $1");

const CUSTOMERS_LIST: &str = concat!("select ", columns!(), " from customer order by id");

const CUSTOMERS_BLOCKED: &str = "select phone from customer where standing = 'blocked' limit $1";

impl Store {
    /// The customer of that id.
    pub async fn customer_find(&self, id: &CustomerId) -> Result<Option<CustomerRow>, Unavailable> {
        self.row(CUSTOMER_FIND, &[Value::Text(id.as_str())], customer).await
    }

    /// The customer who signs in with that number.
    pub async fn customer_find_by_phone(&self, phone: &Phone) -> Result<Option<CustomerRow>, Unavailable> {
        self.row(CUSTOMER_FIND_BY_PHONE, &[Value::Text(phone.as_str())], customer).await
    }

    /// The numbers of customers who are blocked, that many of them at the most.
    pub async fn customers_blocked(&self, limit: u32) -> Result<Vec<Phone>, Unavailable> {
        self.rows(CUSTOMERS_BLOCKED, &[Value::Int(i64::from(limit))], |row| row.id(0)).await
    }

    /// Every customer, by id.
    pub async fn customers_list(&self) -> Result<Vec<CustomerRow>, Unavailable> {
        self.rows(CUSTOMERS_LIST, &[], customer).await
    }
}

fn customer(row: &Row<'_>) -> Result<CustomerRow, Unavailable> {
    Ok(CustomerRow {
        customer: Customer {
            id: row.id(0)?,
            phone: row.id(1)?,
            name: row.text(2)?,
            standing: row.word(3, Standing::parse)?,
            pay_later_limit: row.money_or_null(4)?,
            has_savings: row.int(5)? != 0,
        },
        pin_hash: Secret::new(row.text(6)?),
        otp: row.text_or_null(7)?.map(Secret::new),
        link_pin: row.text_or_null(8)?.map(Secret::new),
        scenario: row.text_or_null(9)?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[CUSTOMER_FIND, CUSTOMER_FIND_BY_PHONE, CUSTOMERS_LIST, CUSTOMERS_BLOCKED];
