//! Refunds of payments, what each merchant gave back today, and why payments were called off.

use lunas_domain::payment::{Refund, RefundTally};
use lunas_vocab::{MerchantId, PartnerRefundNo, ReferenceNo};

use crate::bucket::numbered;
use crate::row::Row;
use crate::table::{CANCELLATION, MERCHANT_REFUND, REFUND, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

const REFUND_FIND: &str = sql!(
    "select {} from refund where reference_no = $1 and bucket = $2 and partner_refund_no = $3",
    REFUND.columns()
);

const REFUNDS_LIST: &str = sql!(
    "select {} from refund where reference_no = $1 and bucket = $2 and version <= $3 order by version",
    REFUND.columns()
);

const REFUND_TALLY_FIND: &str =
    sql!("select {} from merchant_refund where merchant_id = $1", MERCHANT_REFUND.columns());

const CANCELLATION_FIND: &str =
    sql!("select {} from cancellation where reference_no = $1 and bucket = $2", CANCELLATION.columns());

impl Store {
    /// Why a payment was called off, if its merchant said so.
    pub async fn cancellation_find(&self, reference_no: &ReferenceNo) -> Result<Option<String>, Unavailable> {
        let reason = |row: &Row<'_>| row.text(at!(CANCELLATION.reason));
        let found = self.row(CANCELLATION_FIND, &numbered(reference_no), reason).await?;
        match found {
            Some(reason) => Ok(Some(reason)),
            None => Ok(self.archived_rows(reference_no, &CANCELLATION, reason).await?.pop()),
        }
    }

    /// The refund of a payment under the merchant's number.
    pub async fn refund_find(
        &self,
        reference_no: &ReferenceNo,
        partner_refund_no: &PartnerRefundNo,
    ) -> Result<Option<Refund>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        let key = [number, bucket, Value::Text(partner_refund_no.as_str())];
        if let Some(found) = self.row(REFUND_FIND, &key, refund).await? {
            return Ok(Some(found));
        }
        let archived = self.archived_rows(reference_no, &REFUND, refund).await?;
        Ok(archived.into_iter().find(|refund| refund.partner_refund_no == *partner_refund_no))
    }

    /// The refunds of a payment that had been made when it reached that version, the first one first.
    pub async fn refunds_list(
        &self,
        reference_no: &ReferenceNo,
        up_to_version: u32,
    ) -> Result<Vec<Refund>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        let key = [number, bucket, Value::Int(i64::from(up_to_version))];
        let found = self.rows(REFUNDS_LIST, &key, refund).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let mut archived = self.archived_rows(reference_no, &REFUND, refund).await?;
        archived.retain(|refund| refund.version <= up_to_version);
        Ok(archived)
    }

    /// What the merchant gave back on its latest day with a refund; the tally of a merchant without one is empty.
    pub async fn refund_tally_find(&self, merchant: &MerchantId) -> Result<RefundTally, Unavailable> {
        let found = self
            .row(REFUND_TALLY_FIND, &[Value::Text(merchant.as_str())], |row| {
                Ok(RefundTally {
                    merchant: row.id(at!(MERCHANT_REFUND.merchant_id))?,
                    version: row.count(at!(MERCHANT_REFUND.version))?,
                    day_ends_at: row.time(at!(MERCHANT_REFUND.day_ends_at))?,
                    refunded: row.money(at!(MERCHANT_REFUND.refunded))?,
                })
            })
            .await?;
        Ok(found.unwrap_or_else(|| RefundTally::new(merchant.clone())))
    }
}

fn refund(row: &Row<'_>) -> Result<Refund, Unavailable> {
    Ok(Refund {
        reference_no: row.id(at!(REFUND.reference_no))?,
        partner_refund_no: row.id(at!(REFUND.partner_refund_no))?,
        refund_no: row.id(at!(REFUND.refund_no))?,
        version: row.count(at!(REFUND.version))?,
        amount: row.money(at!(REFUND.amount))?,
        reason: row.text_or_null(at!(REFUND.reason))?,
        at: row.time(at!(REFUND.at))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CANCELLATION_FIND, REFUND_FIND, REFUNDS_LIST, REFUND_TALLY_FIND];
