//! Copying one store into another, whatever their engines, and proving that nothing differs.
//!
//! Rows go over in slices, in the order of their tables' keys. The place where the next slice begins is written in the
//! commit of the slice itself, so a copy that was interrupted goes on where it stopped, and never copies a row twice.
//! Until the copy is whole the target says so, and no gateway serves it.

mod walk;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::render;
use crate::statement::Statement;
use crate::step::Step;
use crate::table::SETTING as SETTING_TABLE;
use crate::value::{Owned, Value};
use crate::{CommitError, LedgerReport, Store, Unavailable, Write};
pub(crate) use walk::Walk;

/// Rows of one slice.
const SLICE: i64 = 1_000;
/// The setting that says how far a copy has come, as long as it is not whole.
const SETTING: &str = "copy-in-progress";

/// Why a copy did not end well.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The source is itself the target of a copy that is not whole.
    #[error("the source is being filled by another copy, which has to end first")]
    SourceIncomplete,
    /// The target holds rows that no copy brought.
    #[error("the target is no empty store: its table {table} has rows")]
    NotEmpty {
        /// The first table with rows.
        table: &'static str,
    },
    /// After the copy the stores are not the same.
    #[error("the stores differ in table {table}, behind the row with the key ({after})")]
    Differs {
        /// The table.
        table: &'static str,
        /// The key of the last row that is known to be the same; nothing at the beginning.
        after: String,
    },
    /// The target's ledger does not hold together.
    #[error("the ledger of the target is not sound: {0:?}")]
    Ledger(Box<LedgerReport>),
    /// It was told to stop; the same call goes on with it.
    #[error("the copy was interrupted; the same command goes on with it")]
    Interrupted,
    /// The target refused rows.
    #[error("rows were refused: {0}")]
    Refused(#[from] CommitError),
    /// One of the stores could not be read.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What a copy is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// Whether rows are being compared, else copied.
    pub is_comparing: bool,
    /// The table.
    pub table: &'static str,
    /// Rows of it that are done.
    pub done: u64,
    /// Rows that it has.
    pub total: u64,
}

/// How far a copy has come.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// How many tables are whole.
    tables: usize,
    /// The key of the last row of the next one that is there.
    key: Option<Vec<Part>>,
    /// Rows of it that are there.
    done: u64,
}

/// One value of a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Part {
    Text(String),
    Int(i64),
}

impl Part {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Int(int) => Value::Int(*int),
        }
    }

    fn of(value: Owned) -> Result<Self, Unavailable> {
        match value {
            Owned::Text(text) => Ok(Self::Text(text.into_owned())),
            Owned::Int(int) => Ok(Self::Int(int)),
            other @ (Owned::Blob(_) | Owned::Null) => Err(Unavailable::corrupt("key", format!("{other:?}"))),
        }
    }
}

/// Removes the place once it is of no more use.
pub(crate) const PLACE_FORGET: Statement = Statement::delete("place_forget", &SETTING_TABLE, &["name"]);

impl Store {
    /// Whether the store is being filled by a copy that is not whole, and must not be served.
    pub async fn is_half_copied(&self) -> Result<bool, Unavailable> {
        Ok(self.setting_find(SETTING).await?.is_some())
    }

    /// Copies everything into an empty store, or goes on with a copy that was interrupted, and proves that the two are
    /// the same. Nobody else may write to either meanwhile. `tell` hears of every slice, and
    /// may stop the copy there.
    pub async fn copy_to(
        &self,
        target: &Self,
        tell: impl FnMut(CopyProgress) -> ControlFlow<()>,
    ) -> Result<LedgerReport, CopyError> {
        self.copy_walks_to(target, Walk::all(), tell).await
    }

    /// The same, by walks over tables that may be described otherwise.
    pub(crate) async fn copy_walks_to(
        &self,
        target: &Self,
        walks: &[Walk],
        mut tell: impl FnMut(CopyProgress) -> ControlFlow<()>,
    ) -> Result<LedgerReport, CopyError> {
        if self.is_half_copied().await? {
            return Err(CopyError::SourceIncomplete);
        }
        let mut place = match target.setting_find(SETTING).await? {
            Some(kept) => {
                serde_json::from_str(&kept).map_err(|_| Unavailable::corrupt("place of a copy", kept))?
            }
            None => {
                target.must_be_empty(walks).await?;
                Place::default()
            }
        };
        for (at, walk) in walks.iter().enumerate().skip(place.tables) {
            let total = self.count(walk).await?;
            while let Some(end) = self.slice_end(walk, place.key.as_deref()).await? {
                let rows = self.slice(walk, place.key.as_deref(), &end).await?;
                place.done += u64::try_from(rows.len()).unwrap_or(u64::MAX);
                place.key = Some(end);
                let insert = |values| Step::insert(walk.table, values);
                let mut steps: Vec<Step> = rows.into_iter().map(insert).collect();
                steps.extend(place.steps()?);
                target.commit_steps(steps).await?;
                let table = walk.table.name;
                let progress = CopyProgress { is_comparing: false, table, done: place.done, total };
                if tell(progress).is_break() {
                    return Err(CopyError::Interrupted);
                }
            }
            place = Place { tables: at + 1, ..Place::default() };
            target.commit_steps(place.steps()?).await?;
        }
        for walk in walks {
            self.compare(target, walk, &mut tell).await?;
        }
        let report = target.ledger_check().await?;
        if !report.is_sound() || report != self.ledger_check().await? {
            return Err(CopyError::Ledger(Box::new(report)));
        }
        target.commit_steps(vec![Step::new(PLACE_FORGET, vec![SETTING.into()])]).await?;
        Ok(report)
    }

    async fn must_be_empty(&self, walks: &[Walk]) -> Result<(), CopyError> {
        for walk in walks {
            if self.count(walk).await? > 0 {
                return Err(CopyError::NotEmpty { table: walk.table.name });
            }
        }
        Ok(())
    }

    async fn count(&self, walk: &Walk) -> Result<u64, Unavailable> {
        Ok(self.row(walk.count, &[], |row| row.total(0)).await?.unwrap_or(0))
    }

    /// The key that the slice ends with which begins behind another; none when nothing is there.
    async fn slice_end(&self, walk: &Walk, after: Option<&[Part]>) -> Result<Option<Vec<Part>>, Unavailable> {
        let reads = if after.is_some() { &walk.next } else { &walk.first };
        let mut values: Vec<Value<'_>> = after.unwrap_or_default().iter().map(Part::value).collect();
        values.push(Value::Int(SLICE - 1));
        let mut end = self.row(reads.end, &values, |row| walk.key(row)).await?;
        if end.is_none() {
            values.pop();
            end = self.row(reads.last, &values, |row| walk.key(row)).await?;
        }
        end.map(|key| key.into_iter().map(Part::of).collect()).transpose()
    }

    async fn slice(
        &self,
        walk: &Walk,
        after: Option<&[Part]>,
        end: &[Part],
    ) -> Result<Vec<Vec<Owned>>, Unavailable> {
        let reads = if after.is_some() { &walk.next } else { &walk.first };
        let values: Vec<Value<'_>> = after.unwrap_or_default().iter().chain(end).map(Part::value).collect();
        self.rows(reads.rows, &values, |row| row.all(walk.table)).await
    }

    /// Compares a table row by row. The target's own place is no row of the source.
    async fn compare(
        &self,
        target: &Self,
        walk: &Walk,
        tell: &mut impl FnMut(CopyProgress) -> ControlFlow<()>,
    ) -> Result<(), CopyError> {
        let table = walk.table.name;
        let is_place = |row: &Vec<Owned>| table == "setting" && row.first() == Some(&SETTING.into());
        let total = self.count(walk).await?;
        let (mut done, mut key) = (0, None);
        while let Some(end) = self.slice_end(walk, key.as_deref()).await? {
            let mine = self.slice(walk, key.as_deref(), &end).await?;
            let mut theirs = target.slice(walk, key.as_deref(), &end).await?;
            theirs.retain(|row| !is_place(row));
            if mine != theirs {
                return Err(CopyError::Differs { table, after: described(key.as_deref()) });
            }
            done += u64::try_from(mine.len()).unwrap_or(u64::MAX);
            key = Some(end);
            if tell(CopyProgress { is_comparing: true, table, done, total }).is_break() {
                return Err(CopyError::Interrupted);
            }
        }
        let places = u64::from(table == "setting");
        if target.count(walk).await? != done + places {
            return Err(CopyError::Differs { table, after: described(key.as_deref()) });
        }
        Ok(())
    }
}

impl Place {
    /// Keeps it in the target.
    fn steps(&self) -> Result<Vec<Step>, Unavailable> {
        let value = serde_json::to_string(self).map_err(Unavailable::new)?;
        render::steps(Write::SettingPut { name: SETTING.to_owned(), value }.into())
    }
}

fn described(key: Option<&[Part]>) -> String {
    let parts = key.unwrap_or_default().iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Int(int) => int.to_string(),
    });
    parts.collect::<Vec<_>>().join(", ")
}
