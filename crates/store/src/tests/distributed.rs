//! Every statement is one that a cluster of Citus can plan, going by its text: nobody needs a cluster to find out that one
//! is not. That the cluster agrees is for a run on one.

use std::collections::{BTreeMap, HashMap};

use super::{READS, asked_apart, writes};
use crate::db::postgres_statements;
use crate::read::ended::Reads;
use crate::statement::{Deed, Statement};
use crate::table::{ALL, Family};

#[test]
fn every_statement_can_be_distributed() {
    let mut all: Vec<String> =
        READS.iter().flat_map(|(_, _, texts)| *texts).map(|sql| (*sql).to_owned()).collect();
    all.extend(asked_apart().into_iter().map(str::to_owned));
    for family in [Family::Payment, Family::Account] {
        all.extend(Reads::of(family, &ALL).texts().into_iter().map(str::to_owned));
    }
    all.extend(writes().map(|statement| statement.individual('$')));
    all.extend(postgres_statements());
    assert!(all.len() > 250, "{}", all.len());
    let refused: Vec<String> =
        all.iter().filter_map(|sql| why_not(sql).map(|reason| format!("{reason}: {sql}"))).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn what_cannot_be_distributed_is_told() {
    let check = |sql: &str, expected: Option<&str>| {
        let told = why_not(sql).unwrap_or_default();
        assert_eq!(told.is_empty(), expected.is_none(), "{sql}: {told}");
        assert!(told.contains(expected.unwrap_or_default()), "{sql}: {told}");
    };
    check("with recursive pending (id) as (select 1) select id from pending", Some("recursion"));
    check("select amount from balance where account_id = any($1) for update", Some("locks"));
    check("select amount from balance where account_id = $1 for update", None);
    check("select amount from balance where account_id = any($1)", None);
    check("insert into setting (name, value) values ($1, (select 'x'))", Some("values"));
    check("insert into setting (name, value) values ($1, 'x')", None);
    check("select p.amount from replay r join payment p on p.reference_no = r.opened", Some("payment"));
    check("select p.amount from transition t join payment p on p.bucket = t.bucket", None);
    check("select p.amount from transition t join payment p on p.version = t.version", Some("payment"));
    check("select p.amount from replay r join payment p on p.bucket = r.opened", Some("r.opened"));
    check("select j.at from posting p join journal j on j.id = p.journal_id", Some("journal"));
    check("select j.at from (select bucket from posting) p join journal j on j.bucket = p.bucket", None);
    check("select x.at from posting x join (select id from journal) j on j.id = x.journal_id", None);
    check("select p.amount from payment p join merchant m on m.id = p.merchant_id", None);
    check(
        "select j.id from journal j where not exists (select 1 from refund r where r.refund_no = substr(j.id, 8))",
        Some("refund"),
    );
    check(
        "select c.kind from resolution c where not exists (
            select 1 from payment p where p.reference_no = c.reference_no)",
        Some("payment is asked for each row"),
    );
    check(
        "select c.kind from resolution c where not exists (
            select 1 from payment p where p.reference_no = c.reference_no and p.bucket = c.bucket)",
        None,
    );
    check(
        "select p.amount from payment p where p.bucket = (select r.opened from replay r where r.owner = $1)",
        Some("looked up"),
    );
}

/// How many statements of a file, or which that write, ask every part of the store, because what they look for is found by
/// something else than what says where it lies. Clients wait for three kinds: a merchant's history, its balance, and the
/// notification that an operator asks for by its id.
const ASK_EVERYWHERE: &[(&str, usize)] = &[
    ("asked apart", 2),
    ("attempts_delete", 1),
    ("attempts_mend", 1),
    ("balances_reset", 1),
    ("leases_mend", 1),
    ("read/ended", 2),
    ("read/history", 2),
    ("read/ledger", 22),
    ("read/notification", 4),
    ("read/payment", 3),
    ("read/upkeep", 2),
    ("read/virtual_account", 1),
    ("replays_delete", 1),
    ("replays_empty", 1),
];

#[test]
fn every_statement_knows_where_its_rows_lie() {
    let reads =
        READS.iter().flat_map(|(file, _, texts)| texts.iter().map(move |sql| (*file, (*sql).to_owned())));
    let apart = asked_apart().into_iter().map(|sql| ("asked apart", sql.to_owned()));
    let empties = |statement: &Statement| matches!(statement.deed, Deed::Empty);
    let writes = writes()
        .filter(|statement| !empties(statement))
        .map(|statement| (statement.name, statement.individual('$')));
    let mut asks: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, sql) in reads.chain(apart).chain(writes) {
        let words = words(&sql);
        let is_bucketed = words.iter().any(|word| column_of(word) == Some("bucket"));
        let has_bucket = words.windows(3).any(|three| {
            let column = three[0].rsplit('.').next();
            column == Some("bucket") && three[1] == "=" && three[2].starts_with('$')
        }) || (sql.starts_with("insert") && words.iter().any(|word| word == "bucket"));
        if is_bucketed && !has_bucket {
            *asks.entry(name).or_default() += 1;
        }
    }
    assert_eq!(asks.into_iter().collect::<Vec<_>>(), ASK_EVERYWHERE);
}

/// Why a statement cannot be made on several machines, if so: what each rule says of it.
fn why_not(sql: &str) -> Option<String> {
    let words = words(sql);
    let has = |word: &str| words.iter().any(|found| found == word);
    if has("recursive") {
        return Some("recursion sees one machine only".to_owned());
    }
    if has("any") && sql.contains("for update") {
        return Some("one statement locks rows of one machine".to_owned());
    }
    if let Some(at) = words.iter().position(|word| word == "values")
        && words[at..].iter().any(|word| word == "select")
    {
        return Some("values hold no question".to_owned());
    }
    let named = named(&words);
    joins(&words, &named).or_else(|| inner(&words, &named))
}

/// A statement's words: names with their points, and every other character by itself.
fn words(sql: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for c in sql.chars() {
        let is_of_name = c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
        match words.last_mut() {
            Some(word) if is_of_name && is_open => word.push(c),
            _ if c.is_whitespace() => {}
            _ => words.push(c.into()),
        }
        is_open = is_of_name;
    }
    words
}

/// Which column says where the rows of a table lie, if one does.
fn column_of(table: &str) -> Option<&'static str> {
    ALL.iter().find(|known| known.name == table)?.lies_by()
}

/// The distributed tables that a statement names, by what it calls them.
fn named(words: &[String]) -> HashMap<&str, &str> {
    let mut named = HashMap::new();
    for (at, table) in words.iter().enumerate().skip(1) {
        if matches!(words[at - 1].as_str(), "from" | "join") && column_of(table).is_some() {
            named.insert(alias(words, at), table.as_str());
        }
    }
    named
}

/// What the table at a place is called.
fn alias(words: &[String], at: usize) -> &str {
    let next = words.get(at + 1).map_or("", String::as_str);
    let is_name = next.chars().all(|c| c.is_ascii_alphanumeric()) && !KEYWORDS.contains(&next);
    if is_name && !next.is_empty() { next } else { &words[at] }
}

const KEYWORDS: [&str; 12] =
    ["on", "where", "join", "left", "order", "group", "union", "limit", "for", "using", "as", "set"];

/// A join of a distributed table by something else than where its rows and the others' lie.
fn joins(words: &[String], named: &HashMap<&str, &str>) -> Option<String> {
    for (at, word) in words.iter().enumerate() {
        let table = words.get(at + 1).map_or("", String::as_str);
        let Some(column) = column_of(table).filter(|_| word == "join") else { continue };
        let own = format!("{}.{column}", alias(words, at + 1));
        let end = words[at + 2..]
            .iter()
            .position(|word| ["where", "join", "left", "order", "group", "union"].contains(&word.as_str()))
            .map_or(words.len(), |end| at + 2 + end);
        let mut equal = equals(&words[at..end], &own).peekable();
        if equal.peek().is_none() {
            return Some(format!("{table} is joined, and not by {column}"));
        }
        // What is no table is a subquery, which is made first.
        let lies_elsewhere = |other: &str| {
            let (name, of) = other.split_once('.').unwrap_or_default();
            named.get(name).is_some_and(|table| column_of(table) != Some(of))
        };
        if let Some(other) = equal.find(|other| lies_elsewhere(other)) {
            return Some(format!(
                "{table} is joined by {other}, which does not say where the rows of its table lie: {named:?}"
            ));
        }
    }
    None
}

/// What a column is compared with.
fn equals<'w>(words: &'w [String], column: &'w str) -> impl Iterator<Item = &'w str> {
    words.windows(3).filter(|three| three[1] == "=").filter_map(move |three| {
        [(&three[0], &three[2]), (&three[2], &three[0])]
            .into_iter()
            .find(|(one, _)| *one == column)
            .map(|(_, other)| other.as_str())
    })
}

/// A question about a distributed table within a condition that does not say where its rows lie, or gives the place of
/// others.
fn inner(words: &[String], named: &HashMap<&str, &str>) -> Option<String> {
    for at in 0..words.len().saturating_sub(4) {
        if words[at] != "(" || words[at + 1] != "select" {
            continue;
        }
        let body = &words[at + 2..closing(words, at)];
        let Some(from) = body.iter().position(|word| word == "from") else { continue };
        let Some((table, column)) =
            body.get(from + 1).and_then(|table| column_of(table).map(|column| (table, column)))
        else {
            continue;
        };
        let before = words[..at].last().map_or("", String::as_str);
        let outer = words.get(at.wrapping_sub(2)).map_or("", String::as_str);
        let is_place =
            |(name, of): (&str, &str)| named.get(name).is_some_and(|table| column_of(table) == Some(of));
        if before == "=" && outer.split_once('.').is_some_and(is_place) {
            return Some(format!("where the rows of {outer} lie is looked up in {table}"));
        }
        let own = format!("{}.{column}", alias(body, from + 1));
        if before == "exists" && equals(body, &own).next().is_none() {
            return Some(format!("{table} is asked for each row, and not by {column}"));
        }
    }
    None
}

/// Where the bracket at a place ends.
fn closing(words: &[String], at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, word) in words.iter().enumerate().skip(at) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    words.len()
}
