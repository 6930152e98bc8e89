//! The tables of fields: `docs/fields.md` as a whole, and those that stand among the text of `docs/integration.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lunas_snap::field::{Field, Kind, Need, Shape};
use lunas_snap::message::auth_code;
use lunas_snap::message::catalogue::{self, Role};
use lunas_snap::service::Service;

const HEAD: &str = "# Fields

Every member of every message, as the code declares it. This page is printed by `crates/snap/tests/fields`, which also fails when it is out of date; `LUNAS_RENEW=1 cargo test -p lunas-snap --test fields` prints it anew.
How the calls go together is told in [integration.md](integration.md); every answer begins with `responseCode` and `responseMessage`, which are not listed.

A path names the objects on the way; `[0]` is not written. A text has at most as many characters as its length. Unknown members are no reason to refuse a message, and where you get back what you sent along, they are still in it.

| type | in JSON |
|---|---|
| text | a text that is not empty |
| digits | a text of digits, or a number |
| word | one of the texts that are listed, in any case |
| time | ISO 8601, such as `2026-11-20T18:00:00+07:00` |
| money | `{\"value\":\"25000.00\",\"currency\":\"IDR\"}` |
| any | an object of the sender's own |
";

/// Where the tables of another page begin and end.
const BEGIN: &str = "<!-- fields of ";
const END: &str = "<!-- end of fields -->";

fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// The objects that stand in more places than one: they have a table of their own.
fn shared() -> BTreeMap<&'static str, &'static Shape> {
    let mut places: BTreeMap<&'static str, (usize, &'static Shape)> = BTreeMap::new();
    for message in catalogue::ALL {
        count(message.shape, &mut places);
    }
    places.into_iter().filter(|(_, (count, _))| *count > 1).map(|(name, (_, shape))| (name, shape)).collect()
}

fn count(shape: &Shape, places: &mut BTreeMap<&'static str, (usize, &'static Shape)>) {
    for field in shape.members() {
        if let Kind::Object(inner) | Kind::List(inner) = field.kind {
            if !is_spread(shape, field) {
                let place = places.entry(inner.name).or_insert((0, inner));
                place.0 += 1;
                // The one that says most is the one that is told.
                if inner.fields.len() > place.1.fields.len() {
                    place.1 = inner;
                }
            }
            count(inner, places);
        }
    }
}

/// Whether other members stand in the same object, so that it is not one of its own.
fn is_spread(around: &Shape, field: &Field) -> bool {
    let below = format!("{}.", field.path);
    around.members().iter().any(|other| {
        !std::ptr::eq(*other, field) && (other.path == field.path || other.path.starts_with(&below))
    })
}

/// One table.
struct Table<'a> {
    role: Role,
    shared: &'a BTreeMap<&'static str, &'static Shape>,
    /// The page with the tables of shared objects, if that is another one.
    page: &'a str,
    text: String,
}

impl Table<'_> {
    fn of(role: Role, shape: &Shape, page: &str) -> String {
        let head = match role {
            Role::Request => "needed",
            Role::Answer | Role::Notification | Role::Reply => "there",
        };
        let shared = shared();
        let mut table = Table { role, shared: &shared, page, text: String::new() };
        let _ = writeln!(table.text, "| field | type | {head} | length | rule |\n|---|---|---|---|---|");
        table.rows(shape, "");
        table.text
    }

    fn rows(&mut self, shape: &Shape, before: &str) {
        for field in shape.members() {
            let path = format!("{before}{}", field.path);
            let inner = match field.kind {
                Kind::Object(inner) | Kind::List(inner) => Some(inner),
                _ => None,
            };
            let is_spread = inner.is_some() && is_spread(shape, field);
            if !is_spread {
                let row = self.row(field);
                let _ = writeln!(self.text, "| `{path}` {row}");
            }
            if let Some(inner) = inner.filter(|inner| is_spread || !self.shared.contains_key(inner.name)) {
                self.rows(inner, &format!("{path}."));
            }
        }
    }

    fn row(&self, field: &Field) -> String {
        let (kind, words) = match field.kind {
            Kind::Text => ("text".to_owned(), None),
            Kind::TextOrEmpty => ("text, may be empty".to_owned(), None),
            Kind::Digits => ("digits".to_owned(), None),
            Kind::Word(words) => ("word".to_owned(), Some(words)),
            Kind::Words(words) => ("list of words".to_owned(), Some(words)),
            Kind::Time => ("time".to_owned(), None),
            Kind::Money => ("money".to_owned(), None),
            Kind::Amount => ("money, with a number".to_owned(), None),
            Kind::Bool => ("true or false".to_owned(), None),
            Kind::Any => ("any".to_owned(), None),
            Kind::Texts => ("list of texts".to_owned(), None),
            Kind::Object(shape) => (self.named("object", shape), None),
            Kind::List(shape) => (self.named("list", shape), None),
        };
        let length = match field.kind {
            Kind::Text | Kind::TextOrEmpty | Kind::Digits | Kind::Texts => field.length_max,
            _ => None,
        };
        let needed = match (self.role, field.need) {
            (Role::Request, Need::Mandatory) => "yes",
            (Role::Request, Need::Optional) => "no",
            (Role::Request, Need::Conditional) => "see right",
            (_, Need::Mandatory) => "always",
            (_, Need::Optional | Need::Conditional) => "if known",
        };
        let length = length.map(|length| length.to_string()).unwrap_or_default();
        format!("| {kind} | {needed} | {length} | {} |", rule(self.role, field, words))
    }

    fn named(&self, word: &str, shape: &Shape) -> String {
        match self.shared.contains_key(shape.name) {
            true => format!("{word}: [{}]({}#{})", shape.name, self.page, shape.name.to_lowercase()),
            false => word.to_owned(),
        }
    }
}

/// The line of a member, with its words and its other places, unless it names them itself.
fn rule(role: Role, field: &Field, words: Option<&[&str]>) -> String {
    let mut rule = field.doc.trim().to_owned();
    if let Some(repeated) = field.repeats
        && rule == "the same"
    {
        rule = format!("the same as `{repeated}`");
    }
    let code = |word: &str| format!("`{word}`");
    let new = |words: &[&str], told: &str| -> Vec<String> {
        words.iter().map(|word| code(word)).filter(|word| !told.contains(word)).collect()
    };
    let words = words.unwrap_or_default();
    let untold = new(words, &rule);
    if !untold.is_empty() && untold.len() == words.len() {
        let _ = write!(rule, ": {}", untold.join(", "));
    }
    // What else a reader of answers goes by is nothing to somebody who reads what this gateway answers.
    let others = if role == Role::Request { new(field.others, &rule) } else { Vec::new() };
    if !others.is_empty() {
        let _ = write!(rule, "; read at {} too", others.join(", "));
    }
    rule.replace('|', "\\|")
}

fn title(role: Role) -> &'static str {
    match role {
        Role::Request => "request",
        Role::Answer => "answer",
        Role::Notification => "notification",
        Role::Reply => "reply",
    }
}

/// `docs/fields.md`.
fn fields() -> String {
    let mut page = HEAD.to_owned();
    for service in Service::ALL.iter().copied() {
        let roles = [Role::Request, Role::Answer, Role::Notification, Role::Reply];
        let tables: Vec<_> =
            roles.into_iter().filter_map(|role| shape(service.code(), title(role))).collect();
        let (code, name) = (service.code(), service.name());
        let _ = write!(page, "\n## {code} {name}\n\n`{} {}`\n", service.method(), service.path());
        for (role, shape) in tables {
            let _ = write!(page, "\n### {code}, {}\n\n{}", title(role), Table::of(role, shape, ""));
        }
    }
    page.push_str("\n## Objects in several messages\n");
    for (name, shape) in shared() {
        let _ = write!(page, "\n### {name}\n\n{}", Table::of(Role::Request, shape, ""));
    }
    page
}

/// What one message is made of. That of 10 is a query and no JSON.
fn shape(code: &str, role: &str) -> Option<(Role, &'static Shape)> {
    if (code, role) == (Service::AuthCode.code(), title(Role::Request)) {
        return Some((Role::Request, auth_code::PARAMETERS));
    }
    let mut messages = catalogue::ALL.iter();
    let found = messages.find(|message| message.service.code() == code && title(message.role) == role)?;
    Some((found.role, found.shape))
}

/// A page with each of its tables as it has to be.
fn renewed(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(named) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        assert!(lines.by_ref().any(|line| line == END), "{named} has no end");
        let (code, role) = named.split_once(", ").unwrap_or_else(|| panic!("{named}"));
        let (role, shape) = shape(code, role).unwrap_or_else(|| panic!("there is no {named}"));
        let _ = writeln!(out, "\n{}\n{END}", Table::of(role, shape, "fields.md"));
    }
    out
}

#[test]
fn the_printed_tables_are_what_is_declared() {
    let integration = std::fs::read_to_string(document("integration.md")).expect("the page is there");
    for (name, text) in [("fields.md", fields()), ("integration.md", renewed(&integration))] {
        if std::env::var_os("LUNAS_RENEW").is_some() {
            std::fs::write(document(name), &text).expect("the page can be written");
        }
        let written = std::fs::read_to_string(document(name)).unwrap_or_default();
        assert!(
            written == text,
            "docs/{name} is out of date; see the head of crates/snap/tests/fields/main.rs"
        );
    }
}

/// Somebody who integrates finds every request among the examples.
#[test]
fn every_request_has_its_table_beside_its_example() {
    let integration = std::fs::read_to_string(document("integration.md")).expect("the page is there");
    for message in catalogue::ALL.iter().filter(|message| message.role == Role::Request) {
        let begin = format!("{BEGIN}{}, request -->", message.service.code());
        assert!(integration.contains(&begin), "{begin}");
    }
}
