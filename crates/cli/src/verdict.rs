//! What came of a command, and how the shell and the person in front of it get to know.

use std::error::Error as StdError;
use std::io::Write as _;
use std::process::ExitCode;

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
        cause: Option<Box<dyn StdError>>,
    },
}

impl Error {
    /// A failure without a cause of its own.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), cause: None }
    }

    /// A failure and its cause.
    pub(crate) fn because(what: impl Into<String>, cause: impl Into<Box<dyn StdError>>) -> Self {
        Self::Failed { what: what.into(), cause: Some(cause.into()) }
    }
}

/// The error as one sentence with its causes. A cause that its parent has quoted already is not said twice.
fn sentence(error: &dyn StdError) -> String {
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

/// Tells stderr about a failure and gives the exit code.
pub(crate) fn report(result: Result<Verdict, Error>) -> ExitCode {
    match result {
        Ok(Verdict::Positive) => ExitCode::SUCCESS,
        Ok(Verdict::Negative) => ExitCode::from(1),
        Err(error) => {
            say(&format!("lunas: {}", sentence(&error)));
            ExitCode::from(if matches!(error, Error::Usage(_)) { 2 } else { 1 })
        }
    }
}

/// Words for the person at the terminal. When nobody listens, nothing is lost.
pub(crate) fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
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
