//! Data for stdout. What could not be written is an error: a full disk must not look like success.
//!
//! Every call writes all the way through, so that an error is known where it happened.

use std::io::{IsTerminal as _, Write as _};

use serde_json::Value;

use crate::verdict::Error;

/// One line of data.
pub(crate) fn print(line: &str) -> Result<(), Error> {
    print_raw(&format!("{line}\n"))
}

/// A text as it is, without a line break of its own.
pub(crate) fn print_raw(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// One line of JSON.
pub(crate) fn print_json(value: &Value) -> Result<(), Error> {
    print(&value.to_string())
}

/// Rows as columns of even width, two blanks apart; the last column is as long as it likes.
pub(crate) fn print_table<const N: usize>(rows: &[[String; N]]) -> Result<(), Error> {
    print_raw(&table(rows))
}

/// A list: the rows, and on a terminal what their columns are called. Programs get rows and nothing else.
pub(crate) fn print_list<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> Result<(), Error> {
    print_raw(&list(header, rows, std::io::stdout().is_terminal()))
}

fn list<const N: usize>(header: [&str; N], mut rows: Vec<[String; N]>, is_terminal: bool) -> String {
    if is_terminal {
        rows.insert(0, header.map(str::to_owned));
    }
    table(&rows)
}

fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_a_list_has_its_header_on_a_terminal() {
        let rows = || vec![["G000000001".to_owned(), "Toko".to_owned()]];
        assert_eq!(list(["MERCHANT", "NAME"], rows(), true), "MERCHANT    NAME\nG000000001  Toko\n");
        assert_eq!(list(["MERCHANT", "NAME"], rows(), false), "G000000001  Toko\n");
        assert_eq!(list(["MERCHANT", "NAME"], Vec::new(), true), "MERCHANT  NAME\n");
        assert_eq!(list(["MERCHANT", "NAME"], Vec::new(), false), "");
    }
}
