//! The clock of a sandbox, which can be moved ahead. How far is written down, so that every node of the sandbox follows.

use std::time::Duration;

use lunas_store::{Changes, CommitError, Store, Unavailable, Write};

use crate::env::Env;

/// The store's setting that keeps how far the clock was moved.
const SETTING: &str = "sandbox-clock-ahead-ms";

/// Moves the clock as far ahead as whichever node of the sandbox was told last to move its own.
pub async fn follow(store: &Store, env: &Env) -> Result<(), Unavailable> {
    if let Some(ahead) = store.setting_find(SETTING).await? {
        env.advance_to(Duration::from_millis(ahead.parse().unwrap_or(0)));
    }
    Ok(())
}

/// Writes down how far ahead the clock is, for the other nodes.
pub async fn write(store: &Store, env: &Env) -> Result<(), CommitError> {
    let value = env.ahead().as_millis().to_string();
    store.commit(Changes::new().with(Write::SettingPut { name: SETTING.to_owned(), value })).await
}
