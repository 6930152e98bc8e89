//! What the archive keeps of one payment or virtual account: its rows as they were, table by table, as one document.

use std::collections::BTreeMap;

use lunas_vocab::ReferenceNo;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::Unavailable;
use crate::row::Row;
use crate::table::Table;
use crate::value::Owned;

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
    pub(crate) fn put(&mut self, table: &str, rows: Vec<Named>) {
        if !rows.is_empty() {
            self.0.entry(table.to_owned()).or_default().extend(rows);
        }
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// The document as text.
    pub(crate) fn text(&self) -> Result<String, Unavailable> {
        serde_json::to_string(self).map_err(Unavailable::new)
    }

    /// The rows of one table, read as those of the table itself are. A column that is younger than the document is null.
    pub(crate) fn rows<T>(
        &self,
        table: &Table,
        read: impl Fn(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let rows = self.named(table.name).iter().map(|named| {
            let values: Vec<Owned> = table.columns.iter().map(|column| cell(named, column.name)).collect();
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
pub(crate) fn named(table: &Table, row: &Row<'_>) -> Result<Named, Unavailable> {
    let mut named = Named::new();
    for (column, value) in table.columns.iter().zip(row.all(table)?) {
        let value = match value {
            Owned::Text(text) => Json::from(text.into_owned()),
            Owned::Int(int) => Json::from(int),
            Owned::Null => continue,
            Owned::Blob(_) => return Err(Unavailable::corrupt("archived column", column.name)),
        };
        named.insert(column.name.to_owned(), value);
    }
    Ok(named)
}

/// One payment or virtual account that ended long ago, with all that belongs to it, as it was read.
#[derive(Clone, Debug)]
pub struct Ended {
    pub(crate) head: &'static Table,
    pub(crate) document: Document,
}

impl Ended {
    /// Its reference number.
    pub(crate) fn reference_no(&self) -> Result<ReferenceNo, Unavailable> {
        reference_no(&self.document.named(self.head.name)[0])
    }
}

fn reference_no(row: &Named) -> Result<ReferenceNo, Unavailable> {
    let text = text(row, "reference_no")?;
    ReferenceNo::new(text.as_str()).map_err(|_| Unavailable::corrupt("reference number", text))
}

/// A column of a row that was kept, which must hold text.
pub(crate) fn text(row: &Named, column: &str) -> Result<String, Unavailable> {
    match cell(row, column) {
        Owned::Text(text) => Ok(text.into_owned()),
        other @ (Owned::Int(_) | Owned::Blob(_) | Owned::Null) => Err(Unavailable::corrupt("row", other)),
    }
}
