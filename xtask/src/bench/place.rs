//! Where everything is for a run of the bench.

use std::path::PathBuf;

use super::gateway::Gateway;

/// Where everything is for a run.
pub(super) struct Bench {
    /// The repository.
    pub(super) root: PathBuf,
    /// The release build.
    pub(super) binary: PathBuf,
    /// Data of this run; emptied at its start.
    pub(super) scratch: PathBuf,
}

impl Bench {
    /// Empties the place for data.
    pub(super) fn clear(&self) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", self.scratch.display());
        if self.scratch.exists() {
            std::fs::remove_dir_all(&self.scratch).map_err(failed)?;
        }
        std::fs::create_dir_all(&self.scratch).map_err(failed)
    }

    /// A gateway with data of its own under that name.
    pub(super) fn gateway(&self, name: &str) -> Result<Gateway, String> {
        Gateway::start(&self.binary, &self.scratch.join(name))
    }
}
