//! Steps as SQLite statements, which the writer's connection keeps prepared.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::refusal::refusal;
use crate::step::Step;
use crate::table::Table;
use crate::value::Owned;
use crate::{Refused, Unavailable};

/// The texts in SQLite's own words, each made once. Texts are told apart by where they lie in the program: two that
/// read the same and lie apart are merely made twice.
#[derive(Default)]
pub(super) struct Statements {
    texts: RefCell<HashMap<Place, Cow<'static, str>>>,
}

/// An address and a length.
type Place = (usize, usize);

impl Statements {
    /// Makes one step within the transaction that is open. A guard that is a count of changed rows is checked here.
    pub(super) fn apply(&self, connection: &Connection, step: &Step) -> Result<(), Refused> {
        match step {
            Step::Insert { into, values } => {
                let place = (std::ptr::from_ref::<Table>(into).addr(), into.columns.len());
                self.run(connection, place, || insert(into), values).map(drop)
            }
            Step::Run { sql, values, otherwise } => {
                let place = (sql.as_ptr().addr(), sql.len());
                let changed = self.run(connection, place, || numbered(sql), values)?;
                match otherwise {
                    Some(refused) if changed == 0 => Err(refused.clone()),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Runs a statement and counts the rows it changed.
    fn run(
        &self,
        connection: &Connection,
        place: Place,
        text: impl FnOnce() -> Cow<'static, str>,
        values: &[Owned],
    ) -> Result<usize, Refused> {
        let mut texts = self.texts.try_borrow_mut().map_err(Unavailable::new)?;
        let sql = texts.entry(place).or_insert_with(text);
        connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params_from_iter(values)))
            .map_err(|error| refusal(&error))
    }
}

/// A plain insert of one row.
fn insert(into: &Table) -> Cow<'static, str> {
    let places: Vec<String> = (1..=into.columns.len()).map(|n| format!("?{n}")).collect();
    let (columns, places) = (into.names().join(", "), places.join(", "));
    format!("insert into {} ({columns}) values ({places})", into.name).into()
}

/// SQLite takes `$1` for a name, and counts names in the order in which it meets them; `?1` is a number.
fn numbered(sql: &'static str) -> Cow<'static, str> {
    if sql.contains('$') { sql.replace('$', "?").into() } else { sql.into() }
}
