//! What is said of a table.

use crate::bucket::Follows;

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns, those of the key first.
    pub(crate) columns: &'static [Column],
    /// How many columns make the key. None for rows of which two may be equal.
    pub(crate) key: usize,
    /// What the archive does with its rows.
    pub(crate) archive: Archive,
    /// Whether traffic fills it, so that a sandbox is reset by emptying it.
    pub(crate) is_traffic: bool,
    /// On which machine a row lies where there are several.
    pub(crate) lies: Lies,
}

/// On which machine a row lies where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lies {
    /// On the one that its bucket is given to: a column beside those that are described, the last one of the key. It is
    /// written with each row and looked for with it, and never read.
    ByBucket(Follows),
    /// On the one that the value of this column is given to.
    By(&'static str),
    /// On each.
    Everywhere,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether it is a part of the key.
    pub(crate) is_key: bool,
    /// Whether it may hold nothing.
    pub(crate) or_null: bool,
    /// When it changes.
    pub(crate) change: Change,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Blob,
}

/// When the value of a column changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Never.
    Fixed,
    /// It may, with each state of the record. What it was is kept by the table of its states, if there is one.
    Changing,
    /// The same, and nobody keeps what it was.
    Present,
}

/// What the archive does with the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Archive {
    /// Nothing.
    Stays,
    /// Each row is the head of what is archived together.
    Head(Family),
    /// Rows go with the head of such a family that they belong to.
    With(&'static [Family]),
}

/// What is archived together, by its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// A payment.
    Payment,
    /// A virtual account.
    Account,
}

/// The column of a bucket.
pub(crate) const BUCKET: &str = "bucket";

/// A column of the key, which is written with its row and never again.
pub(super) const fn key(name: &'static str, kind: Kind) -> Column {
    Column { is_key: true, ..fixed(name, kind) }
}

/// A column that is written with its row and never again.
pub(super) const fn fixed(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_key: false, or_null: false, change: Change::Fixed }
}

/// A column that a later state may change.
pub(super) const fn changing(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_key: false, or_null: false, change: Change::Changing }
}

/// A column that a later state may change, and of which only the present value is kept.
pub(super) const fn present(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, is_key: false, or_null: false, change: Change::Present }
}

impl Column {
    /// The same, and it may hold nothing.
    pub(super) const fn or_null(mut self) -> Self {
        self.or_null = true;
        self
    }

    /// Whether it never changes.
    pub(super) const fn is_fixed(&self) -> bool {
        matches!(self.change, Change::Fixed)
    }
}

/// Describes a table.
impl Table {
    /// A table of which nothing is archived, which no traffic fills, and whose first column says where a row lies.
    pub(super) const fn new(name: &'static str, columns: &'static [Column]) -> Self {
        let mut key = 0;
        while key < columns.len() && columns[key].is_key {
            key += 1;
        }
        let mut rest = key;
        while rest < columns.len() {
            assert!(!columns[rest].is_key, "the columns of the key come first");
            rest += 1;
        }
        Self {
            name,
            columns,
            key,
            archive: Archive::Stays,
            is_traffic: false,
            lies: Lies::By(columns[0].name),
        }
    }

    /// The same, and another column says where a row lies.
    pub(super) const fn by(mut self, column: &'static str) -> Self {
        self.lies = Lies::By(self.columns[self.place(column)].name);
        self
    }

    /// The same, and rows lie where their buckets do, which follow from what is said.
    pub(super) const fn bucketed(mut self, follows: Follows) -> Self {
        self.lies = Lies::ByBucket(follows);
        self
    }

    /// The same, and each machine has all of its rows.
    pub(super) const fn everywhere(mut self) -> Self {
        self.lies = Lies::Everywhere;
        self
    }

    /// The same, and the archive does that with its rows.
    pub(super) const fn archived(mut self, archive: Archive) -> Self {
        self.archive = archive;
        self
    }

    /// The same, and traffic fills it.
    pub(super) const fn traffic(mut self) -> Self {
        self.is_traffic = true;
        self
    }
}

/// Reads the description.
impl Table {
    /// The place of a column, at which it is read. A name that is none does not compile where this is constant.
    pub(crate) const fn place(&self, column: &str) -> usize {
        let mut at = 0;
        while at < self.columns.len() {
            if same(self.columns[at].name, column) {
                return at;
            }
            at += 1;
        }
        panic!("the table has no such column")
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }

    /// The column that says where a row lies; none where each machine has all of them.
    pub(crate) const fn lies_by(&self) -> Option<&'static str> {
        match self.lies {
            Lies::ByBucket(_) => Some(BUCKET),
            Lies::By(column) => Some(column),
            Lies::Everywhere => None,
        }
    }

    /// The names of the columns that make the key, and what must be new is new in.
    pub(crate) fn unique(&self) -> Vec<&'static str> {
        let bucket = matches!(self.lies, Lies::ByBucket(_)).then_some(BUCKET);
        self.columns[..self.key].iter().map(|column| column.name).chain(bucket).collect()
    }

    /// The names of the columns that change.
    pub(crate) fn state(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter(|column| !column.is_fixed()).map(|column| column.name)
    }

    /// The columns that make the key, by their places. Rows without one are walked over by their first column.
    pub(crate) fn walked_by(&self) -> usize {
        self.key.max(1)
    }

    /// Holds values against the description: there is one for each column, in their order.
    pub(crate) const fn is_row(&self, given: &[&str]) {
        assert!(given.len() == self.columns.len(), "a row has other columns");
        let mut at = 0;
        while at < given.len() {
            assert!(same(self.columns[at].name, given[at]), "the columns of a row are in another order");
            at += 1;
        }
    }

    /// Holds values against the description: there is one for what names the row, and one for each column that changes.
    pub(crate) const fn is_state(&self, given: &[&str]) {
        let mut place = 1;
        let mut at = 0;
        while at < self.columns.len() {
            if !self.columns[at].is_fixed() {
                assert!(place < given.len(), "a column that changes is left out");
                assert!(
                    same(self.columns[at].name, given[place]),
                    "a state has other columns, or another order"
                );
                place += 1;
            }
            at += 1;
        }
        assert!(place == given.len(), "a state has columns that do not change");
        let _ = self.place(given[0]);
    }
}

/// Whether two texts are the same.
pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}
