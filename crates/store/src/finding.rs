//! What a look at an installation found.

use std::fmt;

/// One thing that was looked at: it is right, or it is wrong and something can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in a word or two, such as `tables` or `node db1.internal:5432`.
    pub about: String,
    /// How it is, as a clause.
    pub says: String,
    /// What to do about it; nothing where nothing is wrong.
    pub remedy: Option<String>,
}

impl Finding {
    /// Something is right.
    pub fn fine(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self { about: about.into(), says: says.into(), remedy: None }
    }

    /// Something is wrong.
    pub fn wrong(about: impl Into<String>, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { about: about.into(), says: says.into(), remedy: Some(remedy.into()) }
    }

    /// Whether something is wrong.
    pub fn is_wrong(&self) -> bool {
        self.remedy.is_some()
    }
}

/// How it is and what to do about it, without what was looked at.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.remedy {
            None => f.write_str(&self.says),
            Some(remedy) => write!(f, "{}; {remedy}", self.says),
        }
    }
}
