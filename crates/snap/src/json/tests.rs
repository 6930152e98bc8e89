//! What is JSON and what is not, and that writing undoes reading.

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

fn compact(text: &str) -> Result<String, String> {
    parse(text.as_bytes()).map(|value| value.to_compact()).map_err(|error| error.to_string())
}

#[test]
fn order_number_text_and_content_are_kept() {
    let check = |text: &str, expected: &str| assert_eq!(compact(text).as_deref(), Ok(expected), "{text}");
    check(r#" { "b" : 1 , "a" : [ ] , "c" : { } } "#, r#"{"b":1,"a":[],"c":{}}"#);
    check(
        "[10.0,1e3,-0,0.50,1E+2,123456789012345678901234567890]",
        "[10.0,1e3,-0,0.50,1E+2,123456789012345678901234567890]",
    );
    check("[true,false,null,\"\"]", "[true,false,null,\"\"]");
    check(r#""\u0041\/\u00e9\ud83d\ude00""#, "\"A/é😀\"");
    check(r#""\"\\\b\f\n\r\t\u0000\u001f""#, r#""\"\\\b\f\n\r\t\u0000\u001f""#);
    check("\"\u{2028}\u{2029}\u{7f}\u{201c}\"", "\"\\u2028\\u2029\u{7f}\u{201c}\"");
    check("\t\r\n7 ", "7");
}

#[test]
fn the_ascii_form_escapes_what_is_beyond_ascii() {
    let check = |text: &str, expected: &str| assert_eq!(Value::from(text).to_ascii(), expected, "{text}");
    check("é/😀\u{2028}x", r#""\u00e9/\ud83d\ude00\u2028x""#);
    check("plain \"quoted\"\n", r#""plain \"quoted\"\n""#);
    check("\u{7f}\u{80}", "\"\u{7f}\\u0080\"");
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let check = |text: &str, expected: &str| assert_eq!(compact(text), Err(expected.to_owned()), "{text:?}");
    check("", "the text ends where a value was expected at byte 0");
    check("  ", "the text ends where a value was expected at byte 2");
    check("{} {}", "there is something after the value at byte 3");
    check("\u{feff}{}", "a byte order mark is not allowed at byte 0");
    check("{\"a\":1,\"a\":2}", "two members of one object have the same name at byte 7");
    check(r#"{"a":1,"\u0061":2}"#, "two members of one object have the same name at byte 7");
    check("{\"a\":1,}", "a member name in double quotes was expected at byte 7");
    check("{a:1}", "a member name in double quotes was expected at byte 1");
    check("{\"a\" 1}", "a colon was expected at byte 5");
    check("{\"a\":1 \"b\":2}", "a comma or the end of the object was expected at byte 7");
    check("[1 2]", "a comma or the end of the array was expected at byte 3");
    check("[1,]", "a value was expected at byte 3");
    check("[", "the text ends where a value was expected at byte 1");
    check("nul", "a value was expected at byte 0");
    check("NaN", "a value was expected at byte 0");
    check("'a'", "a value was expected at byte 0");
    check("-", "a digit was expected at byte 1");
    check("1.", "a digit was expected at byte 2");
    check("1e+", "a digit was expected at byte 3");
    check("01", "there is something after the value at byte 1");
    check("+1", "a value was expected at byte 0");
    check(".5", "a value was expected at byte 0");
    check("\"abc", "the text ends inside a string at byte 4");
    check("\"a\nb\"", "a control character must be escaped inside a string at byte 2");
    check(r#""\x41""#, "this escape does not exist at byte 1");
    check("\"\\", "this escape does not exist at byte 1");
    check(r#""\u12g4""#, "four hexadecimal digits were expected at byte 1");
    check(r#""\u12""#, "four hexadecimal digits were expected at byte 1");
    check(r#""\ud83d""#, "half of a surrogate pair stands alone at byte 1");
    check(r#""\ude00\ud83d""#, "half of a surrogate pair stands alone at byte 1");
    check(r#""\ud83d\u0041""#, "half of a surrogate pair stands alone at byte 1");
    assert_eq!(parse(b"\"\xff\"").map_err(|error| error.offset()), Err(1));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
    let error = parse(nested(DEPTH_MAX + 1).as_bytes()).expect_err("one too deep");
    assert_eq!((error.offset(), error.reason()), (DEPTH_MAX, "the value is nested too deeply"));
    assert!(parse("[".repeat(100_000).as_bytes()).is_err(), "the stack is safe");
}

#[test]
fn duplicates_are_found_in_large_objects_too() {
    let object = |last: &str| {
        let members: Vec<String> = (0..40).map(|at| format!("\"k{at}\":{at}")).collect();
        format!("[{{{},\"{last}\":0}}]", members.join(","))
    };
    assert!(parse(object("other").as_bytes()).is_ok());
    for last in ["k0", "k39"] {
        let error = parse(object(last).as_bytes()).expect_err("a duplicate");
        assert_eq!((error.offset(), error.reason()), (1, "two members of one object have the same name"));
    }
}

#[test]
fn minifying_takes_blanks_outside_strings_and_nothing_else() {
    let check = |text: &str, expected: &str| {
        let minified = minify(text.as_bytes());
        assert_eq!(*minified, *expected.as_bytes(), "{text:?}");
        assert_eq!(
            matches!(minified, Cow::Borrowed(_)),
            text == expected,
            "{text:?} is copied only when it changes"
        );
    };
    check("", "");
    check(" \t\r\n", "");
    check("{}", "{}");
    check("{ \"a b\" : \"c \\\" d\" ,\n\t\"e\\\\\" : 1 }\r\n", "{\"a b\":\"c \\\" d\",\"e\\\\\":1}");
    check("\"never closed \\", "\"never closed \\");
    check("1 \" 2", "1\" 2");
    check("a b\u{a0}c\u{b}", "ab\u{a0}c\u{b}");
}

#[test]
fn objects_are_built_in_order_and_without_absent_members() {
    let object = Object::new()
        .with("b", "x")
        .with_some("absent", None::<&str>)
        .with_some("a", Some(true))
        .with("list", vec![Value::Null, Value::integer(-7)]);
    assert_eq!(object.get("a"), Some(&Value::Bool(true)));
    assert_eq!(object.get("absent"), None);
    assert_eq!((object.len(), object.is_empty()), (3, false));
    assert_eq!(Value::from(object).to_compact(), r#"{"b":"x","a":true,"list":[null,-7]}"#);
}

/// Any value that can be parsed, without duplicate names.
fn values() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,8})?([eE][+-]?[0-9]{1,4})?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|text| Value::Number(text.into())),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 24, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..24)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in values()) {
        let text = value.to_compact();
        prop_assert_eq!(parse(text.as_bytes()), Ok(value.clone()));
        let ascii = value.to_ascii();
        prop_assert!(ascii.is_ascii());
        prop_assert_eq!(parse(ascii.as_bytes()), Ok(value));
    }

    #[test]
    fn compact_text_has_nothing_to_minify(value in values()) {
        let text = value.to_compact();
        let minified = minify(text.as_bytes());
        prop_assert!(matches!(minified, Cow::Borrowed(_)));
        prop_assert_eq!(&*minified, text.as_bytes());
    }

    #[test]
    fn minifying_twice_is_minifying_once(text in "[ \\t\\r\\n{}\\[\\]:,\"\\\\a-c0-9]{0,60}") {
        let once = minify(text.as_bytes()).into_owned();
        let twice = minify(&once).into_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn minifying_keeps_the_meaning(value in values(), blank in "[ \\t\\r\\n]{1,3}") {
        // Blanks around every token: between the characters that are one by themselves, outside strings.
        let compact = value.to_compact();
        let mut spaced = String::new();
        let (mut inside, mut escaped) = (false, false);
        for character in compact.chars() {
            let is_quote = character == '"' && !escaped;
            if !inside && matches!(character, '{' | '}' | '[' | ']' | ':' | ',') {
                spaced.push_str(&blank);
                spaced.push(character);
                spaced.push_str(&blank);
            } else {
                spaced.push(character);
            }
            escaped = inside && character == '\\' && !escaped;
            inside ^= is_quote;
        }
        prop_assert_eq!(&*minify(spaced.as_bytes()), compact.as_bytes());
        prop_assert_eq!(parse(spaced.as_bytes()), Ok(value.clone()));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
        let _ = minify(&bytes);
    }

    #[test]
    fn no_almost_json_makes_the_parser_panic(text in "[ {}\\[\\]:,\"\\\\/untrfalse0-9.eE+-é]{0,80}") {
        if let Ok(value) = parse(text.as_bytes()) {
            prop_assert_eq!(parse(value.to_compact().as_bytes()), Ok(value));
        }
    }
}
