//! Which fault is named, with which path, and what passes for absent.

use super::*;
use crate::json;

type Line = (Option<String>, Option<String>);

/// A message of every kind of field, read for the fault it leaves.
fn order(body: &Reader<'_>) -> Option<()> {
    let id = body.text("id", 4);
    let note = body.text_optional("note", 4);
    let size = body.text_or_number_optional("size", 4);
    let at = body.parsed_optional("at", 64, lunas_vocab::Timestamp::parse);
    let price = body.money("price");
    let lines = body.list("lines", |line| -> Option<Line> {
        let name = line.text("name", 8);
        let code = line.text_optional("code", 8);
        Some((Some(name?), code))
    });
    let info = body.section("info");
    let tags = info.texts_optional("tags", 4);
    let free = info.any_object_optional("free");
    let inner = info.object_optional("inner", |inner| inner.text("must", 4));
    let _ = (note, size, at, tags, free, inner);
    let _ = (id?, price?, lines?);
    Some(())
}

const PRICE: &str = r#""price":{"value":"1.00","currency":"IDR"}"#;
const LINES: &str = r#""lines":[{"name":"x"}]"#;

fn fault(text: &str) -> String {
    let body = json::parse(text.as_bytes()).expect("valid JSON");
    read(&body, order).map_or_else(|error| error.to_string(), |()| "none".to_owned())
}

#[test]
fn faults_are_named_by_their_path() {
    let check = |extra: &str, expected: &str| {
        let text = format!(r#"{{"id":"1",{PRICE},{LINES},{extra}}}"#);
        assert_eq!(fault(&text), expected, "{text}");
    };
    check(r#""other":1"#, "none");
    check(r#""note":"12345""#, "note: at most 4 characters are allowed");
    check(r#""note":"éééé""#, "none");
    check(r#""note":"a\tb""#, "none");
    check(r#""note":"a\u0000""#, "note: control characters are not allowed");
    check(r#""note":1"#, "note: a string was expected");
    check(r#""size":1"#, "none");
    check(r#""size":"1""#, "none");
    check(r#""size":true"#, "size: a string or a number was expected");
    check(
        r#""at":"yesterday""#,
        "at: write 2026-11-29T20:14:00+07:00, 2026-11-29T20:14+07, 2026-11-29T13:14:00.123Z or 20261129T131400Z",
    );
    check(r#""info":"x""#, "info: an object was expected");
    check(r#""info":{"tags":["a","12345"]}"#, "info.tags: texts of at most 4 characters were expected");
    check(r#""info":{"tags":"a"}"#, "none");
    check(r#""info":{"free":[1]}"#, "info.free: an object was expected");
    check(r#""info":{"inner":{"x":1}}"#, "info.inner.must is missing");
    check(r#""info":{"inner":{"must":[]}}"#, "info.inner.must: a string was expected");
}

#[test]
fn mandatory_fields_are_asked_for_before_formats() {
    let check = |text: &str, expected: &str| assert_eq!(fault(text), expected, "{text}");
    check("{}", "id is missing");
    check("[]", "id is missing");
    check(r#"{"id":""}"#, "id is missing");
    check(r#"{"id":null}"#, "id is missing");
    check(r#"{"id":"12345"}"#, "price is missing");
    check(r#"{"id":"12345","price":{"value":1}}"#, "price.currency is missing");
    check(r#"{"id":"12345","price":{"value":"1.000","currency":"USD"}}"#, "lines is missing");
    check(r#"{"id":"12345","price":[],"lines":[]}"#, "price is missing");
    check(
        &format!(r#"{{"id":"12345",{PRICE},"lines":[{{"name":"x"}},{{"name":1}},{{}}]}}"#),
        "lines[2].name is missing",
    );
    check(&format!(r#"{{"id":"1",{PRICE},"lines":[{{"name":"x"}},7]}}"#), "lines[1]: an object was expected");
    check(&format!(r#"{{"id":"1",{PRICE},"lines":{{"name":7}}}}"#), "lines.name: a string was expected");
    check(&format!(r#"{{"id":"1",{PRICE},"lines":"x"}}"#), "lines: an array of objects was expected");
    check(&format!(r#"{{"id":"1","price":7,{LINES}}}"#), "price: an object was expected");
    check("7", "body: an object was expected");
}

#[test]
fn amounts_are_decimals_of_rupiah() {
    let check = |value: &str, currency: &str, expected: &str| {
        let text = format!(r#"{{"id":"1","price":{{"value":{value},"currency":"{currency}"}},{LINES}}}"#);
        assert_eq!(fault(&text), expected, "{text}");
    };
    for same in [r#""10000""#, r#""10000.0""#, r#""10000.00""#] {
        check(same, "IDR", "none");
    }
    let reason = "price.value: an amount is digits with at most two decimals after a point, such as 10000.00";
    for bad in [r#""1.000""#, r#""-1""#, r#""1,000.00""#, r#""1e3""#, r#""Rp1""#] {
        check(bad, "IDR", reason);
    }
    check("1", "IDR", "price.value: a string was expected");
    check(r#""1.00""#, "USD", "price.currency: the only currency is IDR");
    check(r#""1.00""#, "IDRX", "price.currency: at most 3 characters are allowed");
}

#[test]
fn absence_has_many_forms() {
    let check = |extra: &str| {
        let text = format!(r#"{{"id":"1",{PRICE},{LINES},{extra}}}"#);
        assert_eq!(fault(&text), "none", "{text}");
    };
    for absent in ["null", "\"\"", "[]", "{}"] {
        check(&format!(r#""info":{absent}"#));
    }
    for absent in ["null", "\"\"", "[]"] {
        check(&format!(r#""note":{absent},"size":{absent},"at":{absent}"#));
        check(&format!(r#""info":{{"inner":{absent},"tags":{absent},"free":{absent}}}"#));
    }
}

#[test]
fn lenient_reading_drops_what_it_cannot_use() {
    let check = |text: &str, expected: Option<&str>| {
        let body = json::parse(text.as_bytes()).expect("valid JSON");
        assert_eq!(
            read_leniently(&body, order).err().map(|error| error.to_string()).as_deref(),
            expected,
            "{text}"
        );
    };
    let extra = r#""note":{},"size":"123456789","at":"?","info":{"tags":7,"free":7,"inner":{}}"#;
    check(&format!(r#"{{"id":123456,{PRICE},{LINES},{extra}}}"#), None);
    check(&format!(r#"{{"id":"1",{PRICE},{LINES},"info":7}}"#), None);
    check(&format!(r#"{{{PRICE},{LINES}}}"#), Some("id is missing"));
    check(&format!(r#"{{"id":{{}},{PRICE},{LINES}}}"#), Some("id: a string was expected"));
}

#[test]
fn faults_become_the_standards_failures() {
    let check = |error: FieldError, expected: &str| assert_eq!(Failure::from(error).message(), expected);
    check(FieldError::missing("chargeToken"), "Invalid Mandatory Field chargeToken");
    check(
        FieldError::format("payOptionDetails[0].transAmount.value", "the amount is too large"),
        "Invalid Field Format payOptionDetails[0].transAmount.value: the amount is too large",
    );
    check(
        FieldError { kind: FaultKind::Format, field: "CHANNEL-ID".to_owned(), reason: None },
        "Invalid Field Format CHANNEL-ID",
    );
}
