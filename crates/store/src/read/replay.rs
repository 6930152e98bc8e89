//! Answers that were given, kept for those who ask again.

use lunas_domain::replay::{ReplayKey, StoredAnswer};
use lunas_vocab::Timestamp;

use crate::value::Value;
use crate::{Store, Unavailable};

const REPLAY_FIND: &str = "select request, body from replay
    where owner = $1 and service = $2 and external_id = $3 and bucket = $4 and kept_until > $5";

impl Store {
    /// The answer that was given under the key, if the key still lives at `now`.
    pub async fn replay_find(
        &self,
        key: &ReplayKey,
        now: Timestamp,
    ) -> Result<Option<StoredAnswer>, Unavailable> {
        let key = [
            Value::Text(key.owner.as_str()),
            Value::Text(key.service),
            Value::Text(key.external_id.as_str()),
            Value::Text(key.bucket().as_str()),
            Value::Int(now.ms()),
        ];
        self.row(REPLAY_FIND, &key, |row| Ok(StoredAnswer { request: row.blob(0)?, body: row.blob(1)? }))
            .await
    }
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[REPLAY_FIND];
