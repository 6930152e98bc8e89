//! How far an account without a floor is summed up.

use lunas_domain::ledger::Account;
use lunas_vocab::{Money, Timestamp};

/// The next checkpoint of an account: what its lines come to up to a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The account; one without a floor.
    pub account: Account,
    /// Where the checkpoint was when the lines behind it were summed up, if there was one.
    pub since: Option<Timestamp>,
    /// Lines up to this time are in the sum.
    pub up_to: Timestamp,
    /// The sum.
    pub amount: Money,
}

/// How the store says where a checkpoint is: one that is nowhere lies before all times.
pub(crate) fn stored(up_to: Option<Timestamp>) -> i64 {
    up_to.map_or(-1, Timestamp::ms)
}
