//! Wallet customers.

use lunas_domain::customer::{Customer, Standing};
use lunas_vocab::{CustomerId, Phone, Secret};

use crate::row::Row;
use crate::table::{CUSTOMER, at, sql};
use crate::value::Value;
use crate::{CustomerRow, Store, Unavailable};

const CUSTOMER_FIND: &str = sql!("select {} from customer where id = $1", CUSTOMER.columns());

const CUSTOMER_FIND_BY_PHONE: &str = sql!("select {} from customer where phone = $1", CUSTOMER.columns());

const CUSTOMERS_LIST: &str = sql!("select {} from customer order by id", CUSTOMER.columns());

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
            id: row.id(at!(CUSTOMER.id))?,
            phone: row.id(at!(CUSTOMER.phone))?,
            name: row.text(at!(CUSTOMER.name))?,
            standing: row.word(at!(CUSTOMER.standing), Standing::parse)?,
            pay_later_limit: row.money_or_null(at!(CUSTOMER.pay_later_limit))?,
            has_savings: row.int(at!(CUSTOMER.has_savings))? != 0,
        },
        pin_hash: Secret::new(row.text(at!(CUSTOMER.pin_hash))?),
        otp: row.text_or_null(at!(CUSTOMER.otp))?.map(Secret::new),
        link_pin: row.text_or_null(at!(CUSTOMER.link_pin))?.map(Secret::new),
        scenario: row.text_or_null(at!(CUSTOMER.scenario))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[CUSTOMER_FIND, CUSTOMER_FIND_BY_PHONE, CUSTOMERS_LIST, CUSTOMERS_BLOCKED];
