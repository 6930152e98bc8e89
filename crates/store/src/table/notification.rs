//! The outbox.

use super::describe::Kind::{Int, Text};
use super::describe::{Archive, Family, Table, changing, fixed, key};
use crate::bucket::Follows;

/// The outbox: what merchants must be told.
pub(crate) static NOTIFICATION: Table = Table::new(
    "notification",
    &[
        key("reference_no", Text),
        key("version", Int),
        fixed("id", Text),
        fixed("about", Text),
        fixed("merchant_id", Text),
        fixed("created_at", Int),
        changing("state", Text),
        changing("attempts", Int),
        changing("round_attempts", Int),
        changing("next_attempt_at", Int),
        changing("lease_until", Int),
        changing("holds_back", Int),
        changing("last_status", Int).or_null(),
    ],
)
.archived(Archive::With(&[Family::Payment, Family::Account]))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Every attempt at a notification.
pub(crate) static ATTEMPT: Table = Table::new(
    "attempt",
    &[
        key("notification_id", Text),
        key("attempt_no", Int),
        fixed("at", Int),
        fixed("latency_ms", Int),
        fixed("status", Int).or_null(),
        fixed("response", Text),
    ],
)
.traffic()
.bucketed(Follows::Number("notification_id"));
