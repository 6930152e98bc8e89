//! A command line that asks for help, or that cannot be understood.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use crate::output;
use crate::verdict::{Verdict, complain, report, speaks_json, write};

/// Answers a command line that asks for help, or that cannot be understood.
pub(crate) fn answer(error: &clap::Error) -> ExitCode {
    let text = error.render();
    if !error.use_stderr() {
        let is_terminal = std::io::stdout().is_terminal();
        let text = if is_terminal { text.ansi().to_string() } else { text.to_string() };
        return report(output::print_raw(&text).map(|()| Verdict::Positive));
    }
    if speaks_json() {
        let text = text.to_string();
        let sentence = text.split("\n\n").next().unwrap_or_default().trim();
        complain(sentence.strip_prefix("error: ").unwrap_or(sentence), 2);
    } else {
        let is_terminal = std::io::stderr().is_terminal();
        let text = if is_terminal { text.ansi().to_string() } else { text.to_string() };
        write(&lunas_store::masked(text.trim_end()));
    }
    ExitCode::from(2)
}
