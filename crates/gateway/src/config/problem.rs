//! What is wrong with a configuration: where, in which words, and what to do about it.

use std::fmt;

use super::reading::{default_of, line_of};

/// Something in a configuration that keeps a gateway from starting. It shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted; empty where the file is not TOML.
    pub key: String,
    /// The line of the file, from one on; none where the file does not have the key.
    pub line: Option<usize>,
    /// What is wrong, as the rest of a sentence that begins with the key.
    pub says: String,
    /// What to do, as a clause.
    pub remedy: String,
}

impl Problem {
    /// A value that could never work.
    pub fn value(key: &str, says: impl Into<String>) -> Self {
        let remedy = match default_of(key) {
            Some(value) => format!("its default is {value}"),
            None => "`lunas config` explains it".to_owned(),
        };
        Self::of(key, says, remedy)
    }

    /// A setting, and what to do about it.
    pub fn of(key: &str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        let says = lunas_store::masked(&says.into());
        Self { key: key.to_owned(), line: None, says, remedy: remedy.into() }
    }

    /// With the line in which the text of a file has its key.
    pub fn placed(mut self, file: &str) -> Self {
        self.line = self.line.or_else(|| line_of(file, &self.key));
        self
    }

    /// What is wrong and what to do, without the line.
    pub fn sentence(&self) -> String {
        let key = if self.key.is_empty() { String::new() } else { format!("{} ", self.key) };
        format!("{key}{}; {}", self.says, self.remedy)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.sentence()),
            None => f.write_str(&self.sentence()),
        }
    }
}

/// Why a configuration is not accepted.
#[derive(Debug)]
pub struct Error {
    /// Everything that is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not accepted:")?;
        match self.problems.as_slice() {
            [problem] => write!(f, " {problem}"),
            problems => problems.iter().try_for_each(|problem| write!(f, "\n  {problem}")),
        }
    }
}
