//! Data for stdout. A reader that went away (`lunas … | head`) is no failure.

use std::io::Write as _;

use serde_json::Value;

/// One line of data.
pub(crate) fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A text as it is, without a line break of its own.
pub(crate) fn print_raw(text: &str) {
    let _ = write!(std::io::stdout(), "{text}");
}

/// One line of JSON.
pub(crate) fn print_json(value: &Value) {
    print(&value.to_string());
}

/// Rows as columns of even width, two blanks apart; the last column is as long as it likes.
pub(crate) fn print_table<const N: usize>(rows: &[[String; N]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        print(line.trim_end());
    }
}
