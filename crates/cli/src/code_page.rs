//! The page of response codes, compiled in: when Lunas sends a code, and what to do about it.
//!
//! The page is written for people. Its tables are what is read here: rows that begin with a code in backticks, of a
//! service or, with `xx` in the middle, of every service.

use lunas_snap::code::ResponseCode;

const PAGE: &str = include_str!("../../../docs/response-codes.md");

/// One row of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Seven places: a code, or one with `xx` for the service.
    pub(crate) code: String,
    /// When it is sent.
    pub(crate) when: String,
    /// What to do about it; empty where there is nothing to do.
    pub(crate) remedy: String,
    /// `responseMessage` of an answer with it; empty for what merchants answer.
    pub(crate) message: String,
}

/// The body of an answer with that code, as the page has it: all of it for a refusal, its head for a success.
pub(crate) fn example(code: &ResponseCode, entry: &Entry) -> Option<String> {
    let message = (!entry.message.is_empty()).then_some(&entry.message)?;
    let more = if code.is_success() { ",…" } else { "" };
    Some(format!(r#"{{"responseCode":"{code}","responseMessage":"{message}"{more}}}"#))
}

/// What the page has on a code: its own row if there is one, else that of every service.
pub(crate) fn find(code: &ResponseCode) -> Option<Entry> {
    let (http, case) = (&code.as_str()[..3], code.case_digits());
    let of_every_service = format!("{http}xx{case}");
    let named = |code: &str| entries().find(|entry| entry.code == code);
    named(code.as_str()).or_else(|| named(&of_every_service))
}

fn entries() -> impl Iterator<Item = Entry> {
    PAGE.lines().filter_map(entry)
}

fn entry(line: &str) -> Option<Entry> {
    let row = line.strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let code = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
    if code.len() != 7 || !code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x') {
        return None;
    }
    // Of what merchants answer the page says only what it means.
    let (when, remedy, message) = match *cells.as_slice() {
        [_, when, remedy, message] => (when, remedy, message),
        [_, when] => (when, "", ""),
        _ => return None,
    };
    let remedy = if remedy == "–" { String::new() } else { plain(remedy) };
    Some(Entry { code: code.to_owned(), when: plain(when), remedy, message: message.to_owned() })
}

/// Markdown without its marks: links by their words, code without backticks.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text.replace(['`', '['], "")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lunas_snap::code::Case;
    use lunas_snap::service::Service;

    use super::*;

    /// The codes that the page gives rows of their own, with `xx` for those of every service.
    fn told() -> BTreeSet<String> {
        let rows: Vec<String> = entries().map(|entry| entry.code).collect();
        let told: BTreeSet<String> = rows.iter().cloned().collect();
        assert_eq!(told.len(), rows.len(), "a code has two rows");
        told
    }

    #[test]
    fn every_code_that_is_answered_is_on_the_page_and_no_other() {
        // What reached no service is answered with the digits of none.
        let mut used: BTreeSet<String> = told().into_iter().filter(|code| &code[3..5] == "00").collect();
        assert!(used.contains(ResponseCode::new("", Case::InvalidRouting).as_str()));
        // HTTP's own refusals that the standard has no case for keep their status.
        let is_known = |code: &ResponseCode| code.case().is_some() || matches!(code.http(), 408 | 431);
        assert!(used.iter().all(|code| ResponseCode::parse(code).as_ref().is_some_and(is_known)));
        for service in Service::ALL.iter().copied().filter(|service| service.inbound()) {
            for case in service.cases() {
                let code = ResponseCode::new(service, case);
                let entry = find(&code).unwrap_or_else(|| panic!("the page has nothing on {code}"));
                assert!(!entry.when.is_empty(), "{code}: the page does not say when");
                // What failed inside has the same words under either of its codes.
                let is_inside = case == service.failed_inside();
                let words = if is_inside { Case::InternalServerError } else { case }.message();
                assert!(entry.message.starts_with(words), "{code}: {}", entry.message);
                used.insert(entry.code);
            }
        }
        let of_merchants = |code: &String| {
            let service = Service::of_code(&code[3..5]);
            service.is_some_and(|service| !service.inbound())
        };
        let told: BTreeSet<String> = told().into_iter().filter(|code| !of_merchants(code)).collect();
        assert_eq!(told, used);
    }

    #[test]
    fn an_example_is_the_body_of_an_answer() {
        let check = |code: &str, expected: &str| {
            let code = ResponseCode::parse(code).unwrap();
            assert_eq!(example(&code, &find(&code).unwrap()).as_deref(), Some(expected));
        };
        check("4045501", r#"{"responseCode":"4045501","responseMessage":"Transaction Not Found"}"#);
        check("2005700", r#"{"responseCode":"2005700","responseMessage":"Successful",…}"#);
        check("5045800", r#"{"responseCode":"5045800","responseMessage":"Timeout"}"#);
        let of_merchants = ResponseCode::parse("2005600").unwrap();
        assert_eq!(example(&of_merchants, &find(&of_merchants).unwrap()), None);
    }

    #[test]
    fn a_row_is_read_without_its_marks() {
        let check = |line: &str, expected: Option<[&str; 4]>| {
            let expected = expected.map(|cells| {
                let [code, when, remedy, message] = cells.map(str::to_owned);
                Entry { code, when, remedy, message }
            });
            assert_eq!(entry(line), expected, "{line}");
        };
        check(
            "| `2005400` | open | go to `webRedirectUrl` | Successful |",
            Some(["2005400", "open", "go to webRedirectUrl", "Successful"]),
        );
        check(
            "| `401xx00` | wrong [a](x) and [b](y#z) | – | Unauthorized. a[0] |",
            Some(["401xx00", "wrong a and b", "", "Unauthorized. a[0]"]),
        );
        check("| `2005600` | taken |", Some(["2005600", "taken", "", ""]));
        check("| code | when | what to do |", None);
        check("| `100` | not a code | – |", None);
        check("`2005400` in a sentence", None);
    }

    #[test]
    fn a_code_without_a_row_of_its_own_has_that_of_every_service() {
        let check = |code: &str, row: Option<&str>| {
            let found = find(&ResponseCode::parse(code).unwrap());
            assert_eq!(found.map(|entry| entry.code).as_deref(), row, "{code}");
        };
        check("4035715", Some("4035715"));
        check("5005401", Some("500xx01"));
        check("4035707", None);
    }
}
