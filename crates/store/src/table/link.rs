//! Links between customers' accounts and merchants.

use super::describe::Kind::{Int, Text};
use super::describe::{Table, changing, fixed, key, present};

/// Links between customers' accounts and merchants, one for each pair.
pub(crate) static LINK: Table = Table::new(
    "link",
    &[
        key("merchant_id", Text),
        key("customer_id", Text),
        fixed("reference_no", Text),
        changing("status", Text),
        changing("version", Int),
        changing("changed_at", Int),
        changing("cause", Text),
        changing("round", Int),
        present("code_hash", Text).or_null(),
        present("code_until", Int).or_null(),
    ],
)
.traffic()
.by("customer_id");

/// Every state that a link had.
pub(crate) static LINK_TRANSITION: Table = Table::new(
    "link_transition",
    &[
        key("reference_no", Text),
        key("version", Int),
        fixed("status", Text),
        fixed("changed_at", Int),
        fixed("cause", Text),
        fixed("round", Int),
    ],
)
.traffic();
