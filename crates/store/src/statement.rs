//! Statements that write, as data. From the same declared parts comes the form that makes one row, in any engine, and
//! the one by which an engine makes many rows at once; so the two cannot differ.

use std::borrow::Cow;

use crate::CommitError;
use crate::bucket::Follows;
use crate::table::{BUCKET, Kind, Lies, Table};

/// A statement that writes to one table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    /// What it is known by; no other statement has that name.
    pub(crate) name: &'static str,
    /// The table.
    pub(crate) table: &'static Table,
    /// The names of what it is given, if they are not those of columns in the table's order.
    given: &'static [&'static str],
    /// What it does to the table.
    pub(crate) deed: Deed,
    /// The refusal when it changes no row, if that is its guard.
    pub(crate) refuses: Option<&'static CommitError>,
    /// What is locked before it is made where there is more than one writer.
    pub(crate) holds: Option<Held>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    /// Adds a row of all columns.
    Add {
        /// What is done where the row's place is taken.
        conflict: Option<Expr>,
    },
    /// Adds a row of all columns, which takes the place of the one with its key.
    Put {
        /// What else is changed in that row.
        setting: Option<&'static str>,
        /// Whose place it takes; otherwise nothing is done.
        only: Option<&'static str>,
    },
    /// Changes a row to its next state: the one with the number that is given first, if it has the version before.
    Move,
    /// Adds a row of some columns.
    Insert {
        /// How many of what is given, from the first on, are columns.
        columns: usize,
        /// Further columns, and what is in them.
        further: (&'static str, Expr),
        /// What is done where the row's place is taken.
        conflict: Option<Expr>,
        /// Which other rows of the table are looked at.
        beside: Option<Beside>,
    },
    /// Changes rows.
    Update {
        /// How.
        set: Expr,
        /// Which.
        only: Expr,
    },
    /// Removes the rows that have what is given in the columns of its name.
    Delete,
    /// Removes rows.
    DeleteIf {
        /// Which.
        only: Expr,
    },
    /// Removes all rows. It must see one state of the store together with the statements beside it.
    Empty,
}

/// The least value of a column among the table's rows that share a key with the row that is added; `e` has it under the
/// column's name, and null where there is none. It is a column of the rows that are added and no question about each,
/// which not every engine can put where many are added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    /// The column that is the same.
    pub(crate) key: &'static str,
    /// The column whose least value it is.
    pub(crate) least: &'static str,
    /// Which rows count.
    pub(crate) only: &'static str,
}

/// Rows beside its own that a statement looks at or that other writers take in another order: they are locked first,
/// in the order of their keys. The first value given says whose they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// An account's balance.
    Balance,
    /// All notifications of what they are told of.
    Notifications,
}

/// SQL with the places of what is given.
pub(crate) type Expr = &'static [Part];

/// A piece of SQL.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// Text as it is.
    Text(&'static str),
    /// The place of what is given under this name.
    Given(&'static str),
}

/// SQL in pieces: texts as they are, and the names of what is given.
macro_rules! expr {
    (@ $text:literal) => { $crate::statement::Part::Text($text) };
    (@ $name:ident) => { $crate::statement::Part::Given(stringify!($name)) };
    ($($part:tt)+) => { &[$($crate::statement::expr!(@ $part)),+] };
}
pub(crate) use expr;

/// Declares a statement.
impl Statement {
    /// Adds a row of all columns, and is known by the table's name.
    pub(crate) const fn row(table: &'static Table) -> Self {
        Self::add(table.name, table)
    }

    /// Adds a row of all columns.
    pub(crate) const fn add(name: &'static str, table: &'static Table) -> Self {
        Self::new(name, table, &[], Deed::Add { conflict: None })
    }

    /// Adds a row of all columns, which takes the place of the one with its key.
    pub(crate) const fn put(name: &'static str, table: &'static Table) -> Self {
        Self::new(name, table, &[], Deed::Put { setting: None, only: None })
    }

    /// The same, if that row meets a condition; otherwise nothing is done.
    pub(crate) const fn put_if(name: &'static str, table: &'static Table, only: &'static str) -> Self {
        Self::new(name, table, &[], Deed::Put { setting: None, only: Some(only) })
    }

    /// The row whose place is taken is changed in another way as well.
    pub(crate) const fn setting(self, setting: &'static str) -> Self {
        let Deed::Put { only, .. } = self.deed else { panic!("no place is taken") };
        Self { deed: Deed::Put { setting: Some(setting), only }, ..self }
    }

    /// Changes a row to its next state.
    pub(crate) const fn moved(name: &'static str, table: &'static Table) -> Self {
        Self::new(name, table, &[], Deed::Move)
    }

    /// Adds a row of what is given and of further columns.
    pub(crate) const fn insert(
        name: &'static str,
        table: &'static Table,
        given: &'static [&'static str],
        further: (&'static str, Expr),
    ) -> Self {
        Self::new(
            name,
            table,
            given,
            Deed::Insert { columns: given.len(), further, conflict: None, beside: None },
        )
    }

    /// Changes the rows that meet a condition.
    pub(crate) const fn update(
        name: &'static str,
        table: &'static Table,
        given: &'static [&'static str],
        set: Expr,
        only: Expr,
    ) -> Self {
        Self::new(name, table, given, Deed::Update { set, only })
    }

    /// Removes the rows that have what is given.
    pub(crate) const fn delete(
        name: &'static str,
        table: &'static Table,
        given: &'static [&'static str],
    ) -> Self {
        Self::new(name, table, given, Deed::Delete)
    }

    /// Removes the rows that meet a condition.
    pub(crate) const fn delete_if(
        name: &'static str,
        table: &'static Table,
        given: &'static [&'static str],
        only: Expr,
    ) -> Self {
        Self::new(name, table, given, Deed::DeleteIf { only })
    }

    /// Removes all rows.
    pub(crate) const fn empty(name: &'static str, table: &'static Table) -> Self {
        Self::new(name, table, &[], Deed::Empty)
    }

    const fn new(
        name: &'static str,
        table: &'static Table,
        given: &'static [&'static str],
        deed: Deed,
    ) -> Self {
        Self { name, table, given, deed, refuses: None, holds: None }
    }

    /// The same statement on another description of its table, which makes it another one.
    #[cfg(test)]
    pub(crate) fn on(self, table: &'static Table) -> Self {
        Self { name: format!("{} later", self.name).leak(), table, ..self }
    }

    /// Only so many of what is given are columns of the added row.
    pub(crate) const fn columns(self, columns: usize) -> Self {
        let Deed::Insert { further, conflict, beside, .. } = self.deed else { panic!("it has all columns") };
        Self { deed: Deed::Insert { columns, further, conflict, beside }, ..self }
    }

    /// What is done instead of adding a row whose place is taken.
    pub(crate) const fn on_conflict(self, conflict: Expr) -> Self {
        let conflict = Some(conflict);
        let deed = match self.deed {
            Deed::Add { .. } => Deed::Add { conflict },
            Deed::Insert { columns, further, beside: None, .. } => {
                Deed::Insert { columns, further, conflict, beside: None }
            }
            Deed::Insert { beside: Some(_), .. }
            | Deed::Put { .. }
            | Deed::Move
            | Deed::Update { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => panic!("only a new row finds its place taken"),
        };
        Self { deed, ..self }
    }

    /// It looks at other rows of the table.
    pub(crate) const fn beside(self, beside: Beside) -> Self {
        let Deed::Insert { columns, further, conflict: None, .. } = self.deed else {
            panic!("it adds no row, or another thing where the place is taken")
        };
        Self { deed: Deed::Insert { columns, further, conflict: None, beside: Some(beside) }, ..self }
    }

    /// Its guard is that it changes a row.
    pub(crate) const fn or(self, refused: &'static CommitError) -> Self {
        Self { refuses: Some(refused), ..self }
    }

    /// Locks rows first.
    pub(crate) const fn holding(self, held: Held) -> Self {
        Self { holds: Some(held), ..self }
    }
}

/// Puts its forms together.
impl Statement {
    /// The names of what it is given, in the order of a step's values. Where the bucket follows from it, that is the last.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let mut given = match self.deed {
            Deed::Add { .. } | Deed::Put { .. } => self.table.names(),
            Deed::Move => [NUMBER].into_iter().chain(self.table.state()).collect(),
            Deed::Insert { .. }
            | Deed::Update { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => self.given.to_vec(),
        };
        if self.has_bucket() {
            given.push(BUCKET);
        }
        given
    }

    /// Whether the bucket of the rows that it is about follows from what it is given.
    fn has_bucket(&self) -> bool {
        matches!(self.follows(), Some(follows) if follows.bucket(|column| self.place(column).map(|_| "")).is_some())
    }

    /// What the bucket of its table's rows follows from, if they have one.
    pub(crate) fn follows(&self) -> Option<Follows> {
        match self.table.lies {
            Lies::ByBucket(follows) => Some(follows),
            Lies::By(_) | Lies::Everywhere => None,
        }
    }

    /// Where what has that name stands among its values, from zero.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        match self.deed {
            Deed::Add { .. } | Deed::Put { .. } => {
                self.table.columns.iter().position(|column| column.name == name)
            }
            // What changes names no row.
            Deed::Move => (name == NUMBER).then_some(0),
            Deed::Insert { .. }
            | Deed::Update { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => self.given.iter().position(|given| *given == name),
        }
    }

    /// The form for one row, whose parameters are numbered behind the engine's mark for them.
    pub(crate) fn individual(&self, mark: char) -> String {
        let names = self.given();
        let given = |name: &str| format!("{mark}{}", place(&names, name));
        let table = self.table.name;
        match self.deed {
            Deed::Insert { beside: Some(beside), .. } => {
                // Values of a `select` have no types of their own.
                let is_int = |name: &str| {
                    let column = self.table.columns.iter().find(|column| column.name == name);
                    column.is_some_and(|column| column.kind == Kind::Int)
                };
                let cast = |name: &str| {
                    if is_int(name) { format!("cast({} as bigint)", given(name)) } else { given(name) }
                };
                let (columns, row) = self.added(&cast);
                let rows = beside.rows(self.table, &|name| format!("= {}", given(name)));
                format!("insert into {table} ({columns}) select {row} from (select {rows}) as e")
            }
            Deed::Add { .. } | Deed::Put { .. } | Deed::Insert { .. } => {
                let (columns, row) = self.added(&given);
                format!("insert into {table} ({columns}) values ({row}){}", self.conflict(&given))
            }
            Deed::Update { .. } | Deed::Move => {
                format!("update {table} set {} where {}", self.set(&given), self.condition(&given))
            }
            Deed::Delete | Deed::DeleteIf { .. } => {
                format!("delete from {table} where {}", self.condition(&given))
            }
            Deed::Empty => format!("delete from {table}"),
        }
    }

    /// What it looks at beside its row.
    pub(crate) fn looks_beside(&self) -> Option<Beside> {
        match self.deed {
            Deed::Insert { beside, .. } => beside,
            Deed::Add { .. }
            | Deed::Put { .. }
            | Deed::Move
            | Deed::Update { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => None,
        }
    }

    /// The columns of the row that it adds, and what is in them; `given` says how what is given is written.
    pub(crate) fn added(&self, given: &impl Fn(&str) -> String) -> (String, String) {
        let (mut columns, further) = if let Deed::Insert { columns, further, .. } = self.deed {
            let bucket = self.has_bucket().then_some(BUCKET);
            (self.given[..columns].iter().copied().chain(bucket).collect(), Some(further))
        } else {
            (self.given(), None)
        };
        let mut row: Vec<String> = columns.iter().map(|name| given(name)).collect();
        columns.extend(further.map(|(columns, _)| columns));
        row.extend(further.map(|(_, values)| written(values, given)));
        (columns.join(", "), row.join(", "))
    }

    /// What it says behind a row whose place may be taken.
    pub(crate) fn conflict(&self, given: &impl Fn(&str) -> String) -> String {
        match self.deed {
            Deed::Add { conflict: Some(conflict) } | Deed::Insert { conflict: Some(conflict), .. } => {
                format!(" on conflict {}", written(conflict, given))
            }
            Deed::Put { setting, only } => {
                let same = self.table.state().map(|name| format!("{name} = excluded.{name}"));
                let set: Vec<String> = same.chain(setting.map(str::to_owned)).collect();
                let key = self.table.unique().join(", ");
                let only = only.map(|only| format!(" where {only}")).unwrap_or_default();
                format!(" on conflict ({key}) do update set {}{only}", set.join(", "))
            }
            Deed::Add { conflict: None }
            | Deed::Insert { conflict: None, .. }
            | Deed::Move
            | Deed::Update { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => String::new(),
        }
    }

    /// What it changes.
    pub(crate) fn set(&self, given: &impl Fn(&str) -> String) -> String {
        match self.deed {
            Deed::Update { set, .. } => written(set, given),
            Deed::Move => self
                .table
                .state()
                .map(|name| format!("{name} = {}", given(name)))
                .collect::<Vec<_>>()
                .join(", "),
            Deed::Add { .. }
            | Deed::Put { .. }
            | Deed::Insert { .. }
            | Deed::Delete
            | Deed::DeleteIf { .. }
            | Deed::Empty => String::new(),
        }
    }

    /// Which rows it changes or removes.
    pub(crate) fn condition(&self, given: &impl Fn(&str) -> String) -> String {
        let table = self.table.name;
        let condition = match self.deed {
            Deed::Update { only, .. } | Deed::DeleteIf { only } => written(only, given),
            Deed::Move => {
                let (number, version) = (given(NUMBER), given("version"));
                format!("{table}.{NUMBER} = {number} and {table}.version = cast({version} as bigint) - 1")
            }
            Deed::Delete => {
                let same = |name: &&str| format!("{table}.{name} = {}", given(name));
                self.given.iter().map(same).collect::<Vec<_>>().join(" and ")
            }
            Deed::Add { .. } | Deed::Put { .. } | Deed::Insert { .. } | Deed::Empty => "true".to_owned(),
        };
        if self.has_bucket() {
            format!("{condition} and {table}.{BUCKET} = {}", given(BUCKET))
        } else {
            condition
        }
    }
}

impl Beside {
    /// The least value, from the rows whose key is what is said of it, and which lie where it does.
    pub(crate) fn rows(&self, table: &Table, said: &impl Fn(&str) -> String) -> String {
        let Self { key, least, only } = self;
        let (own, bucket) = (said(key), said(BUCKET));
        format!(
            "min({least}) as {least} from {} where {key} {own} and {BUCKET} {bucket} and {only}",
            table.name
        )
    }
}

/// The column that names what has states.
const NUMBER: &str = "reference_no";

/// Where what has that name stands among what is given, from one.
pub(crate) fn place(given: &[&str], name: &str) -> usize {
    given.iter().position(|given| *given == name).expect("a statement names only what it is given") + 1
}

/// SQL in one piece.
fn written(expr: Expr, given: &impl Fn(&str) -> String) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => Cow::Borrowed(*text),
        Part::Given(name) => Cow::Owned(given(name)),
    };
    expr.iter().map(part).collect()
}
