//! What the gateway keeps for itself: its keys, its settings, its audit log, and the row that shows that writing works.

use crate::step::{Step, values};
use crate::table::{AUDIT, SEALED_KEY, SETTING, row, sql};
use crate::{AuditRow, Refused};

const KEY_ADD: &str = sql!("{} on conflict (name) do nothing", SEALED_KEY.insert());

/// A key of that name is not touched, which counts as no row changed.
pub(super) fn key_add(name: String, sealed: Vec<u8>) -> Step {
    Step::guarded(KEY_ADD, row!(SEALED_KEY { name: name, sealed: sealed }), Refused::Exists { what: "key" })
}

const SETTING_PUT: &str = sql!("{}", SETTING.put());

pub(super) fn setting_put(name: String, value: String) -> Step {
    Step::run(SETTING_PUT, row!(SETTING { name: name, value: value }))
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

const WRITE_PROBE: &str = "insert into write_probe (name, written) values ('probe', 1)
    on conflict (name) do update set written = write_probe.written + 1";

pub(super) fn write_probe() -> Step {
    Step::run(WRITE_PROBE, values![])
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[KEY_ADD, SETTING_PUT, WRITE_PROBE];
