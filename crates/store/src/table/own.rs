//! What the gateway keeps for itself.

use super::describe::Kind::{Blob, Int, Text};
use super::describe::{Table, changing, fixed, key};

/// The gateway's own keys, encrypted before they came here.
pub(crate) static SEALED_KEY: Table =
    Table::new("sealed_key", &[key("name", Text), fixed("sealed", Blob)]).everywhere();

/// Settings.
pub(crate) static SETTING: Table =
    Table::new("setting", &[key("name", Text), changing("value", Text)]).everywhere();

/// Who did what.
pub(crate) static AUDIT: Table = Table::new(
    "audit",
    &[
        fixed("at", Int),
        fixed("actor", Text),
        fixed("action", Text),
        fixed("subject", Text),
        fixed("detail", Text),
    ],
);

/// Shows that writing works.
pub(crate) static WRITE_PROBE: Table =
    Table::new("write_probe", &[key("name", Text), changing("written", Int)]).everywhere();
