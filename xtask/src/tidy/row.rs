//! What the tables of the rules are made of.

/// What a workspace crate may depend on. A crate without a row may not exist.
pub(super) struct Layer {
    pub(super) package: &'static str,
    pub(super) may_use: &'static [&'static str],
    /// What its tests may use beyond that.
    pub(super) tests_may_use: &'static [&'static str],
}

/// The rooms of a crate: its top modules, from the top floor down.
pub(super) struct Plan {
    /// The crate's sources.
    pub(super) src: &'static str,
    pub(super) rooms: &'static [Room],
}

/// A room, and the rooms below it whose items its product code may name, under whatever path. The crate's root and tests
/// may name any.
pub(super) struct Room {
    pub(super) name: &'static str,
    pub(super) may_use: &'static [&'static str],
}

/// A wall: product code under `within` never names a path that starts with one of `forbidden`. What keeps rooms of a
/// crate apart is in the table of rooms; walls are about other crates and the standard library.
///
/// `within` is a crate's source directory or a module in it (`flow` covers `flow.rs` and `flow/`). A forbidden path
/// that starts with `**::` is looked for anywhere in a path.
pub(super) struct Wall {
    pub(super) within: &'static str,
    pub(super) forbidden: &'static [&'static str],
    pub(super) why: &'static str,
}

/// Something over the limit, allowed up to `lines` for a reason. When it shrinks, its row shrinks or goes with it.
pub(super) struct Long {
    pub(super) path: &'static str,
    /// The function's name; empty where the row is about a file.
    pub(super) function: &'static str,
    pub(super) lines: usize,
    pub(super) reason: &'static str,
}
