//! Links between customers' accounts and merchants, and the states they had.

use lunas_domain::link::{AuthCode, Cause, Link, Status};
use lunas_vocab::{CustomerId, MerchantId, ReferenceNo};

use crate::row::Row;
use crate::value::Value;
use crate::{Scope, Store, Unavailable};

/// The columns that never change, then those that a transition changes, of the table named, then those that only the
/// link itself has.
macro_rules! columns {
    ($changing:literal) => {
        concat!(
            "l.reference_no, l.merchant_id, l.customer_id, ",
            $changing,
            ".status, ",
            $changing,
            ".version, ",
            $changing,
            ".changed_at, ",
            $changing,
            ".cause, ",
            $changing,
            ".round, l.code_hash, l.code_until"
        )
    };
}

const LINK_FIND: &str = concat!(
    "select ",
    columns!("l"),
    " from link l where l.reference_no = $1 and (cast($2 as text) is null or l.merchant_id = $2)"
);

const LINK_FIND_BY_CUSTOMER: &str =
    concat!("select ", columns!("l"), " from link l where l.merchant_id = $1 and l.customer_id = $2");

const LINK_FIND_BY_CODE: &str =
    concat!("select ", columns!("l"), " from link l where l.merchant_id = $1 and l.code_hash = $2");

const LINK_STATE_FIND: &str = concat!(
    "select ",
    columns!("t"),
    " from link_transition t join link l on l.reference_no = t.reference_no
    where t.reference_no = $1 and t.version = $2"
);

impl Store {
    /// The link of that reference number, as it stands.
    pub async fn link_find(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
    ) -> Result<Option<Link>, Unavailable> {
        self.row(LINK_FIND, &[Value::Text(reference_no.as_str()), scope.value()], link).await
    }

    /// The link between a merchant and a customer, whatever its state.
    pub async fn link_find_by_customer(
        &self,
        merchant: &MerchantId,
        customer: &CustomerId,
    ) -> Result<Option<Link>, Unavailable> {
        let key = [Value::Text(merchant.as_str()), Value::Text(customer.as_str())];
        self.row(LINK_FIND_BY_CUSTOMER, &key, link).await
    }

    /// The merchant's link on which a code waits, by the code's hash.
    pub async fn link_find_by_code(
        &self,
        merchant: &MerchantId,
        code_hash: &str,
    ) -> Result<Option<Link>, Unavailable> {
        let key = [Value::Text(merchant.as_str()), Value::Text(code_hash)];
        self.row(LINK_FIND_BY_CODE, &key, link).await
    }

    /// The link as it was in one of its states. A code is not kept for longer than it waits, so that it is the one that
    /// waits now.
    pub async fn link_state_find(
        &self,
        reference_no: &ReferenceNo,
        version: u32,
    ) -> Result<Option<Link>, Unavailable> {
        let key = [Value::Text(reference_no.as_str()), Value::Int(i64::from(version))];
        self.row(LINK_STATE_FIND, &key, link).await
    }
}

fn link(row: &Row<'_>) -> Result<Link, Unavailable> {
    let code = match (row.text_or_null(8)?, row.time_or_null(9)?) {
        (Some(hash), Some(valid_until)) => Some(AuthCode { hash, valid_until }),
        _ => None,
    };
    Ok(Link {
        reference_no: row.id(0)?,
        merchant: row.id(1)?,
        customer: row.id(2)?,
        status: row.word(3, Status::parse)?,
        version: row.count(4)?,
        changed_at: row.time(5)?,
        cause: row.word(6, Cause::parse)?,
        round: row.count(7)?,
        code,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[LINK_FIND, LINK_FIND_BY_CUSTOMER, LINK_FIND_BY_CODE, LINK_STATE_FIND];
