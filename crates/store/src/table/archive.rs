//! What ended long ago.

use super::describe::Kind::{Int, Text};
use super::describe::{Table, fixed, key};
use crate::bucket::Follows;

/// What ended long ago: one line for each thing with a number of its own, moved here out of the tables that traffic works on.
pub(crate) static ARCHIVE: Table = Table::new(
    "archive",
    &[
        key("number", Text),
        key("about", Text),
        fixed("belongs_to", Text),
        fixed("merchant_id", Text),
        fixed("partner_no", Text),
        fixed("kind", Text).or_null(),
        fixed("status", Text).or_null(),
        fixed("amount", Int),
        fixed("refunded", Int).or_null(),
        fixed("payments", Int).or_null(),
        fixed("at", Int),
        fixed("bank_id", Text).or_null(),
        fixed("request_id", Text).or_null(),
        fixed("document", Text).or_null(),
    ],
)
.traffic()
.bucketed(Follows::Number("number"));
