//! Reading at another place than where commits go: on a replica, if the store's address names one.

use crate::Store;

/// A look at a replica. Everything that is read through its store is of one moment, and counts only if the look
/// [is proven](Self::is_proven) in the end.
#[derive(Debug)]
pub struct Elsewhere {
    primary: Store,
    store: Store,
}

impl Store {
    /// A look at a replica that has everything in it that any node was answered before this call. None if there is no
    /// replica, or none that has that by now: then whatever it is has to be read here.
    pub async fn elsewhere(&self) -> Option<Elsewhere> {
        let store = Self { db: self.db.look().await? };
        Some(Elsewhere { primary: self.clone(), store })
    }
}

impl Elsewhere {
    /// The store to read from. It takes no changes.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Ends the look, and says whether what it found is true: no read failed, and everything that it saw was made
    /// durable as the caller who made it was told. What is not proven has to be read anew where commits go.
    pub async fn is_proven(self) -> bool {
        self.primary.db.confirms(self.store.db).await
    }
}
