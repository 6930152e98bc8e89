//! The audit log.

use lunas_vocab::Timestamp;

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, as a verb.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else is worth knowing.
    pub detail: String,
}
