//! A snapshot of a standby: reads of one state of it, and the proof that what they found is true.
//!
//! What is found in a snapshot counts only when the [version vectors](super::version_vector) of both sides verify it.
//! Before: the standby's state has every change in it that the primary had answered when the snapshot began, so nobody
//! sees less than was said before. After: the primary has every change in it that the standby's state has, so nobody
//! sees what a standby has received but no caller was answered, and what a failover would undo. Whoever holds a
//! snapshot that is not verified reads at the primary, as if there were no replica.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::types::ToSql;

use super::failure::{Error, unavailable};
use super::parameter::{Cell, parameters_of};
use super::reads::{Reads, Tries};
use super::replica::{CATCH_UP_MAX, Replica};
use super::session::Session;
use super::version_vector::VersionVector;
use crate::Unavailable;
use crate::row::Row;
use crate::value::Value;

/// What is known of a state of a standby, which has all in it that the primary had before.
pub(super) struct ReadPoint {
    /// What the primary had when it was asked, before.
    pub(super) known: VersionVector,
    /// What the state has in it.
    pub(super) seen: VersionVector,
}

impl ReadPoint {
    /// Whether the primary has, by now, whatever the state has in it.
    pub(super) async fn is_verified(&self, reads: &Reads) -> bool {
        // It had already when it was asked, and nothing that it had goes away.
        if self.known.includes(&self.seen) {
            return true;
        }
        let mut tries = Tries::soon_within(CATCH_UP_MAX);
        loop {
            match reads.versions().await {
                Ok(known) if known.includes(&self.seen) => return true,
                Ok(_) if tries.another().await => {}
                _ => return false,
            }
        }
    }
}

/// A snapshot of a standby. All that is read through it is of one state.
#[derive(Clone)]
pub(crate) struct Snapshot {
    inner: Arc<Inner>,
}

struct Inner {
    session: Arc<Session>,
    /// Whether something went wrong, so that what was found says nothing.
    is_broken: AtomicBool,
    proof: Proof,
}

/// Where the proof comes from.
enum Proof {
    /// The snapshot has a transaction of its own, and proves itself at its end.
    Own { read_point: ReadPoint, replica: Arc<Replica>, _permit: OwnedSemaphorePermit },
    /// Several snapshots are in one transaction, and one proof is for all of them.
    Shared(SharedProof),
}

/// What somebody who shares a snapshot with others waits for, and until when.
pub(super) struct SharedProof {
    /// Whether the snapshot is verified, once that is known. It goes on until nobody is there to be told.
    pub(super) verified: watch::Receiver<Option<bool>>,
    /// When nobody waits any longer.
    pub(super) until: Instant,
}

impl Snapshot {
    /// One that has a transaction of its own.
    pub(super) fn own(
        session: Session,
        read_point: ReadPoint,
        replica: Arc<Replica>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self::new(Arc::new(session), Proof::Own { read_point, replica, _permit: permit })
    }

    /// One of several that are in one transaction.
    pub(super) fn shared(session: Arc<Session>, proof: SharedProof) -> Self {
        Self::new(session, Proof::Shared(proof))
    }

    fn new(session: Arc<Session>, proof: Proof) -> Self {
        Self { inner: Arc::new(Inner { session, is_broken: AtomicBool::new(false), proof }) }
    }

    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        let cells: Vec<Cell<'_>> = values.iter().map(Cell::from).collect();
        let parameters: Vec<_> = parameters_of(&cells).collect();
        let found = self.asked(sql, &parameters).await.map_err(unavailable);
        let found = found.and_then(|rows| rows.iter().map(|row| read(&Row::Postgres(row))).collect());
        if found.is_err() {
            self.inner.is_broken.store(true, Ordering::Relaxed);
        }
        found
    }

    async fn asked(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let asked = async {
            let statement = self.inner.session.prepared(sql).await?;
            self.inner.session.query(&statement, parameters).await
        };
        match &self.inner.proof {
            Proof::Own { .. } => asked.await,
            Proof::Shared(proof) => timeout_at(proof.until, asked)
                .await
                .unwrap_or_else(|_| Err(Error::Lost("the standby did not answer in time".to_owned()))),
        }
    }

    /// Ends the snapshot, and says whether what it found is true.
    pub(super) async fn end(self, reads: &Reads) -> bool {
        let Some(Inner { session, is_broken, proof }) = Arc::into_inner(self.inner) else { return false };
        match proof {
            Proof::Own { read_point, replica, _permit } => {
                let Some(session) = Arc::into_inner(session) else { return false };
                let ended = session.run("commit").await;
                if is_broken.into_inner() {
                    return false;
                }
                match ended {
                    Ok(()) => replica.give_back(session),
                    Err(error) => {
                        replica.lost(&error.to_string());
                        return false;
                    }
                }
                read_point.is_verified(reads).await
            }
            Proof::Shared(SharedProof { mut verified, until }) => {
                // Whoever ends the transaction wants it for itself, as soon as everybody is told.
                drop(session);
                if is_broken.into_inner() {
                    return false;
                }
                match timeout_at(until, verified.wait_for(Option::is_some)).await {
                    Ok(Ok(verified)) => *verified == Some(true),
                    Ok(Err(_)) | Err(_) => false,
                }
            }
        }
    }
}
