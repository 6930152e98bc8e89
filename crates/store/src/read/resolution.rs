//! How merchants ended authorizations.

use lunas_domain::payment::{Resolution, ResolutionKind};
use lunas_vocab::ReferenceNo;

use crate::bucket::numbered;
use crate::row::Row;
use crate::table::{RESOLUTION, at, sql};
use crate::{Store, Unavailable};

const RESOLUTION_FIND: &str =
    sql!("select {} from resolution where reference_no = $1 and bucket = $2", RESOLUTION.columns());

impl Store {
    /// How the merchant ended the authorization, if it did.
    pub async fn resolution_find(
        &self,
        reference_no: &ReferenceNo,
    ) -> Result<Option<Resolution>, Unavailable> {
        let found = self.row(RESOLUTION_FIND, &numbered(reference_no), resolution).await?;
        match found {
            Some(resolution) => Ok(Some(resolution)),
            None => Ok(self.archived_rows(reference_no, &RESOLUTION, resolution).await?.pop()),
        }
    }
}

fn resolution(row: &Row<'_>) -> Result<Resolution, Unavailable> {
    Ok(Resolution {
        reference_no: row.id(at!(RESOLUTION.reference_no))?,
        version: row.count(at!(RESOLUTION.version))?,
        kind: row.word(at!(RESOLUTION.kind), ResolutionKind::parse)?,
        resolution_no: row.id(at!(RESOLUTION.resolution_no))?,
        partner_resolution_no: row.id(at!(RESOLUTION.partner_resolution_no))?,
        amount: row.money(at!(RESOLUTION.amount))?,
        reason: row.text_or_null(at!(RESOLUTION.reason))?,
        at: row.time(at!(RESOLUTION.at))?,
    })
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RESOLUTION_FIND];
