//! How merchants ended authorizations.

use lunas_domain::payment::{Closing, ClosingKind};
use lunas_vocab::ReferenceNo;

use crate::value::Value;
use crate::{Store, Unavailable};

const CLOSING_FIND: &str =
    "select reference_no, version, kind, closing_no, partner_closing_no, amount, reason, at
    from closing where reference_no = $1";

impl Store {
    /// How the merchant ended the authorization, if it did.
    pub async fn closing_find(&self, reference_no: &ReferenceNo) -> Result<Option<Closing>, Unavailable> {
        self.row(CLOSING_FIND, &[Value::Text(reference_no.as_str())], |row| {
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
        })
        .await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CLOSING_FIND];
