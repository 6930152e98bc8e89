//! Steps as SQLite statements, which the writer's connection keeps prepared.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::refusal::refusal;
use crate::step::Step;
use crate::{CommitError, Unavailable};

/// The statements' texts by their names, each made once.
#[derive(Default)]
pub(super) struct Statements {
    texts: RefCell<HashMap<&'static str, String>>,
}

impl Statements {
    /// Makes one step within the transaction that is open. A guard that is a count of changed rows is checked here.
    pub(super) fn apply(&self, connection: &Connection, step: &Step) -> Result<(), CommitError> {
        let mut texts = self.texts.try_borrow_mut().map_err(Unavailable::new)?;
        let statement = &step.statement;
        // A name that begins with `$` would be counted where it is met first; `?1` is a number.
        let sql = texts.entry(statement.name).or_insert_with(|| statement.individual('?'));
        let changed = connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params_from_iter(&step.values)))
            .map_err(|error| refusal(&error))?;
        match statement.refuses {
            Some(refused) if changed == 0 => Err(refused.clone()),
            _ => Ok(()),
        }
    }
}
