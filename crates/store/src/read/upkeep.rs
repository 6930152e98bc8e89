//! Where the next slice of what may be forgotten ends. What is forgotten in it is a write's business.
//!
//! Tables are walked in the order of their keys, slice by slice, so that forgetting needs no index of its own: an index
//! by time would cost every payment something, and nobody waits for a row to be forgotten.

use lunas_vocab::NotificationId;

use crate::value::Value;
use crate::{LIST_MAX, ReplayMark, Store, Unavailable};

const REPLAY_SLICE: &str = "select owner, service, external_id from replay
    where (owner, service, external_id) > ($1, $2, $3)
    order by owner, service, external_id limit 1 offset $4";

const ATTEMPT_SLICE: &str = "select notification_id from attempt
    where notification_id < $1 order by notification_id limit 1 offset $2";

impl Store {
    /// Where the slice of that many replay keys ends that begins after a mark; the first one begins after the default.
    pub async fn replay_slice(&self, after: &ReplayMark, keys: u32) -> Result<ReplayMark, Unavailable> {
        let values = [
            Value::Text(&after.owner),
            Value::Text(&after.service),
            Value::Text(&after.external_id),
            Value::Int(i64::from(keys.clamp(1, LIST_MAX)) - 1),
        ];
        let end = self.row(REPLAY_SLICE, &values, |row| {
            Ok(ReplayMark { owner: row.text(0)?, service: row.text(1)?, external_id: row.text(2)? })
        });
        Ok(end.await?.unwrap_or_else(ReplayMark::last))
    }

    /// The notification at which that many attempts at notifications before `bound` end, if there are as many.
    pub async fn attempt_slice(
        &self,
        bound: &NotificationId,
        attempts: u32,
    ) -> Result<Option<NotificationId>, Unavailable> {
        let offset = Value::Int(i64::from(attempts.clamp(1, LIST_MAX)) - 1);
        self.row(ATTEMPT_SLICE, &[Value::Text(bound.as_str()), offset], |row| row.id(0)).await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[REPLAY_SLICE, ATTEMPT_SLICE];
