//! What ended long ago: how it is kept, and how it is found again.
//!
//! A payment or a virtual account that ended long ago is moved out of the tables that traffic works on, with all that
//! belongs to it, by one [`Write::Archive`](crate::Write::Archive). Its rows are kept as they were in the document of
//! its head, and read by the functions that read them before: whoever reads looks where traffic works first and then
//! here. Nothing ever comes back from here, so a row that is moved between the two looks is found by the second.

use lunas_domain::replay::ReplayKey;
use lunas_vocab::ReferenceNo;

use crate::bucket::by_number;
use crate::db::{Through, through};
use crate::document::Document;
use crate::row::Row;
use crate::table::Table;
use crate::value::Value;
use crate::{Scope, Store, Unavailable};

const ARCHIVED: &str = "select a.document from archive a
    where a.number = $1 and a.bucket = $2 and a.document is not null
    and (cast($3 as text) is null or a.merchant_id = $3)";

/// The document of the head whose number is looked up so.
macro_rules! head {
    ($number:literal $(,)?) => {
        through!($number, "select h.document from archive h where h.document is not null and h.number = ")
    };
}

const ARCHIVED_BY_TRANSFER: Through = head!(
    "select a.belongs_to from archive a
    where a.number = $1 and a.bucket = $2 and a.about = 'transfer'
    and (cast($3 as text) is null or a.merchant_id = $3)",
);

const ARCHIVED_BY_KEY: Through = head!(
    "select r.opened from replay r where r.owner = $1 and r.service = $2 and r.external_id = $3 and r.bucket = $4",
);

const ARCHIVED_BY_QR_REFERENCE: Through = head!(
    "select q.reference_no from qr_reference q where q.merchant_id = $1 and q.partner_reference_no = $2",
);

const ARCHIVED_BY_TRX: Through =
    head!("select x.reference_no from virtual_account_trx x where x.merchant_id = $1 and x.trx_id = $2",);

const ARCHIVED_BY_REPORT: Through = head!(
    "select a.belongs_to from archive a
    where a.about = 'transfer' and a.bank_id = $1 and a.request_id = $2 limit 1",
);

/// How a document is looked for.
pub(crate) enum Lookup<'a> {
    /// By the number of its payment or account.
    Number(Scope<'a>, &'a str),
    /// By the number of a transfer that belongs to it.
    Transfer(Scope<'a>, &'a str),
    /// By the call that opened it.
    Key(&'a ReplayKey),
    /// By a merchant's order of QR codes.
    QrReference(&'a str, &'a str),
    /// By a merchant's id of an account.
    Trx(&'a str, &'a str),
    /// By a bank's id of a payment.
    Report(&'a str, &'a str),
}

impl Store {
    /// The document of what was archived, if it was.
    pub(crate) async fn archived(&self, lookup: Lookup<'_>) -> Result<Option<Document>, Unavailable> {
        let (through, values) = match lookup {
            Lookup::Number(scope, number) => {
                let values = [Value::Text(number), by_number(number), scope.value()];
                let found = self.row(ARCHIVED, &values, |row| row.text(0)).await?;
                return found.map(document).transpose();
            }
            Lookup::Transfer(scope, number) => {
                (&ARCHIVED_BY_TRANSFER, vec![Value::Text(number), by_number(number), scope.value()])
            }
            Lookup::Key(key) => {
                let (owner, external_id) = (key.owner.as_str(), key.external_id.as_str());
                let values = [owner, key.service, external_id, key.bucket().as_str()];
                (&ARCHIVED_BY_KEY, values.map(Value::Text).to_vec())
            }
            Lookup::QrReference(merchant, order) => {
                (&ARCHIVED_BY_QR_REFERENCE, [merchant, order].map(Value::Text).to_vec())
            }
            Lookup::Trx(merchant, trx_id) => (&ARCHIVED_BY_TRX, [merchant, trx_id].map(Value::Text).to_vec()),
            Lookup::Report(bank, request_id) => {
                (&ARCHIVED_BY_REPORT, [bank, request_id].map(Value::Text).to_vec())
            }
        };
        self.row_through(through, &values, |row| row.text(0)).await?.map(document).transpose()
    }
}

fn document(text: String) -> Result<Document, Unavailable> {
    serde_json::from_str(&text).map_err(|error| Unavailable::corrupt("archived document", error.to_string()))
}

impl Store {
    /// What one table had of an archived payment.
    pub(crate) async fn archived_rows<T>(
        &self,
        reference_no: &ReferenceNo,
        table: &Table,
        read: impl Fn(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        match self.archived(Lookup::Number(Scope::System, reference_no.as_str())).await? {
            Some(document) => document.rows(table, read),
            None => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ARCHIVED];

#[cfg(test)]
pub(crate) const THROUGH: &[Through] =
    &[ARCHIVED_BY_TRANSFER, ARCHIVED_BY_KEY, ARCHIVED_BY_QR_REFERENCE, ARCHIVED_BY_TRX, ARCHIVED_BY_REPORT];
