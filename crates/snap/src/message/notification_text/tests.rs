//! What each language's verifier makes of a body, and that the spelling which is meant for it survives that.

use proptest::prelude::*;

use super::NotificationText;
use crate::json::{self, Object};

/// Node: parsed and written again.
fn node(body: &str) -> String {
    json::parse(body.as_bytes()).unwrap().to_raw()
}

/// PHP: the same, with its own escapes.
fn php(body: &str) -> String {
    json::parse(body.as_bytes()).unwrap().to_escaped()
}

/// Java since 3.2.2: no blanks between texts.
fn java(body: &str) -> String {
    String::from_utf8(json::minify(body.as_bytes()).into_owned()).unwrap()
}

/// Java before 3.2.2: no blanks at all.
fn old_java(body: &str) -> String {
    body.split([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']).collect()
}

/// Whether every verifier that the spelling is meant for hashes the body that was sent.
pub(in crate::message) fn assert_verified(text: NotificationText, body: &[u8]) {
    type Form = fn(&str) -> String;
    let body = std::str::from_utf8(body).unwrap();
    let forms: &[(&str, Form)] = match text {
        NotificationText::Portable => &[("node", node), ("php", php), ("java", java)],
        NotificationText::Exact => &[("node", node), ("java", java)],
        NotificationText::Escaped => &[("php", php), ("java", java)],
        NotificationText::Plain => &[("node", node), ("php", php), ("java", java), ("old java", old_java)],
    };
    for (name, form) in forms {
        assert_eq!(form(body), body, "{text:?}, {name}");
    }
}

fn sent(text: NotificationText, own: &str) -> String {
    let message = Object::new().with("a", text.spell(own)).into();
    let body = text.bytes(&message);
    assert_verified(text, &body);
    String::from_utf8(body).unwrap()
}

#[test]
fn r3_a_text_goes_out_as_it_was_sent_as_far_as_the_merchants_verifier_allows() {
    let check = |own: &str, spelled: [&str; 4]| {
        for (text, expected) in NotificationText::ALL.into_iter().zip(spelled) {
            assert_eq!(sent(text, own), format!(r#"{{"a":"{expected}"}}"#), "{own}, {text:?}");
        }
    };
    // Portable, exact, escaped, plain.
    check("Jokul Doe", ["Jokul Doe", "Jokul Doe", "Jokul Doe", "Jokul_Doe"]);
    let name = "Siti Nur'aini & Co";
    check(name, [name, name, name, "Siti_Nur'aini_&_Co"]);
    check(
        "INV/2026/11/0042",
        ["INV-2026-11-0042", "INV/2026/11/0042", r"INV\/2026\/11\/0042", "INV-2026-11-0042"],
    );
    check("Café 😀", ["Caf? ?", "Café 😀", r"Caf\u00e9 \ud83d\ude00", "Caf?_?"]);
    let marks = "a+b=c <d> (e) #f %20 @ ~ ` | {}[]";
    check(marks, [marks, marks, marks, &marks.replace(' ', "_")]);
    let quoted = r#"the \"big\" one"#;
    check(r#"the "big" one"#, [quoted, quoted, quoted, r#"the_\"big\"_one"#]);
    check(r"C:\temp", [r"C:\\temp"; 4]);
    check("two\nlines\tand\r", [r"two\nlines\tand\r"; 4]);
    check("\u{1}\u{1f}\u{7f}", ["\\u0001\\u001f\u{7f}"; 4]);
    check("\u{2028}\u{a0}", ["??", "\u{2028}\u{a0}", r"\u2028\u00a0", "??"]);
    check("", [""; 4]);
}

#[test]
fn r3_an_id_survives_or_is_left_out() {
    let check = |id: &str, keeps: [bool; 4]| {
        assert_eq!(NotificationText::ALL.map(|text| text.keeps(id)), keeps, "{id}");
    };
    check("order-1", [true; 4]);
    check("order 1", [true, true, true, false]);
    check("INV/2026/11/0042", [false, true, true, false]);
    check("pesanan-é", [false, true, true, false]);
}

proptest! {
    #[test]
    fn r3_any_text_survives_the_verifiers_that_its_spelling_is_for(own in any::<String>()) {
        for text in NotificationText::ALL {
            sent(text, &own);
        }
        for text in [NotificationText::Exact, NotificationText::Escaped] {
            let body = json::parse(sent(text, &own).as_bytes()).unwrap();
            prop_assert_eq!(body.get("a").and_then(json::Value::as_str), Some(own.as_str()));
        }
    }
}
