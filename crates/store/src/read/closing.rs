//! How merchants ended authorizations.

use lunas_domain::payment::{Closing, ClosingKind};
use lunas_vocab::ReferenceNo;

use crate::row::Row;
use crate::table::{CLOSING, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

const CLOSING_FIND: &str = sql!("select {} from closing where reference_no = $1", CLOSING.columns());

impl Store {
    /// How the merchant ended the authorization, if it did.
    pub async fn closing_find(&self, reference_no: &ReferenceNo) -> Result<Option<Closing>, Unavailable> {
        let found = self.row(CLOSING_FIND, &[Value::Text(reference_no.as_str())], closing).await?;
        match found {
            Some(closing) => Ok(Some(closing)),
            None => Ok(self.archived_rows(reference_no, &CLOSING, closing).await?.pop()),
        }
    }
}

fn closing(row: &Row<'_>) -> Result<Closing, Unavailable> {
    Ok(Closing {
        reference_no: row.id(at!(CLOSING.reference_no))?,
        version: row.count(at!(CLOSING.version))?,
        kind: row.word(at!(CLOSING.kind), ClosingKind::parse)?,
        closing_no: row.id(at!(CLOSING.closing_no))?,
        partner_closing_no: row.id(at!(CLOSING.partner_closing_no))?,
        amount: row.money(at!(CLOSING.amount))?,
        reason: row.text_or_null(at!(CLOSING.reason))?,
        at: row.time(at!(CLOSING.at))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CLOSING_FIND];
