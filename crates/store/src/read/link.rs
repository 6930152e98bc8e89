//! Links between customers' accounts and merchants, and the states they had.

use lunas_domain::link::{AuthCode, Cause, Link, Status};
use lunas_vocab::{CustomerId, MerchantId, ReferenceNo};

use crate::row::Row;
use crate::table::{LINK, at, sql};
use crate::value::Value;
use crate::{Scope, Store, Unavailable};

const LINK_FIND: &str = sql!(
    "select {} from link l where l.reference_no = $1 and (cast($2 as text) is null or l.merchant_id = $2)",
    LINK.of("l")
);

const LINK_FIND_BY_CUSTOMER: &str =
    sql!("select {} from link l where l.merchant_id = $1 and l.customer_id = $2", LINK.of("l"));

const LINK_FIND_BY_CODE: &str =
    sql!("select {} from link l where l.merchant_id = $1 and l.code_hash = $2", LINK.of("l"));

const LINK_STATE_FIND: &str = sql!(
    "select {} from link_transition t
    join (select * from link where reference_no = $1) l on l.reference_no = t.reference_no
    where t.reference_no = $1 and t.version = $2",
    LINK.as_of("l", "t")
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
    let code = match (row.text_or_null(at!(LINK.code_hash))?, row.time_or_null(at!(LINK.code_until))?) {
        (Some(hash), Some(valid_until)) => Some(AuthCode { hash, valid_until }),
        _ => None,
    };
    Ok(Link {
        reference_no: row.id(at!(LINK.reference_no))?,
        merchant: row.id(at!(LINK.merchant_id))?,
        customer: row.id(at!(LINK.customer_id))?,
        status: row.word(at!(LINK.status), Status::parse)?,
        version: row.count(at!(LINK.version))?,
        changed_at: row.time(at!(LINK.changed_at))?,
        cause: row.word(at!(LINK.cause), Cause::parse)?,
        round: row.count(at!(LINK.round))?,
        code,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[LINK_FIND, LINK_FIND_BY_CUSTOMER, LINK_FIND_BY_CODE, LINK_STATE_FIND];
