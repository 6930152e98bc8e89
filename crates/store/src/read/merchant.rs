//! Merchants, their points of purchase, and their codes at banks.

use lunas_domain::merchant::{Merchant, NotifyStatuses, NotifyText, PointOfPurchase, PointOfPurchaseKind};
use lunas_domain::virtual_account::CompanyCode;
use lunas_vocab::MerchantId;

use crate::row::Row;
use crate::table::{COMPANY_CODE, MERCHANT, POINT_OF_PURCHASE, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

const MERCHANT_FIND: &str = sql!("select {} from merchant where id = $1", MERCHANT.columns());

const MERCHANT_VERSION: &str = "select version from merchant where id = $1";

const MERCHANT_FIND_BY_HANDLE: &str =
    sql!("select {} from merchant where payment_handle = $1", MERCHANT.columns());

const MERCHANTS_LIST: &str = sql!("select {} from merchant order by id", MERCHANT.columns());

const POINTS_OF_PURCHASE: &str = sql!(
    "select {} from point_of_purchase where merchant_id = $1 order by place",
    POINT_OF_PURCHASE.columns()
);

const COMPANY_CODES: &str =
    sql!("select {} from company_code where merchant_id = $1 order by place", COMPANY_CODE.columns());

const COMPANY_CODE_OWNER: &str = "select merchant_id from company_code where bank = $1 and code = $2";

impl Store {
    /// The merchant of that id.
    pub async fn merchant_find(&self, id: &MerchantId) -> Result<Option<Merchant>, Unavailable> {
        let found = self.row(MERCHANT_FIND, &[Value::Text(id.as_str())], merchant).await?;
        match found {
            Some(merchant) => self.merchant_filled(merchant).await.map(Some),
            None => Ok(None),
        }
    }

    /// How often a merchant has changed. What is read of it after this, and changed under this version, is changed by
    /// nobody in between.
    pub async fn merchant_version(&self, id: &MerchantId) -> Result<Option<i64>, Unavailable> {
        self.row(MERCHANT_VERSION, &[Value::Text(id.as_str())], |row| row.int(0)).await
    }

    /// The merchant that the calls about linked accounts name so.
    pub async fn merchant_find_by_handle(&self, handle: &str) -> Result<Option<Merchant>, Unavailable> {
        let found = self.row(MERCHANT_FIND_BY_HANDLE, &[Value::Text(handle)], merchant).await?;
        match found {
            Some(merchant) => Ok(Some(self.merchant_filled(merchant).await?)),
            None => Ok(None),
        }
    }

    /// Every merchant, by id.
    pub async fn merchants_list(&self) -> Result<Vec<Merchant>, Unavailable> {
        let found = self.rows(MERCHANTS_LIST, &[], merchant).await?;
        let mut merchants = Vec::with_capacity(found.len());
        for merchant in found {
            merchants.push(self.merchant_filled(merchant).await?);
        }
        Ok(merchants)
    }

    async fn merchant_filled(&self, merchant: Merchant) -> Result<Merchant, Unavailable> {
        let owner = [Value::Text(merchant.id.as_str())];
        let points_of_purchase = self
            .rows(POINTS_OF_PURCHASE, &owner, |row| {
                Ok(PointOfPurchase {
                    id: row.id(at!(POINT_OF_PURCHASE.id))?,
                    kind: row.word(at!(POINT_OF_PURCHASE.kind), PointOfPurchaseKind::parse)?,
                })
            })
            .await?;
        let company_codes = self
            .rows(COMPANY_CODES, &owner, |row| {
                Ok(CompanyCode {
                    bank: row.text(at!(COMPANY_CODE.bank))?,
                    code: row.text(at!(COMPANY_CODE.code))?,
                })
            })
            .await?;
        Ok(Merchant { points_of_purchase, company_codes, ..merchant })
    }

    /// The merchant that a bank gave that code to.
    pub async fn company_code_owner(&self, code: &CompanyCode) -> Result<Option<MerchantId>, Unavailable> {
        let key = [Value::Text(&code.bank), Value::Text(&code.code)];
        self.row(COMPANY_CODE_OWNER, &key, |row| row.id(0)).await
    }
}

fn merchant(row: &Row<'_>) -> Result<Merchant, Unavailable> {
    let qris = row.text_or_null(at!(MERCHANT.qris))?.map(|text| {
        let corrupt = |error: serde_json::Error| Unavailable::corrupt("merchant's codes", error.to_string());
        serde_json::from_str(&text).map_err(corrupt)
    });
    let accounts = serde_json::from_str(&row.text(at!(MERCHANT.accounts))?)
        .map_err(|error| Unavailable::corrupt("merchant's virtual accounts", error.to_string()))?;
    let links = serde_json::from_str(&row.text(at!(MERCHANT.links))?)
        .map_err(|error| Unavailable::corrupt("merchant's linked accounts", error.to_string()))?;
    let notify_statuses = NotifyStatuses::parse(row.text(at!(MERCHANT.notify_statuses))?.split_whitespace())
        .map_err(|error| Unavailable::corrupt("merchant's notifications", error.to_string()))?;
    Ok(Merchant {
        id: row.id(at!(MERCHANT.id))?,
        name: row.text(at!(MERCHANT.name))?,
        return_url: row.text_or_null(at!(MERCHANT.return_url))?,
        notify_url: row.text_or_null(at!(MERCHANT.notify_url))?,
        notify_partner_id: row.text(at!(MERCHANT.notify_partner_id))?,
        payment_handle: row.text(at!(MERCHANT.payment_handle))?,
        allowed_callers: row
            .text(at!(MERCHANT.allowed_callers))?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        points_of_purchase: Vec::new(),
        qris: qris.transpose()?,
        accounts,
        company_codes: Vec::new(),
        links,
        notify_text: row.word(at!(MERCHANT.notify_text), NotifyText::parse)?,
        notify_statuses,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    MERCHANT_FIND,
    MERCHANT_VERSION,
    MERCHANT_FIND_BY_HANDLE,
    MERCHANTS_LIST,
    POINTS_OF_PURCHASE,
    COMPANY_CODES,
    COMPANY_CODE_OWNER,
];
