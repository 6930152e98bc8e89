//! What a gateway of play money shows beside its customers' pages.

use super::asset::Asset;
use super::language::Language;

/// What a gateway of play money shows beside its customers' pages.
pub trait Front: Send + Sync {
    /// What the start page says.
    fn start(&self, language: Language) -> Start;

    /// More style sheets and scripts.
    fn assets(&self) -> &'static [&'static Asset];
}

/// What the start page says.
#[derive(Debug)]
pub struct Start {
    /// Its title.
    pub title: &'static str,
    /// The sentence below.
    pub sentence: &'static str,
    /// The ways on from there.
    pub ways: Vec<Way>,
}

/// A way on from the start page.
#[derive(Debug, Default)]
pub struct Way {
    /// Where it leads.
    pub href: String,
    /// What is there.
    pub name: &'static str,
    /// What it is good for.
    pub sentence: &'static str,
    /// A path that belongs to the sentence, to be typed as it stands.
    pub path: String,
}
