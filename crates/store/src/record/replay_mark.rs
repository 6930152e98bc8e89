//! How far a walk over the replay keys has come.

use super::LAST;

/// A place in the order of the replay keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayMark {
    pub(crate) owner: String,
    pub(crate) service: String,
    pub(crate) external_id: String,
}

impl ReplayMark {
    /// Behind every key.
    pub(crate) fn last() -> Self {
        Self { owner: LAST.to_owned(), service: String::new(), external_id: String::new() }
    }

    /// Whether nothing comes after it.
    pub fn is_last(&self) -> bool {
        self.owner == LAST
    }
}
