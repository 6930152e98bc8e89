//! The tables as the migrations make them, read from the migrations' own text, for whoever handles all rows alike.

use std::sync::OnceLock;

use crate::Unavailable;
use crate::migration::MIGRATIONS;
use crate::row::Row;
use crate::step::Table;
use crate::value::Owned;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Blob,
}

/// A table and the statements that read it in slices, in the order of its key.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name and columns.
    pub(crate) table: Table,
    /// The key's columns, by their places. Rows of a table without a key are in the order of its first column.
    pub(crate) key: Vec<usize>,
    /// How many rows there are.
    pub(crate) count: &'static str,
    /// Reads from the beginning on.
    pub(crate) first: Reads,
    /// Reads from behind a key on, whose values are the first parameters.
    pub(crate) next: Reads,
    kinds: Vec<Kind>,
}

/// How a slice is read.
#[derive(Debug)]
pub(crate) struct Reads {
    /// The key of the row that is so many behind the beginning of the slice.
    pub(crate) end: &'static str,
    /// The last key of all.
    pub(crate) last: &'static str,
    /// The rows up to a key.
    pub(crate) rows: &'static str,
}

impl Shape {
    /// Every table that the store's rows are in, in the order in which they were made.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Shape>> = OnceLock::new();
        ALL.get_or_init(|| MIGRATIONS.iter().flat_map(|migration| tables(migration.sql)).collect())
    }

    /// The table of that name.
    pub(crate) fn of(name: &str) -> Result<&'static Self, Unavailable> {
        Self::all()
            .iter()
            .find(|shape| shape.table.name == name)
            .ok_or_else(|| Unavailable::corrupt("table", name))
    }

    /// A row with all of its columns.
    pub(crate) fn row(&self, row: &Row<'_>) -> Result<Vec<Owned>, Unavailable> {
        self.kinds.iter().enumerate().map(|(column, kind)| value(row, column, *kind)).collect()
    }

    /// The columns of the key alone.
    pub(crate) fn key(&self, row: &Row<'_>) -> Result<Vec<Owned>, Unavailable> {
        let of = |(place, column): (usize, &usize)| value(row, place, self.kinds[*column]);
        self.key.iter().enumerate().map(of).collect()
    }
}

fn value(row: &Row<'_>, column: usize, kind: Kind) -> Result<Owned, Unavailable> {
    Ok(match kind {
        Kind::Text => row.text_or_null(column)?.into(),
        Kind::Int => row.int_or_null(column)?.into(),
        Kind::Blob => row.blob(column)?.into(),
    })
}

/// Reads `create table` statements, which are written one column or constraint to a line.
fn tables(sql: &'static str) -> Vec<Shape> {
    let mut found = Vec::new();
    for text in sql.split("create table ").skip(1) {
        let Some((name, rest)) = text.split_once(" (\n") else { continue };
        let lines = rest.lines().take_while(|line| *line != ");").map(str::trim);
        let (mut columns, mut kinds, mut key) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            let mut words = line.split([' ', ',']);
            let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
            match (name, kind) {
                ("constraint", _) => {
                    if let Some((_, named)) = line.split_once("primary key (") {
                        let named = named.trim_end_matches([',', ')']).split(", ");
                        key = named
                            .filter_map(|name| columns.iter().position(|other| *other == name))
                            .collect();
                    }
                }
                (name, kind) => {
                    columns.push(name);
                    kinds.push(match kind {
                        "bigint" => Kind::Int,
                        "blob" => Kind::Blob,
                        _ => Kind::Text,
                    });
                }
            }
        }
        found.push(shape(name, columns, kinds, key));
    }
    found
}

/// Tables are made once for the whole program and stay.
fn shape(name: &'static str, columns: Vec<&'static str>, kinds: Vec<Kind>, key: Vec<usize>) -> Shape {
    let all = columns.join(", ");
    // Rows of one time are told apart by all they hold.
    let order = if key.is_empty() { all.clone() } else { list(&columns, &key, "") };
    let key = if key.is_empty() { vec![0] } else { key };
    let (names, backwards) = (list(&columns, &key, ""), list(&columns, &key, " desc"));
    let places = |from: usize| {
        let places: Vec<String> = (from..from + key.len()).map(|n| format!("${n}")).collect();
        places.join(", ")
    };
    let after = format!("where ({names}) > ({})", places(1));
    let reads = |condition: &str, count: usize| {
        let word = if condition.is_empty() { "where" } else { "and" };
        let up_to = format!("{word} ({names}) <= ({})", places(count + 1));
        Reads {
            end: kept(format!(
                "select {names} from {name} {condition} order by {names} limit 1 offset ${}",
                count + 1
            )),
            last: kept(format!("select {names} from {name} {condition} order by {backwards} limit 1")),
            rows: kept(format!("select {all} from {name} {condition} {up_to} order by {order}")),
        }
    };
    Shape {
        count: kept(format!("select count(*) from {name}")),
        first: reads("", 0),
        next: reads(&after, key.len()),
        table: Table { name, columns: Box::leak(columns.into_boxed_slice()) },
        key,
        kinds,
    }
}

fn list(columns: &[&str], places: &[usize], suffix: &str) -> String {
    let names: Vec<String> = places.iter().map(|place| format!("{}{suffix}", columns[*place])).collect();
    names.join(", ")
}

/// Keeps a statement for as long as the program runs; for those that are made once.
pub(crate) fn kept(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_its_row_in_the_chapter_on_distribution() {
        let chapter = include_str!("../../../docs/scaling.md");
        for Shape { table, .. } in Shape::all() {
            assert_eq!(chapter.matches(&format!("\n| {} | ", table.name)).count(), 1, "{}", table.name);
        }
    }

    #[test]
    fn whatever_is_unique_has_the_column_that_its_table_is_distributed_by() {
        let mut distributed = 0;
        for (name, line) in unique() {
            let by = distributed_by(name);
            if by == "–" {
                continue;
            }
            let columns = line.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).expect(line).0;
            assert!(columns.split(", ").any(|column| column == by), "{name} is distributed by {by}: {line}");
            distributed += 1;
        }
        assert!(distributed > 20, "{distributed}");
    }

    /// What the chapter says a table is distributed by; a dash where it is on every node.
    fn distributed_by(table: &str) -> &'static str {
        let chapter = include_str!("../../../docs/scaling.md");
        let (_, row) = chapter.split_once(&format!("\n| {table} | ")).expect(table);
        row.split(" | ").next().expect("a row has columns")
    }

    /// Every line of the migrations that makes something unique, with its table.
    fn unique() -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        let mut table = "";
        for line in MIGRATIONS.iter().flat_map(|migration| migration.sql.lines()) {
            if let Some(rest) = line.strip_prefix("create table ") {
                table = rest.trim_end_matches(" (");
            } else if line.contains(" primary key (") || line.contains(" unique (") {
                found.push((table, line));
            } else if let Some(rest) = line.strip_prefix("create unique index ") {
                let (_, rest) = rest.split_once(" on ").expect(line);
                found.push((rest.split_once(' ').expect(line).0, line));
            }
        }
        found
    }

    #[test]
    fn every_table_is_read_with_its_columns_and_its_key() {
        let tables: usize =
            MIGRATIONS.iter().map(|migration| migration.sql.matches("create table").count()).sum();
        assert_eq!(Shape::all().len(), tables);
        let of =
            |name: &str| Shape::all().iter().find(|shape| shape.table.name == name).expect("it is there");
        let replay = of("replay");
        assert_eq!(replay.key, [0, 1, 2]);
        assert_eq!(
            replay.next.end,
            "select merchant_id, service, external_id from replay where (merchant_id, service, external_id) \
             > ($1, $2, $3) order by merchant_id, service, external_id limit 1 offset $4"
        );
        assert_eq!(replay.kinds[3..5], [Kind::Blob, Kind::Blob]);
        assert_eq!(of("heartbeat").first.last, "select name from heartbeat  order by name desc limit 1");
        assert_eq!(of("audit").key, [0], "rows of one time stay together");
    }
}
