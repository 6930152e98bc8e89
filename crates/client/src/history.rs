//! What a merchant asks about its transactions, and the answers. The calls are [`Client`](crate::Client)'s.

pub use lunas_snap::message::history::{HistoryEntry, HistoryStatus, HistoryType};
pub use lunas_snap::message::history_detail::{HistoryDetailAnswer, HistoryDetailRequest};
pub use lunas_snap::message::history_list::{HistoryListAnswer, HistoryListRequest};
