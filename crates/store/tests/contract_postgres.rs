//! What every engine's store must do, told over a `Store` alone, on PostgreSQL. The same suite runs on each engine; what only
//! one of them does is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]

mod contract {
    pub(crate) mod accounts;
    pub(crate) mod archive;
    pub(crate) mod authorizations;
    pub(crate) mod copy;
    pub(crate) mod guards;
    pub(crate) mod history;
    pub(crate) mod ledger;
    pub(crate) mod notifications;
    pub(crate) mod payments;
    pub(crate) mod refunds;
    pub(crate) mod registry;
    pub(crate) mod sample;
    pub(crate) mod upkeep;
}

/// Where a store lies; it goes away with this.
pub(crate) struct Place(lunas_cluster::Database);

impl Place {
    pub(crate) fn new() -> Self {
        Self(lunas_cluster::Database::create())
    }

    pub(crate) fn address(&self) -> String {
        self.0.address()
    }
}
