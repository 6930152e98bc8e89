//! From SQLite's words for a violated constraint to the constraint's name, and from there to a refusal.

use rusqlite::{Error, ErrorCode};

use crate::{CommitError, Unavailable, guard};

/// SQLite names a check, but of a unique constraint it names the columns; the bucket, which follows from others, is left
/// out here. A test compares these with the migrations.
const UNIQUE: &[(&str, &str)] = &[
    ("payment.reference_no", "payment_key"),
    ("transition.reference_no, transition.version", "transition_key"),
    ("cancellation.reference_no", "cancellation_key"),
    ("refund.reference_no, refund.partner_refund_no", "refund_key"),
    ("resolution.reference_no", "resolution_key"),
    ("journal.id", "journal_key"),
    ("attempt.notification_id, attempt.attempt_no", "attempt_key"),
    ("notification.reference_no, notification.version", "notification_key"),
    ("virtual_account.reference_no", "virtual_account_key"),
    (
        "virtual_account_transition.reference_no, virtual_account_transition.version",
        "virtual_account_transition_key",
    ),
    ("transfer.bank_id, transfer.request_id", "transfer_key"),
    ("link.merchant_id, link.customer_id", "link_key"),
    ("link_transition.reference_no, link_transition.version", "link_transition_key"),
    ("client_secret.client_id, client_secret.id", "client_secret_key"),
    ("client_key.client_id, client_key.fingerprint", "client_key_key"),
    ("customer.phone", "customer_phone"),
    ("company_code.bank, company_code.code", "company_code_key"),
    ("archive.number, archive.about", "archive_key"),
];

/// What a failed statement means. Whatever is not a guard is ours or the disk's.
pub(super) fn refusal(error: &Error) -> CommitError {
    violated(error).and_then(guard::refusal).unwrap_or_else(|| Unavailable::new(error).into())
}

fn violated(error: &Error) -> Option<&str> {
    let Error::SqliteFailure(failure, Some(message)) = error else { return None };
    if failure.code != ErrorCode::ConstraintViolation {
        return None;
    }
    let (kind, subject) = message.split_once(" constraint failed: ")?;
    match kind {
        "CHECK" => Some(subject),
        "UNIQUE" => {
            let last = subject.rsplit_once(", ");
            let bare =
                last.filter(|(_, column)| column.ends_with(".bucket")).map_or(subject, |(bare, _)| bare);
            UNIQUE.iter().find(|(columns, _)| *columns == bare).map(|(_, name)| *name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_unique_constraints_are_those_of_the_migrations() {
        let sql = include_str!("../../../migrations/0001_initial.sql");
        for (columns, name) in UNIQUE {
            let (table, _) = columns.split_once('.').unwrap();
            let bare = columns.replace(&format!("{table}."), "");
            let declared = [
                format!("constraint {name} primary key ({bare})"),
                format!("constraint {name} primary key ({bare}, bucket)"),
                format!("constraint {name} unique ({bare})"),
                format!("create unique index {name} on {table} ({bare})"),
            ];
            let declared = declared.iter().any(|declared| sql.contains(declared));
            assert!(declared, "{name} ({bare})");
            assert!(guard::refusal(name).is_some(), "{name} means nothing");
        }
    }
}
