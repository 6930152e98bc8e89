//! Snapshots of a replica, for reads that may be made elsewhere than where commits go, if the store's address names
//! one.

use crate::Store;

/// A snapshot of a replica. Everything that is read through its store is of one moment, and counts only if it
/// is [verified](Self::verified) in the end.
#[derive(Debug)]
pub struct ReplicaSnapshot {
    primary: Store,
    store: Store,
}

impl Store {
    /// A snapshot of a replica that has everything in it that any node was answered before this call: for much that is
    /// read, as a merchant's history is. None if there is no replica that is read for that, or none that has what it
    /// must by now: then whatever it is has to be read here.
    pub async fn replica_snapshot(&self) -> Option<ReplicaSnapshot> {
        let store = Self { db: self.db.replica_snapshot().await? };
        Some(ReplicaSnapshot { primary: self.clone(), store })
    }

    /// The same for little that is read by many, as the status of payments is. Whoever asks at the same time shares one
    /// transaction of the replica and one proof; each reads and ends its own snapshot, and waits for nobody else.
    pub async fn shared_replica_snapshot(&self) -> Option<ReplicaSnapshot> {
        let store = Self { db: self.db.shared_replica_snapshot().await? };
        Some(ReplicaSnapshot { primary: self.clone(), store })
    }
}

impl ReplicaSnapshot {
    /// The store to read from. It takes no changes.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Ends the snapshot, and says whether what was found in it is true: no read failed, and everything in it was made
    /// durable as the caller who made it was told. What is not verified has to be read anew where commits go.
    pub async fn verified(self) -> bool {
        self.primary.db.verifies(self.store.db).await
    }
}
