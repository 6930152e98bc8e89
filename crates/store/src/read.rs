//! Reads, a file for each family of tables. What is not among what traffic works on is looked for in the archive.

pub(crate) mod archive;
pub(crate) mod bank;
pub(crate) mod client;
pub(crate) mod customer;
pub(crate) mod ended;
pub(crate) mod guess;
pub(crate) mod history;
pub(crate) mod ledger;
pub(crate) mod link;
pub(crate) mod merchant;
pub(crate) mod notice;
pub(crate) mod payment;
pub(crate) mod refund;
pub(crate) mod replay;
pub(crate) mod resolution;
pub(crate) mod setting;
pub(crate) mod upkeep;
pub(crate) mod virtual_account;

pub use ended::{ARCHIVE_SLICE_MAX, EndedSlice, TRANSFERS_ARCHIVED_MAX};
pub use guess::GuessRow;
pub use history::{HistoryFilter, HistoryLine};
pub use ledger::{LedgerReport, OFFENDERS_MAX, Offender, StatementLine};
pub use notice::{DUE_PER_MERCHANT_MAX, NoticeFilter};
pub use payment::{PaymentFilter, Transition};
