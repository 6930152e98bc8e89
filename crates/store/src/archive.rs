//! What ended long ago: how it is kept, and how it is found again.
//!
//! A payment or a virtual account that ended long ago is moved out of the tables that traffic works on, with all that
//! belongs to it, by one [`Write::Archive`](crate::Write::Archive). Its rows are kept as they were in the document of
//! its head, and read by the functions that read them before: whoever reads looks where traffic works first and then
//! here. Nothing ever comes back from here, so a row that is moved between the two looks is found by the second.

pub(crate) mod ended;

pub use ended::{ARCHIVE_SLICE_MAX, Ended, EndedSlice, TRANSFERS_ARCHIVED_MAX};

use std::collections::BTreeMap;

use lunas_vocab::ReferenceNo;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::db::Row;
use crate::shape::Shape;
use crate::value::{Owned, Value};
use crate::{Scope, Store, Unavailable};

/// A row by the names of its columns, without those that are null.
pub(crate) type Named = Map<String, Json>;

/// What belongs to one payment or virtual account, table by table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document(BTreeMap<String, Vec<Named>>);

impl Document {
    /// The rows of one table as they were.
    pub(crate) fn named(&self, table: &str) -> &[Named] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }

    /// Adds rows of a table.
    fn put(&mut self, table: &str, rows: Vec<Named>) {
        if !rows.is_empty() {
            self.0.entry(table.to_owned()).or_default().extend(rows);
        }
    }

    /// The document as text.
    pub(crate) fn text(&self) -> Result<String, Unavailable> {
        serde_json::to_string(self).map_err(Unavailable::new)
    }

    /// The rows of one table, read as those of the table itself are; `columns` are those that are read, in their order.
    pub(crate) fn rows<T>(
        &self,
        table: &str,
        columns: &[&str],
        read: impl Fn(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let rows = self.named(table).iter().map(|named| {
            let values: Vec<Owned> = columns.iter().map(|column| cell(named, column)).collect();
            read(&Row::Kept(&values))
        });
        rows.collect()
    }
}

/// A column of a row that was kept.
pub(crate) fn cell(named: &Named, column: &str) -> Owned {
    match named.get(column) {
        Some(Json::String(text)) => text.clone().into(),
        Some(Json::Number(number)) => number.as_i64().into(),
        _ => Owned::Null,
    }
}

/// A row by the names of its table's columns. No table that is archived has a blob.
fn named(shape: &Shape, row: &Row<'_>) -> Result<Named, Unavailable> {
    let mut named = Named::new();
    for (column, value) in shape.table.columns.iter().zip(shape.row(row)?) {
        let value = match value {
            Owned::Text(text) => Json::from(text.into_owned()),
            Owned::Int(int) => Json::from(int),
            Owned::Null => continue,
            Owned::Blob(_) => return Err(Unavailable::corrupt("archived column", column)),
        };
        named.insert((*column).to_owned(), value);
    }
    Ok(named)
}

const ARCHIVED: &str = "select a.document from archive a
    where a.number = $1 and a.document is not null and (cast($2 as text) is null or a.merchant_id = $2)";

const ARCHIVED_BY_TRANSFER: &str = "select h.document from archive a
    join archive h on h.number = a.belongs_to and h.document is not null
    where a.number = $1 and a.about = 'transfer' and (cast($2 as text) is null or a.merchant_id = $2)";

const ARCHIVED_BY_KEY: &str = "select h.document from replay r
    join archive h on h.number = r.opened and h.document is not null
    where r.merchant_id = $1 and r.service = $2 and r.external_id = $3";

const ARCHIVED_BY_QR_REFERENCE: &str = "select h.document from qr_reference q
    join archive h on h.number = q.reference_no and h.document is not null
    where q.merchant_id = $1 and q.partner_reference_no = $2";

const ARCHIVED_BY_TRX: &str = "select h.document from virtual_account_trx x
    join archive h on h.number = x.reference_no and h.document is not null
    where x.merchant_id = $1 and x.trx_id = $2";

const ARCHIVED_BY_REPORT: &str = "select h.document from archive a
    join archive h on h.number = a.belongs_to and h.document is not null
    where a.about = 'transfer' and a.bank_id = $1 and a.request_id = $2";

/// How a document is looked for.
pub(crate) enum Lookup<'a> {
    /// By the number of its payment or account.
    Number(Scope<'a>, &'a str),
    /// By the number of a transfer that belongs to it.
    Transfer(Scope<'a>, &'a str),
    /// By the call that opened it: whose, which service, which external id.
    Key(&'a str, &'a str, &'a str),
    /// By a merchant's order of QR codes.
    QrReference(&'a str, &'a str),
    /// By a merchant's id of an account.
    Trx(&'a str, &'a str),
    /// By a bank's id of a payment.
    Report(&'a str, &'a str),
}

impl Lookup<'_> {
    fn statement(&self) -> (&'static str, Vec<Value<'_>>) {
        match self {
            Self::Number(scope, number) => (ARCHIVED, vec![Value::Text(number), scope.value()]),
            Self::Transfer(scope, number) => (ARCHIVED_BY_TRANSFER, vec![Value::Text(number), scope.value()]),
            Self::Key(merchant, service, external_id) => {
                (ARCHIVED_BY_KEY, vec![Value::Text(merchant), Value::Text(service), Value::Text(external_id)])
            }
            Self::QrReference(merchant, order) => {
                (ARCHIVED_BY_QR_REFERENCE, vec![Value::Text(merchant), Value::Text(order)])
            }
            Self::Trx(merchant, trx_id) => {
                (ARCHIVED_BY_TRX, vec![Value::Text(merchant), Value::Text(trx_id)])
            }
            Self::Report(bank, request_id) => {
                (ARCHIVED_BY_REPORT, vec![Value::Text(bank), Value::Text(request_id)])
            }
        }
    }
}

impl Store {
    /// The document of what was archived, if it was.
    pub(crate) async fn archived(&self, lookup: Lookup<'_>) -> Result<Option<Document>, Unavailable> {
        let (sql, values) = lookup.statement();
        let text = self.row(sql, &values, |row| row.text(0)).await?;
        let read = |text: String| {
            serde_json::from_str(&text)
                .map_err(|error| Unavailable::corrupt("archived document", error.to_string()))
        };
        text.map(read).transpose()
    }
}

impl Store {
    /// What one table had of an archived payment.
    pub(crate) async fn archived_rows<T>(
        &self,
        reference_no: &ReferenceNo,
        table: &str,
        columns: &[&str],
        read: impl Fn(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        match self.archived(Lookup::Number(Scope::System, reference_no.as_str())).await? {
            Some(document) => document.rows(table, columns, read),
            None => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    ARCHIVED,
    ARCHIVED_BY_TRANSFER,
    ARCHIVED_BY_KEY,
    ARCHIVED_BY_QR_REFERENCE,
    ARCHIVED_BY_TRX,
    ARCHIVED_BY_REPORT,
];
