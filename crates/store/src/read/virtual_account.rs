//! Virtual accounts, the states they had, and the payments into them.

use lunas_domain::virtual_account::{Kind, Number, Status, Transfer, VirtualAccount};
use lunas_vocab::{BankId, BankRequestId, MerchantId, ReferenceNo, Timestamp, TrxId};

use super::archive::Lookup;
use crate::bucket::numbered;
use crate::db::{Through, through};
use crate::record::FIRST;
use crate::row::Row;
use crate::table::{ACCOUNT, TRANSFER, at, sql};
use crate::value::Value;
use crate::{LIST_MAX, Scope, Store, Unavailable};

const ACCOUNT_FIND: &str = sql!(
    "select {} from virtual_account v where v.reference_no = $1 and v.bucket = $2
    and (cast($3 as text) is null or v.merchant_id = $3)",
    ACCOUNT.of("v")
);

const ACCOUNT_FIND_BY_TRX: Through = through!(
    "select x.reference_no from virtual_account_trx x where x.merchant_id = $1 and x.trx_id = $2",
    "select {} from virtual_account v where v.reference_no = ",
    ACCOUNT.of("v")
);

const NUMBERS_FIND: &str = "select bank, reference_no from virtual_account_number
    where number = $1 and (cast($2 as text) is null or merchant_id = $2) order by bank";

const ACCOUNTS_DUE: &str = "select merchant_id, reference_no from virtual_account
    where status = '03' and payments = 0 and valid_up_to <= $1 order by valid_up_to limit $2";

const ACCOUNT_STATE_FIND: &str = sql!(
    "select {} from virtual_account_transition t join virtual_account v
    on v.reference_no = t.reference_no and v.bucket = t.bucket
    where t.reference_no = $1 and t.bucket = $2 and t.version = $3",
    ACCOUNT.as_of("v", "t")
);

const TRANSFER_FIND: &str =
    sql!("select {} from transfer where bank_id = $1 and request_id = $2", TRANSFER.columns());

const TRANSFER_FIND_BY_NO: &str = sql!(
    "select {} from transfer where payment_no = $1 and (cast($2 as text) is null or merchant_id = $2)",
    TRANSFER.columns()
);

const TRANSFER_FIND_BY_TRX: &str =
    sql!("select {} from transfer where reference_no = $1 and trx_id = $2 limit 1", TRANSFER.columns());

const TRANSFER_FIND_BY_VERSION: &str =
    sql!("select {} from transfer where reference_no = $1 and version = $2", TRANSFER.columns());

const TRANSFERS_LIST: &str = sql!(
    "select {} from transfer where reference_no = $1 order by version desc limit $2 offset $3",
    TRANSFER.columns()
);

impl Store {
    /// The virtual account of that reference number, as it stands.
    pub async fn account_find(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
    ) -> Result<Option<VirtualAccount>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        let values = [number, bucket, scope.value()];
        match self.row(ACCOUNT_FIND, &values, account).await? {
            Some(found) => Ok(Some(found)),
            None => self.archived_account(Lookup::Number(scope, reference_no.as_str())).await,
        }
    }

    /// The merchant's newest virtual account under its own id.
    pub async fn account_find_by_trx(
        &self,
        merchant: &MerchantId,
        trx_id: &TrxId,
    ) -> Result<Option<VirtualAccount>, Unavailable> {
        let key = [Value::Text(merchant.as_str()), Value::Text(trx_id.as_str())];
        match self.row_through(&ACCOUNT_FIND_BY_TRX, &key, account).await? {
            Some(found) => Ok(Some(found)),
            None => self.archived_account(Lookup::Trx(merchant.as_str(), trx_id.as_str())).await,
        }
    }

    /// At which banks there is that number, in the order of their words, and the newest virtual account under each: the
    /// one that waits, if one does.
    pub async fn numbers_find(
        &self,
        scope: Scope<'_>,
        number: &str,
    ) -> Result<Vec<(String, ReferenceNo)>, Unavailable> {
        let values = [Value::Text(number), scope.value()];
        self.rows(NUMBERS_FIND, &values, |row| Ok((row.text(0)?, row.id(1)?))).await
    }

    /// Pending virtual accounts that nobody has paid into and whose time is up at `now`, the one that has waited longest
    /// first.
    pub async fn accounts_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(MerchantId, ReferenceNo)>, Unavailable> {
        let limit = Value::Int(i64::from(limit.min(LIST_MAX)));
        self.rows(ACCOUNTS_DUE, &[Value::Int(now.ms()), limit], |row| Ok((row.id(0)?, row.id(1)?))).await
    }

    /// The virtual account as it was in one of its states, for as long as it is not archived: of those nothing is told any
    /// more.
    pub async fn account_state_find(
        &self,
        reference_no: &ReferenceNo,
        version: u32,
    ) -> Result<Option<VirtualAccount>, Unavailable> {
        let [number, bucket] = numbered(reference_no);
        if version == FIRST {
            let system = [number, bucket, Scope::System.value()];
            return Ok(self.row(ACCOUNT_FIND, &system, account).await?.map(VirtualAccount::as_opened));
        }
        let key = [number, bucket, Value::Int(i64::from(version))];
        self.row(ACCOUNT_STATE_FIND, &key, account).await
    }

    /// The payment that a bank reported under its own id.
    pub async fn transfer_find(
        &self,
        bank: &BankId,
        request_id: &BankRequestId,
    ) -> Result<Option<Transfer>, Unavailable> {
        let key = [Value::Text(bank.as_str()), Value::Text(request_id.as_str())];
        if let Some(found) = self.row(TRANSFER_FIND, &key, transfer).await? {
            return Ok(Some(found));
        }
        let archived = self.archived_transfers(Lookup::Report(bank.as_str(), request_id.as_str())).await?;
        Ok(archived.into_iter().find(|found| found.bank == *bank && found.request_id == *request_id))
    }

    /// The payment that goes by that id of the gateway.
    pub async fn transfer_find_by_no(
        &self,
        scope: Scope<'_>,
        payment_no: &ReferenceNo,
    ) -> Result<Option<Transfer>, Unavailable> {
        let values = [Value::Text(payment_no.as_str()), scope.value()];
        if let Some(found) = self.row(TRANSFER_FIND_BY_NO, &values, transfer).await? {
            return Ok(Some(found));
        }
        let archived = self.archived_transfers(Lookup::Transfer(scope, payment_no.as_str())).await?;
        Ok(archived.into_iter().find(|found| found.payment_no == *payment_no))
    }

    /// The payment into one virtual account that goes by that id of the merchant.
    pub async fn transfer_find_by_trx(
        &self,
        reference_no: &ReferenceNo,
        trx_id: &TrxId,
    ) -> Result<Option<Transfer>, Unavailable> {
        let key = [Value::Text(reference_no.as_str()), Value::Text(trx_id.as_str())];
        if let Some(found) = self.row(TRANSFER_FIND_BY_TRX, &key, transfer).await? {
            return Ok(Some(found));
        }
        let archived = self.archived_transfers(Lookup::Number(Scope::System, reference_no.as_str())).await?;
        Ok(archived.into_iter().find(|found| found.trx_id == *trx_id))
    }

    /// Payments into one virtual account, the newest first, without the first `skip` of them.
    pub async fn transfers_list(
        &self,
        reference_no: &ReferenceNo,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<Transfer>, Unavailable> {
        let reference_no = reference_no.as_str();
        let values = [
            Value::Text(reference_no),
            Value::Int(i64::from(limit.min(LIST_MAX))),
            Value::Int(i64::try_from(skip).unwrap_or(i64::MAX)),
        ];
        let found = self.rows(TRANSFERS_LIST, &values, transfer).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        // The newest comes last there.
        let archived = self.archived_transfers(Lookup::Number(Scope::System, reference_no)).await?;
        let (skip, limit) = (skip.try_into().unwrap_or(usize::MAX), limit.try_into().unwrap_or(usize::MAX));
        Ok(archived.into_iter().rev().skip(skip).take(limit).collect())
    }

    /// The payment that brought a virtual account into that state, if one did, for as long as that is not
    /// archived.
    pub async fn transfer_find_by_version(
        &self,
        reference_no: &ReferenceNo,
        version: u32,
    ) -> Result<Option<Transfer>, Unavailable> {
        let key = [Value::Text(reference_no.as_str()), Value::Int(i64::from(version))];
        self.row(TRANSFER_FIND_BY_VERSION, &key, transfer).await
    }

    async fn archived_account(&self, lookup: Lookup<'_>) -> Result<Option<VirtualAccount>, Unavailable> {
        let Some(document) = self.archived(lookup).await? else { return Ok(None) };
        Ok(document.rows(&ACCOUNT, account)?.pop())
    }

    /// The payments into an archived account, the first one first.
    async fn archived_transfers(&self, lookup: Lookup<'_>) -> Result<Vec<Transfer>, Unavailable> {
        let Some(document) = self.archived(lookup).await? else { return Ok(Vec::new()) };
        document.rows(&TRANSFER, transfer)
    }
}

fn account(row: &Row<'_>) -> Result<VirtualAccount, Unavailable> {
    let details = row.text(at!(ACCOUNT.details))?;
    Ok(VirtualAccount {
        reference_no: row.id(at!(ACCOUNT.reference_no))?,
        merchant: row.id(at!(ACCOUNT.merchant_id))?,
        trx_id: row.id(at!(ACCOUNT.trx_id))?,
        bank: row.text(at!(ACCOUNT.bank))?,
        number: Number {
            company: row.text(at!(ACCOUNT.company))?,
            customer_no: row.text(at!(ACCOUNT.customer_no))?,
            whole: row.text(at!(ACCOUNT.number))?,
        },
        amount: row.money(at!(ACCOUNT.amount))?,
        created_at: row.time(at!(ACCOUNT.created_at))?,
        valid_up_to: row.time(at!(ACCOUNT.valid_up_to))?,
        details: serde_json::from_str(&details)
            .map_err(|error| Unavailable::corrupt("virtual account's details", error.to_string()))?,
        kind: row.word(at!(ACCOUNT.kind), Kind::parse)?,
        status: row.word(at!(ACCOUNT.status), Status::parse)?,
        version: row.count(at!(ACCOUNT.version))?,
        changed_at: row.time(at!(ACCOUNT.changed_at))?,
        payments: row.count(at!(ACCOUNT.payments))?,
    })
}

fn transfer(row: &Row<'_>) -> Result<Transfer, Unavailable> {
    Ok(Transfer {
        bank: row.id(at!(TRANSFER.bank_id))?,
        request_id: row.id(at!(TRANSFER.request_id))?,
        payment_no: row.id(at!(TRANSFER.payment_no))?,
        reference_no: row.id(at!(TRANSFER.reference_no))?,
        version: row.count(at!(TRANSFER.version))?,
        amount: row.money(at!(TRANSFER.amount))?,
        bank_reference: row.text_or_null(at!(TRANSFER.bank_reference))?,
        at: row.time(at!(TRANSFER.at))?,
        merchant: row.id(at!(TRANSFER.merchant_id))?,
        trx_id: row.id(at!(TRANSFER.trx_id))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    ACCOUNT_FIND,
    NUMBERS_FIND,
    ACCOUNTS_DUE,
    ACCOUNT_STATE_FIND,
    TRANSFER_FIND,
    TRANSFER_FIND_BY_NO,
    TRANSFER_FIND_BY_TRX,
    TRANSFER_FIND_BY_VERSION,
    TRANSFERS_LIST,
];

#[cfg(test)]
pub(crate) const THROUGH: &[Through] = &[ACCOUNT_FIND_BY_TRX];
