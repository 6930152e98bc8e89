//! `lunas completions`: what a shell needs to know to complete this program's command line.

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use serde_json::json;

use crate::output;
use crate::verdict::{Error, Verdict};

/// The shells for which there are completions.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Known {
    /// For ~/.local/share/bash-completion/completions/lunas
    Bash,
    /// For a file _lunas in a directory of $fpath
    Zsh,
    /// For ~/.config/fish/completions/lunas.fish
    Fish,
}

/// Print the completions of this command line for a shell
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas completions bash > ~/.local/share/bash-completion/completions/lunas")]
pub(crate) struct Completions {
    /// The shell
    shell: Known,
    /// Print them as one JSON string
    #[arg(long)]
    json: bool,
}

impl Completions {
    /// Prints what is generated from the description of the command line.
    pub(crate) fn run(self, mut description: clap::Command) -> Result<Verdict, Error> {
        let shell = match self.shell {
            Known::Bash => Shell::Bash,
            Known::Zsh => Shell::Zsh,
            Known::Fish => Shell::Fish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut description, "lunas", &mut script);
        let script = String::from_utf8_lossy(&script);
        if self.json {
            output::print_json(&json!({"shell": shell.to_string(), "completions": script}))?;
        } else {
            output::print_raw(&script)?;
        }
        Ok(Verdict::Positive)
    }
}
