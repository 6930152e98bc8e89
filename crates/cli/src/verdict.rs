//! What came of a command, and how the shell and the person in front of it get to know.

use std::error::Error as StdError;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;

use serde_json::json;

/// What a command that ran to its end found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was done, or the answer is yes.
    Positive,
    /// The answer is no: a signature does not match, a ledger does not hold.
    Negative,
}

/// The verdict that a yes or a no stands for.
impl From<bool> for Verdict {
    fn from(is_positive: bool) -> Self {
        if is_positive { Self::Positive } else { Self::Negative }
    }
}

/// Why a command did not run to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The arguments do not make sense together or cannot be read.
    #[error("{0}")]
    Usage(String),
    /// Something failed, with what caused it.
    #[error("{what}")]
    Failed {
        /// What could not be done, as a clause.
        what: String,
        /// What stood in the way.
        #[source]
        cause: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// What was found or done could not be written to stdout.
    #[error("the output could not be written")]
    Output(#[source] std::io::Error),
}

impl Error {
    /// A failure without a cause of its own.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), cause: None }
    }

    /// A failure and its cause.
    pub(crate) fn because(
        what: impl Into<String>,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Failed { what: what.into(), cause: Some(cause.into()) }
    }
}

/// The error as one sentence with its causes. A cause that its parent has quoted already is not said twice.
pub(crate) fn sentence(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

/// Tells stderr about a failure and gives the exit code. That the reader of the output has gone (`lunas … | head`) it
/// knows itself.
pub(crate) fn report(result: Result<Verdict, Error>) -> ExitCode {
    match result {
        Ok(Verdict::Positive) => ExitCode::SUCCESS,
        Ok(Verdict::Negative) => ExitCode::from(1),
        Err(Error::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(error) => {
            let code = if matches!(error, Error::Usage(_)) { 2 } else { 1 };
            complain(&sentence(&error), code);
            ExitCode::from(code)
        }
    }
}

/// Whether stderr speaks JSON, because the command line asks for it. It counts before the command line was understood,
/// so that a program that misuses a command is told in its own language.
static SPEAKS_JSON: OnceLock<bool> = OnceLock::new();

/// Reads from the bare arguments which language stderr speaks.
pub(crate) fn choose_language(mut arguments: impl Iterator<Item = std::ffi::OsString>) {
    let is_json = arguments.by_ref().take_while(|argument| argument != "--").any(|a| a == "--json");
    // It is called once.
    let _ = SPEAKS_JSON.set(is_json);
}

/// Whether it does.
pub(crate) fn speaks_json() -> bool {
    SPEAKS_JSON.get().copied().unwrap_or(false)
}

/// Says what went wrong: a sentence, or an object with it.
pub(crate) fn complain(sentence: &str, code: u8) {
    let sentence = lunas_store::masked(sentence);
    if speaks_json() {
        write(&json!({"error": sentence, "exitCode": code}).to_string());
    } else {
        write(&format!("lunas: {sentence}"));
    }
}

/// Words for the person at the terminal, or an object with them.
pub(crate) fn say(words: &str) {
    let words = lunas_store::masked(words);
    if speaks_json() {
        write(&json!({"message": words}).to_string());
    } else {
        write(&words);
    }
}

/// A line on stderr. When nobody listens, nothing is lost.
pub(crate) fn write(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_sentence_with_its_causes() {
        let missing = std::io::Error::other("no such file");
        assert_eq!(
            sentence(&Error::because("key.pem cannot be read", missing)),
            "key.pem cannot be read: no such file"
        );
        let quoted = Error::because("it failed: no such file", std::io::Error::other("no such file"));
        assert_eq!(sentence(&quoted), "it failed: no such file");
        assert_eq!(sentence(&Error::Usage("x".to_owned())), "x");
    }
}
