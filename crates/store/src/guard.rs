//! What a violated constraint means: its name in the migrations, and the refusal that callers get.
//!
//! Guards that are a count of changed rows (a version, a lease, an allowance) stand beside the statements that count.

use crate::CommitError;

/// The refusal behind a named constraint; none for a constraint that only a mistake of this program can violate.
pub(crate) fn refusal(constraint: &str) -> Option<CommitError> {
    match constraint {
        "balance_floor" => Some(CommitError::InsufficientFunds),
        "balance_ceiling" => Some(CommitError::AccountFull),
        "transition_key"
        | "journal_key"
        | "attempt_key"
        | "refund_key"
        | "cancellation_key"
        | "resolution_key"
        | "transfer_key"
        | "link_key"
        | "link_transition_key"
        | "virtual_account_transition_key"
        | "archive_key" => Some(CommitError::LostRace),
        "virtual_account_key" => Some(CommitError::Exists { what: "virtual account" }),
        "payment_key" => Some(CommitError::Exists { what: "payment" }),
        "notification_key" => Some(CommitError::Exists { what: "notification" }),
        "client_secret_key" => Some(CommitError::Exists { what: "client secret" }),
        "client_key_key" => Some(CommitError::Exists { what: "public key" }),
        "company_code_key" => Some(CommitError::Exists { what: "company code" }),
        "customer_phone" => Some(CommitError::Exists { what: "phone number" }),
        _ => None,
    }
}
