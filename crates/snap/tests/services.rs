//! The table of services, held against the list of what is served in the read-me.

use lunas_snap::service::Service;

const README: &str = include_str!("../../../README.md");
/// What a row begins with: a call, or a notification behind the merchant's own prefix.
const ROWS: [(&str, &str, bool); 3] =
    [("| `POST /", "POST", true), ("| `GET /", "GET", true), ("| to the merchant: `…/", "POST", false)];

/// Method, path, digits, and whether the gateway is called: a line each.
fn written() -> Vec<String> {
    let rows = README.lines().filter_map(|line| {
        let (begin, method, inbound) = ROWS.into_iter().find(|(begin, ..)| line.starts_with(begin))?;
        let (path, rest) = line[begin.len()..].split_once("` | ")?;
        let (code, _) = rest.split_once(" |")?;
        Some(row(method, &format!("/{path}"), code, inbound))
    });
    sorted(rows.collect())
}

fn row(method: &str, path: &str, code: &str, inbound: bool) -> String {
    format!("{code} {method} {path} {}", if inbound { "in" } else { "out" })
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

#[test]
fn every_service_is_found_by_its_path_and_by_its_code() {
    let mut listed = Vec::new();
    for service in Service::ALL.iter().copied() {
        assert_eq!(Service::find(service.path()), Some(service), "a path is given twice");
        assert_eq!(Service::of_code(service.code()), Some(service), "a code is given twice");
        let ways = [service.inbound().then_some(true), service.outbound().then_some(false)];
        for inbound in ways.into_iter().flatten() {
            listed.push(row(service.method(), service.path(), service.code(), inbound));
        }
    }
    assert_eq!(sorted(listed), written());
}

#[test]
fn other_paths_have_no_service() {
    for path in
        ["", "/", "/v1.0/debit/status/", "/v1.0/debit/status?x=1", "/V1.0/debit/status", "debit/status"]
    {
        assert_eq!(Service::find(path), None, "{path}");
    }
}
