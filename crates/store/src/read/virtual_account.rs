//! Virtual accounts, the states they had, and the payments into them.

use lunas_domain::virtual_account::{Kind, Number, Status, Transfer, VirtualAccount};
use lunas_vocab::{BankId, BankRequestId, MerchantId, ReferenceNo, Timestamp, TrxId};

use super::archive::Lookup;
use crate::record::FIRST;
use crate::render::virtual_account::{ACCOUNT, TRANSFER};
use crate::row::Row;
use crate::value::Value;
use crate::{LIST_MAX, Scope, Store, Unavailable};

/// The columns that never change, then those that a transition changes, of the table named first or second.
macro_rules! columns {
    ($changing:literal) => {
        concat!(
            "v.reference_no, v.merchant_id, v.trx_id, v.bank, v.company, v.customer_no, v.number, v.amount, ",
            "v.created_at, v.valid_up_to, v.details, v.kind, ",
            $changing,
            ".status, ",
            $changing,
            ".version, ",
            $changing,
            ".changed_at, ",
            $changing,
            ".payments"
        )
    };
}

macro_rules! transfer_columns {
    () => {
        "select bank_id, request_id, payment_no, reference_no, version, amount, bank_reference, at, merchant_id, trx_id
        from transfer "
    };
}

const ACCOUNT_FIND: &str = concat!(
    "select ",
    columns!("v"),
    " from virtual_account v where v.reference_no = $1 and (cast($2 as text) is null or v.merchant_id = $2)"
);

const ACCOUNT_FIND_BY_TRX: &str = concat!(
    "select ",
    columns!("v"),
    " from virtual_account_trx x join virtual_account v on v.reference_no = x.reference_no
    where x.merchant_id = $1 and x.trx_id = $2"
);

const NUMBERS_FIND: &str = "select bank, reference_no from virtual_account_number
    where number = $1 and (cast($2 as text) is null or merchant_id = $2) order by bank";

const ACCOUNTS_DUE: &str = "select merchant_id, reference_no from virtual_account
    where status = '03' and payments = 0 and valid_up_to <= $1 order by valid_up_to limit $2";

const ACCOUNT_STATE_FIND: &str = concat!(
    "select ",
    columns!("t"),
    " from virtual_account_transition t join virtual_account v on v.reference_no = t.reference_no
    where t.reference_no = $1 and t.version = $2"
);

const TRANSFER_FIND: &str = concat!(transfer_columns!(), "where bank_id = $1 and request_id = $2");

const TRANSFER_FIND_BY_NO: &str =
    concat!(transfer_columns!(), "where payment_no = $1 and (cast($2 as text) is null or merchant_id = $2)");

const TRANSFER_FIND_BY_TRX: &str =
    concat!(transfer_columns!(), "where reference_no = $1 and trx_id = $2 limit 1");

const TRANSFER_FIND_BY_VERSION: &str =
    concat!(transfer_columns!(), "where reference_no = $1 and version = $2");

const TRANSFERS_LIST: &str =
    concat!(transfer_columns!(), "where reference_no = $1 order by version desc limit $2 offset $3");

impl Store {
    /// The virtual account of that reference number, as it stands.
    pub async fn account_find(
        &self,
        scope: Scope<'_>,
        reference_no: &ReferenceNo,
    ) -> Result<Option<VirtualAccount>, Unavailable> {
        let values = [Value::Text(reference_no.as_str()), scope.value()];
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
        match self.row(ACCOUNT_FIND_BY_TRX, &key, account).await? {
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
        if version == FIRST {
            let system = [Value::Text(reference_no.as_str()), Scope::System.value()];
            return Ok(self.row(ACCOUNT_FIND, &system, account).await?.map(VirtualAccount::as_opened));
        }
        let key = [Value::Text(reference_no.as_str()), Value::Int(i64::from(version))];
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
        Ok(document.rows("virtual_account", ACCOUNT.columns, account)?.pop())
    }

    /// The payments into an archived account, the first one first.
    async fn archived_transfers(&self, lookup: Lookup<'_>) -> Result<Vec<Transfer>, Unavailable> {
        let Some(document) = self.archived(lookup).await? else { return Ok(Vec::new()) };
        document.rows("transfer", TRANSFER.columns, transfer)
    }
}

fn account(row: &Row<'_>) -> Result<VirtualAccount, Unavailable> {
    let details = row.text(10)?;
    Ok(VirtualAccount {
        reference_no: row.id(0)?,
        merchant: row.id(1)?,
        trx_id: row.id(2)?,
        bank: row.text(3)?,
        number: Number { company: row.text(4)?, customer_no: row.text(5)?, whole: row.text(6)? },
        amount: row.money(7)?,
        created_at: row.time(8)?,
        valid_up_to: row.time(9)?,
        details: serde_json::from_str(&details)
            .map_err(|error| Unavailable::corrupt("virtual account's details", error.to_string()))?,
        kind: row.word(11, Kind::parse)?,
        status: row.word(12, Status::parse)?,
        version: row.count(13)?,
        changed_at: row.time(14)?,
        payments: row.count(15)?,
    })
}

fn transfer(row: &Row<'_>) -> Result<Transfer, Unavailable> {
    Ok(Transfer {
        bank: row.id(0)?,
        request_id: row.id(1)?,
        payment_no: row.id(2)?,
        reference_no: row.id(3)?,
        version: row.count(4)?,
        amount: row.money(5)?,
        bank_reference: row.text_or_null(6)?,
        at: row.time(7)?,
        merchant: row.id(8)?,
        trx_id: row.id(9)?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    ACCOUNT_FIND,
    ACCOUNT_FIND_BY_TRX,
    NUMBERS_FIND,
    ACCOUNTS_DUE,
    ACCOUNT_STATE_FIND,
    TRANSFER_FIND,
    TRANSFER_FIND_BY_NO,
    TRANSFER_FIND_BY_TRX,
    TRANSFER_FIND_BY_VERSION,
    TRANSFERS_LIST,
];
