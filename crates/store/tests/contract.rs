//! What every engine's store must do, told over a `Store` alone. How an engine keeps its files is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]

mod contract {
    pub(crate) mod accounts;
    pub(crate) mod guards;
    pub(crate) mod history;
    pub(crate) mod ledger;
    pub(crate) mod notices;
    pub(crate) mod parties;
    pub(crate) mod payments;
    pub(crate) mod refunds;
    pub(crate) mod sample;
    pub(crate) mod upkeep;
}
