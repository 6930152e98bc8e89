//! What the gateway keeps for itself: its keys (encrypted by the caller), its settings and its audit log.

use crate::table::{AUDIT, at, sql};
use crate::value::Value;
use crate::{AuditRow, LIST_MAX, Store, Unavailable};

const KEY_FIND: &str = "select sealed from sealed_key where name = $1";

const SETTING_FIND: &str = "select value from setting where name = $1";

const AUDITS_LIST: &str = sql!("select {} from audit order by at desc limit $1", AUDIT.columns());

const WRITE_PROBE_FIND: &str = "select written from write_probe where name = 'probe'";

impl Store {
    /// The encrypted key of that name.
    pub async fn key_find(&self, name: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        self.row(KEY_FIND, &[Value::Text(name)], |row| row.blob(0)).await
    }

    /// The setting of that name.
    pub async fn setting_find(&self, name: &str) -> Result<Option<String>, Unavailable> {
        self.row(SETTING_FIND, &[Value::Text(name)], |row| row.text(0)).await
    }

    /// The newest lines of the audit log, the newest first.
    pub async fn audits_list(&self, limit: u32) -> Result<Vec<AuditRow>, Unavailable> {
        self.rows(AUDITS_LIST, &[Value::Int(i64::from(limit.min(LIST_MAX)))], |row| {
            Ok(AuditRow {
                at: row.time(at!(AUDIT.at))?,
                actor: row.text(at!(AUDIT.actor))?,
                action: row.text(at!(AUDIT.action))?,
                subject: row.text(at!(AUDIT.subject))?,
                detail: row.text(at!(AUDIT.detail))?,
            })
        })
        .await
    }

    /// How often the row that shows that writing works was written; none before the first time.
    pub(crate) async fn write_probe_find(&self) -> Result<Option<i64>, Unavailable> {
        self.row(WRITE_PROBE_FIND, &[], |row| row.int(0)).await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[KEY_FIND, SETTING_FIND, AUDITS_LIST, WRITE_PROBE_FIND];
