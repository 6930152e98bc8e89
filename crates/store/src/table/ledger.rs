//! Journal entries and the balances they change.

use super::describe::Kind::{Int, Text};
use super::describe::{Table, changing, fixed, key};
use crate::bucket::Follows;

/// Journal entries.
pub(crate) static JOURNAL: Table =
    Table::new("journal", &[key("id", Text), fixed("recipe", Text), fixed("at", Int)])
        .traffic()
        .bucketed(Follows::Entry("id"));

/// The postings of journal entries, kept in the order of statements.
pub(crate) static POSTING: Table = Table::new(
    "posting",
    &[
        key("account_id", Text),
        key("at", Int),
        key("journal_id", Text),
        key("line_no", Int),
        fixed("amount", Int),
    ],
)
.traffic()
.bucketed(Follows::Posting("account_id", "journal_id"));

/// The balances of accounts that have a floor.
pub(crate) static BALANCE: Table =
    Table::new("balance", &[key("account_id", Text), changing("amount", Int), changing("floor", Int)])
        .bucketed(Follows::Account("account_id"));

/// What the lines of accounts without a balance row came to, up to a time before which no line is added any more.
pub(crate) static BALANCE_CHECKPOINT: Table = Table::new(
    "balance_checkpoint",
    &[key("account_id", Text), changing("up_to", Int), changing("amount", Int)],
)
.traffic();
