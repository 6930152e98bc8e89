//! One connection, with the statements it has prepared.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use super::address::Target;

/// How each connection is set up.
///
/// Whoever dies in the middle of a transaction must not hold its rows for long, and a statement that waits must not
/// hold up a batch for long. A database that would answer before its log is on disk is told not to.
const SETTINGS: &str = "set statement_timeout = '15s'; set lock_timeout = '5s';
    set idle_in_transaction_session_timeout = '2s'; set default_transaction_isolation = 'read committed';
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local')";

/// How the planner is set up: plans are made once, and by index only. A plan that was made while a table was small
/// would otherwise read all of it for as long as the connection lives. An engine that has another planner does
/// without.
const PLANNING: &[&str] = &[
    "set plan_cache_mode = force_generic_plan",
    "set enable_seqscan = off",
    "set enable_hashjoin = off",
    "set enable_mergejoin = off",
    "set jit = off",
];

/// A connection.
pub(super) struct Session {
    client: Client,
    prepared: Mutex<HashMap<String, Statement>>,
}

impl Session {
    /// Connects. The connection ends when the session is dropped.
    pub(super) async fn open(target: &Target) -> Result<Self, Error> {
        let session = Self::open_plain(target).await?;
        session.client.batch_execute(SETTINGS).await?;
        for setting in PLANNING {
            match session.client.batch_execute(setting).await {
                Err(error) if error.code() == Some(&SqlState::UNDEFINED_OBJECT) => {}
                set => set?,
            }
        }
        Ok(session)
    }

    /// Connects and leaves every setting as the database has it: for what may take its time.
    pub(super) async fn open_plain(target: &Target) -> Result<Self, Error> {
        let (client, connection) = target.config.connect(target.tls.clone()).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        Ok(Self { client, prepared: Mutex::default() })
    }

    /// Whether the connection is known to be gone.
    pub(super) fn is_gone(&self) -> bool {
        self.client.is_closed()
    }

    /// The statement of that text, prepared on this connection.
    pub(super) async fn prepared(&self, sql: &str) -> Result<Statement, Error> {
        let kept = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(statement) = kept {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(prepared.entry(sql.to_owned()).or_insert(statement).clone())
    }

    /// Runs statements that take no parameters and give no rows.
    pub(super) async fn run(&self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).await
    }

    /// Runs a prepared statement and counts the rows it changed.
    pub(super) async fn execute(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.client.execute(statement, parameters).await
    }

    /// Runs a prepared statement and gives its rows.
    pub(super) async fn query(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        self.client.query(statement, parameters).await
    }
}
