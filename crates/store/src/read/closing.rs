//! How merchants ended authorizations.

use lunas_domain::payment::{Closing, ClosingKind};
use lunas_vocab::ReferenceNo;

use crate::render::closing::CLOSING;
use crate::row::Row;
use crate::value::Value;
use crate::{Store, Unavailable};

const CLOSING_FIND: &str =
    "select reference_no, version, kind, closing_no, partner_closing_no, amount, reason, at
    from closing where reference_no = $1";

impl Store {
    /// How the merchant ended the authorization, if it did.
    pub async fn closing_find(&self, reference_no: &ReferenceNo) -> Result<Option<Closing>, Unavailable> {
        let found = self.row(CLOSING_FIND, &[Value::Text(reference_no.as_str())], closing).await?;
        match found {
            Some(closing) => Ok(Some(closing)),
            None => Ok(self.archived_rows(reference_no, "closing", CLOSING.columns, closing).await?.pop()),
        }
    }
}

fn closing(row: &Row<'_>) -> Result<Closing, Unavailable> {
    Ok(Closing {
        reference_no: row.id(0)?,
        version: row.count(1)?,
        kind: row.word(2, ClosingKind::parse)?,
        closing_no: row.id(3)?,
        partner_closing_no: row.id(4)?,
        amount: row.money(5)?,
        reason: row.text_or_null(6)?,
        at: row.time(7)?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CLOSING_FIND];
