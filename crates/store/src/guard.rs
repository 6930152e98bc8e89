//! What a violated constraint means: its name in the migrations, and the refusal that callers get.
//!
//! Guards that are a count of changed rows (a version, a lease, an allowance) stand beside the statements that count.

use crate::Refused;

/// The refusal behind a named constraint; none for a constraint that only a mistake of this program can violate.
pub(crate) fn refusal(constraint: &str) -> Option<Refused> {
    match constraint {
        "balance_floor" => Some(Refused::InsufficientFunds),
        "balance_ceiling" => Some(Refused::AccountFull),
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
        | "archive_key" => Some(Refused::LostRace),
        "virtual_account_key" => Some(Refused::Exists { what: "virtual account" }),
        "payment_key" => Some(Refused::Exists { what: "payment" }),
        "notice_key" => Some(Refused::Exists { what: "notice" }),
        "client_secret_key" => Some(Refused::Exists { what: "client secret" }),
        "client_key_key" => Some(Refused::Exists { what: "client key" }),
        "company_code_key" => Some(Refused::Exists { what: "company code" }),
        "customer_phone" => Some(Refused::Exists { what: "phone number" }),
        _ => None,
    }
}
