//! The tables, each described once: its columns in the order in which they are read and written, which of them change,
//! its key, and what becomes of its rows when a payment is archived, a store is copied or a sandbox is emptied.
//!
//! Lists of columns, inserts, updates, what the archive moves, what a copy takes over and the place at which a column is
//! read all follow from here. Statements stay constant texts: [`sql`] writes them while the program is compiled, by the same
//! functions that write them at run time for whoever has a table as a value. That the description is true is
//! proven against the tables of both engines by a test.
//!
//! A column that is added here is asked for by the compiler wherever a row is written: [`row`] and [`state`] take the
//! columns by their names and must have all of them.

mod account;
mod archive;
mod describe;
mod ledger;
mod link;
mod notification;
mod own;
mod payment;
mod registry;
mod text;

pub(crate) use account::{ACCOUNT, ACCOUNT_NUMBER, ACCOUNT_TRANSITION, ACCOUNT_TRX, TRANSFER};
pub(crate) use archive::ARCHIVE;
pub(crate) use describe::{Archive, BUCKET, Family, Kind, Lies, Table};
pub(crate) use ledger::{BALANCE, BALANCE_CHECKPOINT, JOURNAL, POSTING};
pub(crate) use link::{LINK, LINK_TRANSITION};
pub(crate) use notification::{ATTEMPT, NOTIFICATION};
pub(crate) use own::{AUDIT, SEALED_KEY, SETTING, WRITE_PROBE};
pub(crate) use payment::{
    CANCELLATION, MERCHANT_REFUND, PAYMENT, QR_REFERENCE, REFUND, REPLAY, RESOLUTION, TRANSITION,
};
pub(crate) use registry::{
    BANK, CLIENT, CLIENT_KEY, CLIENT_SECRET, COMPANY_CODE, CUSTOMER, MERCHANT, PIN_ATTEMPT, POINT_OF_PURCHASE,
};
pub(crate) use text::{Piece, length, statement, written};

/// Every table, in the order in which a copy takes them over.
pub(crate) static ALL: [&Table; 35] = [
    &MERCHANT,
    &POINT_OF_PURCHASE,
    &COMPANY_CODE,
    &BANK,
    &CLIENT,
    &CLIENT_SECRET,
    &CLIENT_KEY,
    &CUSTOMER,
    &PAYMENT,
    &TRANSITION,
    &REFUND,
    &CANCELLATION,
    &RESOLUTION,
    &MERCHANT_REFUND,
    &QR_REFERENCE,
    &ACCOUNT,
    &ACCOUNT_NUMBER,
    &ACCOUNT_TRX,
    &ACCOUNT_TRANSITION,
    &TRANSFER,
    &LINK,
    &LINK_TRANSITION,
    &REPLAY,
    &NOTIFICATION,
    &ATTEMPT,
    &ARCHIVE,
    &PIN_ATTEMPT,
    &JOURNAL,
    &POSTING,
    &BALANCE,
    &BALANCE_CHECKPOINT,
    &SEALED_KEY,
    &SETTING,
    &AUDIT,
    &WRITE_PROBE,
];

/// The place at which a column of a table is read, known while the program is compiled: `at!(PAYMENT.status)`.
macro_rules! at {
    ($table:ident.$column:ident) => {
        const { $table.place(stringify!($column)) }
    };
}
pub(crate) use at;

/// The values of a row, each by the name of its column: all of them, in their order.
macro_rules! row {
    ($table:ident { $($column:ident: $value:expr),+ $(,)? }) => {{
        const { $table.is_row(&[$(stringify!($column)),+]) };
        vec![$($crate::value::Owned::from($value)),+]
    }};
}
pub(crate) use row;

/// The values of a state: what names the row, then every column that changes, in their order.
macro_rules! state {
    ($table:ident { $($column:ident: $value:expr),+ $(,)? }) => {{
        const { $table.is_state(&[$(stringify!($column)),+]) };
        vec![$($crate::value::Owned::from($value)),+]
    }};
}
pub(crate) use state;

/// A constant statement: a template, and for each `{}` of it what a table makes of itself.
macro_rules! sql {
    ($template:expr $(, $piece:expr)* $(,)?) => {{
        const PIECES: &[$crate::table::Piece<'_>] = &[$($piece),*];
        const TEXT: [u8; $crate::table::length($template, PIECES)] = $crate::table::written($template, PIECES);
        const {
            match std::str::from_utf8(&TEXT) {
                Ok(text) => text,
                Err(_) => panic!("a statement is text"),
            }
        }
    }};
}
pub(crate) use sql;

#[cfg(test)]
mod tests;
