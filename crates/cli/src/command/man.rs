//! `lunas man`: the manual pages, one for each command.

use std::path::{Path, PathBuf};

use clap::{Args, Command};
use serde_json::json;

use crate::output;
use crate::verdict::{Error, Verdict};

/// What stands at the top of each page.
const MANUAL: &str = "Lunas";

/// Write the manual pages, one for each command, into a directory
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The directory; it is made if it is missing
    directory: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Man {
    /// Writes what is generated from the description of the command line, and prints which files.
    pub(crate) fn run(self, description: Command) -> Result<Verdict, Error> {
        let directory = self.directory.as_path();
        let failed =
            |source| Error::because(format!("pages cannot be written to {}", directory.display()), source);
        std::fs::create_dir_all(directory).map_err(failed)?;
        let mut description = description.disable_help_subcommand(true);
        description.build();
        let mut files = Vec::new();
        write(description, directory, &mut files).map_err(failed)?;
        files.sort();
        let names = files.iter().map(|file| file.display().to_string());
        if self.json {
            output::print_json(&json!({"files": names.collect::<Vec<_>>()}))?;
        } else {
            names.into_iter().try_for_each(|name| output::print(&name))?;
        }
        Ok(Verdict::Positive)
    }
}

/// The pages of a command and of those below it.
fn write(command: Command, directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write(below.clone(), directory, files)?;
    }
    files.push(clap_mangen::Man::new(command).manual(MANUAL).generate_to(directory)?);
    Ok(())
}
