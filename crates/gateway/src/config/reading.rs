//! How an operator's file is laid over the default file: key by key, so that everything that is not understood is told
//! at once, each with its line.

use serde::Deserialize as _;
use toml::de::{DeTable, Error};
use toml::{Table, Value};

use super::{Config, DEFAULT_FILE, Problem};

/// Where an operator names keys that the default file need not have, and how their values are written.
const OPEN: (&str, &str) = ("limits.services", "{ calls = 60, seconds = 60 }");
/// How many letters a key that is written may differ in from the one that is meant.
const SLIPS_MAX: usize = 2;

/// The defaults under `file`, and what in it is not understood.
pub(super) fn read(file: &str) -> (Config, Vec<Problem>) {
    let mut merged = defaults();
    let mut problems = Vec::new();
    match file.parse() {
        Ok(given) => {
            let mut leaves = Vec::new();
            walk(&merged, given, "", &mut leaves, &mut problems);
            for (key, value) in leaves {
                if let Err(message) = put(&mut merged, &key, value) {
                    let example = default_of(&key).unwrap_or_else(|| OPEN.1.to_owned());
                    let remedy = format!("write it like its default, {example}");
                    problems.push(Problem::of(&key, format!("is not understood: {message}"), remedy));
                }
            }
        }
        Err(error) => problems = not_toml(file, &error),
    }
    (typed(&merged).expect("the defaults are understood, and whatever is not was left out"), problems)
}

/// The line in which a file sets a key, from one on: of the key itself, or of the table that should have it.
pub(super) fn line_of(file: &str, key: &str) -> Option<usize> {
    let (document, _) = DeTable::parse_recoverable(file);
    let mut table = Some(document.get_ref());
    let mut line = None;
    for part in key.split('.') {
        let (name, value) = table?.iter().find(|(name, _)| name.get_ref() == part)?;
        line = Some(line_at(file, name.span().start));
        table = value.get_ref().as_table();
    }
    line
}

/// How the default file writes the value of a key; nothing where it is empty, which is no example, or a table of others.
pub(super) fn default_of(key: &str) -> Option<String> {
    let defaults = Value::Table(defaults());
    let value = key.split('.').try_fold(&defaults, |table, part| table.get(part))?;
    let is_nested = value.as_table().is_some_and(|table| table.values().any(Value::is_table));
    Some(value.to_string()).filter(|text| !is_nested && text != "\"\"")
}

fn defaults() -> Table {
    DEFAULT_FILE.parse().expect("a test reads the compiled-in file")
}

fn typed(table: &Table) -> Result<Config, Error> {
    Config::deserialize(Value::Table(table.clone()))
}

/// What the parser says of a text that is no TOML.
fn not_toml(file: &str, error: &Error) -> Vec<Problem> {
    let (_, mut errors) = DeTable::parse_recoverable(file);
    if errors.is_empty() {
        errors.push(error.clone());
    }
    let problem = |error: &Error| {
        // The quoted line, which may have a password in it, is left out; what is expected is on lines of its own.
        let words: Vec<&str> = error.message().lines().collect();
        let says = format!("this is no TOML: {}", words.join(", "));
        let line = error.span().map(|span| line_at(file, span.start));
        Problem { line, ..Problem::of("", says, "`lunas config` prints how every key is written") }
    };
    errors.iter().map(problem).collect()
}

/// Every value of an operator's file that stands for one of the defaults, by its dotted key. Keys that are none are told.
fn walk(
    known: &Table,
    given: Table,
    within: &str,
    leaves: &mut Vec<(String, Value)>,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in given {
        let key = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
        match (known.get(&name), value) {
            (Some(Value::Table(known)), Value::Table(given)) => walk(known, given, &key, leaves, problems),
            (None, _) if within != OPEN.0 => {
                problems.push(Problem::of(&key, "is no key", meant(known, &name)));
            }
            (_, value) => leaves.push((key, value)),
        }
    }
}

/// The key that is like this one, in its table or by this name in another.
fn meant(siblings: &Table, name: &str) -> String {
    let slips = |known: &&String| strsim::osa_distance(known, name);
    let like = siblings.keys().min_by_key(slips).filter(|known| slips(known) <= SLIPS_MAX).cloned();
    let elsewhere = || {
        let mut tables = defaults().into_iter();
        tables.find(|(_, table)| table.get(name).is_some()).map(|(table, _)| format!("{table}.{name}"))
    };
    match like.or_else(elsewhere) {
        Some(key) => format!("did you mean `{key}`?"),
        None => "take it out; `lunas config` prints every key".to_owned(),
    }
}

/// Puts a value in its place, unless the configuration could not be understood with it.
fn put(merged: &mut Table, key: &str, value: Value) -> Result<(), String> {
    let (path, name) = key.rsplit_once('.').unwrap_or(("", key));
    let mut with = merged.clone();
    let mut table = Some(&mut with);
    for part in path.split('.').filter(|part| !part.is_empty()) {
        table = table.and_then(|table| table.get_mut(part)).and_then(Value::as_table_mut);
    }
    table.expect("a leaf is found in a table of the defaults").insert(name.to_owned(), value);
    typed(&with).map_err(|error| error.message().to_owned())?;
    *merged = with;
    Ok(())
}

/// The line in which a byte stands, from one on.
fn line_at(file: &str, byte: usize) -> usize {
    file.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}
