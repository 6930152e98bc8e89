//! Reads, a file for each family of tables. What is not among what traffic works on is looked for in the archive.

pub(crate) mod archive;
pub(crate) mod bank;
pub(crate) mod client;
pub(crate) mod customer;
pub(crate) mod ended;
pub(crate) mod history;
pub(crate) mod ledger;
pub(crate) mod link;
pub(crate) mod merchant;
pub(crate) mod notification;
pub(crate) mod payment;
pub(crate) mod pin_attempt;
pub(crate) mod refund;
pub(crate) mod replay;
pub(crate) mod resolution;
pub(crate) mod setting;
pub(crate) mod upkeep;
pub(crate) mod virtual_account;

pub use client::OldestCredentials;
pub use ended::{ARCHIVE_SLICE_MAX, EndedSlice, TRANSFERS_ARCHIVED_MAX};
pub use history::{HistoryFilter, HistoryLine};
pub use ledger::{LedgerReport, OFFENDERS_MAX, Offender, StatementLine};
pub use notification::{BACKLOG_MAX, Backlog, DUE_PER_MERCHANT_MAX, NotificationFilter};
pub use payment::{PaymentFilter, Transition};
pub use pin_attempt::PinAttemptRow;
