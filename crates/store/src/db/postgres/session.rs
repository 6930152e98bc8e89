//! One connection, with the statements it has prepared. Nobody waits on it without end: when its server has said
//! nothing for as long as an answer may take, the connection is given up, and everybody who waits on it hears so.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage, Statement};

use super::address::Target;
use super::failure::Error;
use super::server::Server;
use super::tls::Tls;
use crate::tasks::spawn;

/// The longest that a statement may run by the server's own clock. It is less where less is waited for, so that the
/// server's word comes first.
const STATEMENT_MAX: Duration = Duration::from_secs(15);

/// How each connection is set up.
///
/// Whoever dies in the middle of a transaction must not hold its rows for long, and a statement that waits must not
/// hold up a batch for long. A database that would answer before its log is on disk is told not to.
const SETTINGS: &str = "set lock_timeout = '5s';
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

/// The first of them is none for Citus, which has to know the values to know the shards.
const PLANNING_OF_CITUS: &[&str] = PLANNING.split_at(1).1;

/// Whether the database is a distributed one.
const HAS_CITUS: &str = "select extname from pg_extension where extname = 'citus'";

/// Which process of the server a connection leads to.
const PROCESS: &str = "select pg_backend_pid()";

/// Whether that process is at work.
const AT_WORK: &str = "select count(*) from pg_stat_activity where pid = $1 and state = 'active'";

/// A connection.
pub(super) struct Session {
    client: Client,
    /// What carries it.
    line: AbortHandle,
    server: Server,
    is_citus: bool,
    /// How long an answer may take.
    answer_max: Duration,
    /// How to find out whether a statement is still being worked on, if there are such that take longer.
    inquiry: Option<Inquiry>,
    prepared: Mutex<HashMap<String, Statement>>,
}

/// How a second connection asks about the first one.
struct Inquiry {
    process: i32,
    tls: Tls,
    connect_max: Duration,
}

impl Session {
    /// Connects. The connection ends when the session is dropped.
    pub(super) async fn open(target: &Target) -> Result<Self, Error> {
        let session = Self::connect(target).await?;
        let limit = STATEMENT_MAX.min(target.answer_max * 3 / 4).as_millis();
        session.run(&format!("set statement_timeout = {limit}; {SETTINGS}")).await?;
        for setting in if session.is_citus { PLANNING_OF_CITUS } else { PLANNING } {
            match session.run(setting).await {
                Err(error) if error.code() == Some(&SqlState::UNDEFINED_OBJECT) => {}
                set => set?,
            }
        }
        Ok(session)
    }

    /// Connects and leaves every setting as the database has it: for what may take its time. A statement is waited for
    /// as long as the server says that it is at work on it.
    pub(super) async fn open_plain(target: &Target) -> Result<Self, Error> {
        let mut session = Self::connect(target).await?;
        let statement = session.prepared(PROCESS).await?;
        let rows = session.query(&statement, &[]).await?;
        if let Some(row) = rows.first() {
            let (tls, connect_max) = (target.tls.clone(), target.connect_max);
            session.inquiry = Some(Inquiry { process: row.try_get(0)?, tls, connect_max });
        }
        Ok(session)
    }

    /// Connects to the first server that fits.
    async fn connect(target: &Target) -> Result<Self, Error> {
        let mut shut_out = Vec::new();
        for server in &target.servers {
            let (client, connection) = match server.connect(&target.tls, target.connect_max).await {
                Ok(line) => line,
                Err(error) => {
                    shut_out.push((server.to_string(), error));
                    continue;
                }
            };
            let line = spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to the database ended");
                }
            });
            let mut session = Self {
                client,
                line: line.abort_handle(),
                server: server.clone(),
                is_citus: false,
                answer_max: target.answer_max,
                inquiry: None,
                prepared: Mutex::default(),
            };
            session.is_citus = session.has_citus().await?;
            return Ok(session);
        }
        Err(Error::ShutOut(shut_out))
    }

    /// An engine without a list of extensions is another one.
    async fn has_citus(&self) -> Result<bool, Error> {
        let found = self.answered(self.client.simple_query(HAS_CITUS)).await;
        match found {
            Ok(found) => Ok(found.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_)))),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the server is the coordinator of a distributed database.
    pub(super) fn is_citus(&self) -> bool {
        self.is_citus
    }

    /// Which server it leads to.
    pub(super) fn server(&self) -> &Server {
        &self.server
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
        let statement = self.answered(self.client.prepare(sql)).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(prepared.entry(sql.to_owned()).or_insert(statement).clone())
    }

    /// Runs statements that take no parameters and give no rows.
    pub(super) async fn run(&self, sql: &str) -> Result<(), Error> {
        self.answered(self.client.batch_execute(sql)).await
    }

    /// Runs a prepared statement and counts the rows it changed.
    pub(super) async fn execute(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error> {
        self.answered(self.client.execute(statement, parameters)).await
    }

    /// Runs a prepared statement and gives its rows.
    pub(super) async fn query(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        self.answered(self.client.query(statement, parameters)).await
    }

    /// What a call gives. A server that says nothing is not waited for, and the connection is given up with everything
    /// that was sent on it: answers come in order, so nothing behind this call would be answered either.
    async fn answered<T>(
        &self,
        call: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let mut call = pin!(call);
        loop {
            if let Ok(answer) = timeout(self.answer_max, &mut call).await {
                return Ok(answer?);
            }
            if !self.is_at_work().await {
                self.line.abort();
                let (server, seconds) = (&self.server, self.answer_max.as_secs());
                return Err(Error::Lost(format!(
                    "the database server {server} did not answer within {seconds} s"
                )));
            }
        }
    }

    /// Whether the server says, on another connection, that it is at work on what was asked of it here.
    async fn is_at_work(&self) -> bool {
        let Some(Inquiry { process, tls, connect_max }) = &self.inquiry else { return false };
        let asked = async {
            let (client, connection) = self.server.connect(tls, *connect_max).await?;
            spawn(connection);
            Ok::<i64, Error>(client.query_one(AT_WORK, &[process]).await?.try_get(0)?)
        };
        matches!(timeout(*connect_max + self.answer_max, asked).await, Ok(Ok(found)) if found > 0)
    }
}
