//! What the gateway keeps for itself: its keys, its settings, its audit log, and the row that shows that writing works.

use crate::statement::{Statement, expr};
use crate::step::{Step, values};
use crate::table::{AUDIT, SEALED_KEY, SETTING, WRITE_PROBE, row};
use crate::{AuditRow, CommitError};

pub(crate) const KEY_ADD: Statement = Statement::add("key_add", &SEALED_KEY)
    .on_conflict(expr!["(name) do nothing"])
    .or(&CommitError::Exists { what: "key" });

/// A key of that name is not touched, which counts as no row changed.
pub(super) fn key_add(name: String, sealed: Vec<u8>) -> Step {
    Step::new(KEY_ADD, row!(SEALED_KEY { name: name, sealed: sealed }))
}

pub(crate) const SETTING_PUT: Statement = Statement::put("setting_put", &SETTING);

pub(super) fn setting_put(name: String, value: String) -> Step {
    Step::new(SETTING_PUT, row!(SETTING { name: name, value: value }))
}

pub(super) fn audit_add(line: AuditRow) -> Step {
    let row = row!(AUDIT {
        at: line.at.ms(),
        actor: line.actor,
        action: line.action,
        subject: line.subject,
        detail: line.detail,
    });
    Step::insert(&AUDIT, row)
}

pub(crate) const PROBE_WRITE: Statement =
    Statement::insert("probe_write", &WRITE_PROBE, &[], ("name, written", expr!["'probe', 1"]))
        .on_conflict(expr!["(name) do update set written = write_probe.written + 1"]);

pub(super) fn write_probe() -> Step {
    Step::new(PROBE_WRITE, values![])
}
