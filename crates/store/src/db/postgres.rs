//! The PostgreSQL engine: a few connections that write in batches, and a few that reads share. Any number of nodes may
//! have one database open.

mod address;
mod committer;
mod distribute;
mod doubt;
mod examine;
mod failure;
mod migrate;
mod parameter;
mod plan;
mod reads;
mod replica;
mod server;
mod session;
mod shards;
mod shared_snapshot;
mod single_statement;
mod snapshot;
mod stage;
#[cfg(test)]
mod tests;
mod tls;
mod version_vector;
mod writing;

use std::sync::Arc;

use lunas_vocab::Timestamp;

use super::{Check, Query};
use crate::row::Row;
use crate::step::Step;
use crate::value::Value;
use crate::{CommitError, Figures, Finding, OpenError, Tasks, Unavailable};
use address::Target;
use committer::Committer;
use doubt::Doubt;
use reads::Reads;
use replica::Replica;
use session::Session;
use shared_snapshot::SharedSnapshots;
use writing::Writing;

#[cfg(test)]
pub(crate) use writing::statements;

pub(super) use address::{check_address, shown};
pub(super) use snapshot::Snapshot;

/// Whether what is begun now could write.
const IS_READ_ONLY: &str = "select current_setting('transaction_read_only')";

/// Why no standby is read beside Citus.
const NO_REPLICA: &str = "it is a cluster of Citus, and its address names a replica: no standby of one node shows a \
    single state of all; leave `replica` and `replica_for` out";

/// An open database.
#[derive(Clone)]
pub(crate) struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    reads: Arc<Reads>,
    committer: Committer,
    replica: Option<Arc<Replica>>,
    shared_snapshots: Option<SharedSnapshots>,
    /// There is none where rows lie on one machine.
    doubt: Option<Doubt>,
    tasks: Tasks,
    figures: Arc<Figures>,
}

impl Database {
    /// Opens the database at an address, which must be there, and creates or renews its tables.
    pub(crate) async fn open(address: &str) -> Result<Self, OpenError> {
        let target = Target::read(address)?;
        let session = Session::open_plain(&target).await.map_err(|error| target.refused(&error))?;
        migrate::migrate(&session, &target).await?;
        Self::start(target).await
    }

    /// Opens a database whose tables are there.
    pub(crate) async fn attach(address: &str) -> Result<Self, OpenError> {
        let mut target = Target::read(address)?;
        let session = Session::open_plain(&target).await.map_err(|error| target.refused(&error))?;
        migrate::check(&session, &target).await?;
        (target.writers, target.readers, target.replicas) = (1, 1, None);
        Self::start(target).await
    }

    /// Gives the tables of a database to the nodes of its cluster, and tells what becomes of each.
    pub(crate) async fn distribute(address: &str, tell: impl FnMut(String)) -> Result<(), OpenError> {
        let target = Target::read(address)?;
        let session = Session::open_plain(&target).await.map_err(|error| target.refused(&error))?;
        distribute::check(&session, &target).await?;
        migrate::migrate(&session, &target).await?;
        distribute::distribute(&session, &target, tell).await?;
        distribute::name_rows(&session, &target).await
    }

    /// Looks at the servers of a database.
    pub(crate) async fn examine(address: &str, clock: impl Fn() -> Timestamp) -> Vec<Finding> {
        match Target::read(address) {
            Ok(target) => examine::examine(&target, clock).await,
            // Whoever opens it is told.
            Err(_) => Vec::new(),
        }
    }

    async fn start(target: Target) -> Result<Self, OpenError> {
        let target = Arc::new(target);
        let unusable = |error: Unavailable| target.unusable(&error.to_string());
        let first = Writing::begin(&target).await.map_err(unusable)?;
        let is_citus = first.is_citus();
        if is_citus && target.replicas.is_some() {
            first.end().await;
            return Err(target.unusable(NO_REPLICA));
        }
        let shards = first.shards().await.map_err(unusable)?;
        let committer = Committer::start(&target, first, shards);
        let replica = match Replica::open(&target).await {
            Ok(replica) => replica,
            Err(refused) => {
                committer.close().await;
                return Err(refused);
            }
        };
        let (tasks, figures) = (target.tasks.clone(), Arc::clone(&target.figures));
        let doubt = is_citus.then(|| Doubt::new(Arc::clone(&target)));
        let reads = Arc::new(Reads::new(target));
        let shared_snapshots = replica
            .as_ref()
            .filter(|replica| replica.serves().status)
            .map(|replica| SharedSnapshots::start(replica, &reads, &tasks));
        let inner = Inner { reads, committer, replica, shared_snapshots, doubt, tasks, figures };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What it did so far.
    pub(crate) fn figures(&self) -> &Arc<Figures> {
        &self.inner.figures
    }

    /// How many changes wait for the committer.
    pub(crate) fn queued(&self) -> usize {
        self.inner.committer.queued()
    }

    /// Whether its server is the coordinator of others, on which its rows lie.
    pub(crate) fn is_citus(&self) -> bool {
        self.inner.doubt.is_some()
    }

    /// Whether something may have been answered that nobody sees yet.
    pub(crate) async fn in_doubt(&self) -> Result<bool, Unavailable> {
        match &self.inner.doubt {
            Some(doubt) => doubt.is_there().await,
            None => Ok(false),
        }
    }

    /// Queues the steps for the writers and waits for the answer.
    pub(crate) async fn commit(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        self.inner.committer.commit(steps).await
    }

    /// The background tasks.
    pub(crate) fn tasks(&self) -> &Tasks {
        &self.inner.tasks
    }

    /// Whether the server takes writes. A commit would ask for another one for a while before it said so.
    pub(crate) async fn check(&self) -> Vec<Check> {
        let read = |row: &Row<'_>| row.text(0);
        let server = match self.rows(IS_READ_ONLY, &[], read).await {
            Ok(words) if words.iter().all(|word| word == "off") => Ok(()),
            Ok(_) => {
                Err(Unavailable::new("the server takes no writes: it is a standby, or was made read-only"))
            }
            Err(unavailable) => Err(unavailable),
        };
        vec![("server", server)]
    }

    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        self.inner.reads.rows(sql, values, read).await
    }

    /// The rows of several statements that all see the same state.
    pub(crate) async fn snapshot<T>(&self, queries: &[Query<T>]) -> Result<Vec<T>, Unavailable> {
        self.inner.reads.snapshot(queries).await
    }

    /// A snapshot of a replica that has everything in it that was answered before; none if there is no such replica
    /// now.
    pub(crate) async fn replica_snapshot(&self) -> Option<Snapshot> {
        let replica = self.inner.replica.as_ref()?;
        if !replica.serves().history || replica.in_backoff() {
            return None;
        }
        let known = self.inner.reads.versions().await.ok()?;
        replica.snapshot(known).await
    }

    /// The same, shared with whoever else asks for one at this time.
    pub(crate) async fn shared_replica_snapshot(&self) -> Option<Snapshot> {
        self.inner.shared_snapshots.as_ref()?.join().await
    }

    /// How many shared snapshots have begun.
    #[cfg(test)]
    pub(crate) fn shared_snapshots(&self) -> usize {
        self.inner.shared_snapshots.as_ref().map_or(0, SharedSnapshots::count)
    }

    /// Ends a snapshot, and says whether all that it saw is in the primary too.
    pub(crate) async fn verifies(&self, snapshot: Snapshot) -> bool {
        snapshot.end(&self.inner.reads).await
    }

    /// A migration in this engine's words.
    #[cfg(test)]
    pub(crate) fn migration(sql: &str) -> String {
        migrate::in_postgres(sql)
    }

    /// Prepares a statement and names its parameters, each of which must be of a type that every engine has.
    #[cfg(test)]
    pub(crate) async fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        self.inner.reads.parameters(sql).await
    }

    /// Makes a statement and takes it back.
    #[cfg(test)]
    pub(crate) async fn tried(&self, sql: &str) -> Result<(), Unavailable> {
        self.inner.reads.tried(sql).await
    }

    /// Ends reading, and waits until everything queued is durable and the connections that write are closed.
    pub(crate) async fn close(&self) {
        self.inner.reads.close();
        if let Some(snapshots) = &self.inner.shared_snapshots {
            snapshots.close();
        }
        if let Some(replica) = &self.inner.replica {
            replica.close();
        }
        self.inner.committer.close().await;
    }
}
