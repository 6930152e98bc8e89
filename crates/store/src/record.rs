//! What the store keeps and no rule of the domain has a type for, and what reads and writes name it by.

mod audit;
mod checkpoint;
mod client;
mod customer;
mod notification;
mod replay_mark;

pub use audit::AuditRow;
pub use checkpoint::Checkpoint;
pub(crate) use checkpoint::stored;
pub use client::{ClientOwner, ClientRow, PublicKeyRow, SealedSecret};
pub use customer::CustomerRow;
pub use notification::{AttemptRow, NotificationKey, NotificationRow, NotificationState};
pub use replay_mark::ReplayMark;

/// The version of a record's first state. What is told of it comes before all else.
pub(crate) const FIRST: u32 = 1;
/// Sorts behind every identifier: where a list that is read backwards begins.
pub(crate) const LAST: &str = "\u{10FFFF}";
