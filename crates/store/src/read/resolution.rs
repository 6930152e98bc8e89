//! How merchants ended authorizations.

use lunas_domain::payment::{Closing, ClosingKind};
use lunas_vocab::ReferenceNo;

use crate::row::Row;
use crate::table::{RESOLUTION, at, sql};
use crate::value::Value;
use crate::{Store, Unavailable};

const RESOLUTION_FIND: &str = sql!("select {} from resolution where reference_no = $1", RESOLUTION.columns());

impl Store {
    /// How the merchant ended the authorization, if it did.
    pub async fn closing_find(&self, reference_no: &ReferenceNo) -> Result<Option<Closing>, Unavailable> {
        let found = self.row(RESOLUTION_FIND, &[Value::Text(reference_no.as_str())], closing).await?;
        match found {
            Some(closing) => Ok(Some(closing)),
            None => Ok(self.archived_rows(reference_no, &RESOLUTION, closing).await?.pop()),
        }
    }
}

fn closing(row: &Row<'_>) -> Result<Closing, Unavailable> {
    Ok(Closing {
        reference_no: row.id(at!(RESOLUTION.reference_no))?,
        version: row.count(at!(RESOLUTION.version))?,
        kind: row.word(at!(RESOLUTION.kind), ClosingKind::parse)?,
        closing_no: row.id(at!(RESOLUTION.resolution_no))?,
        partner_closing_no: row.id(at!(RESOLUTION.partner_resolution_no))?,
        amount: row.money(at!(RESOLUTION.amount))?,
        reason: row.text_or_null(at!(RESOLUTION.reason))?,
        at: row.time(at!(RESOLUTION.at))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RESOLUTION_FIND];
