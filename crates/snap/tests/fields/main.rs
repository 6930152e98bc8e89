//! Messages are what is declared of them, and so are the tables in `docs/fields.md` and `docs/integration.md`.
//!
//! To print the tables anew: `LUNAS_RENEW=1 cargo test -p lunas-snap --test fields`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the cases that it is about; what it leaves out, the product's own matches do not"
)]

use std::collections::BTreeSet;

use lunas_snap::field::{FaultKind, Field, Kind, Need, Place, Shape};
use lunas_snap::json::{Object, Value};
use lunas_snap::message::catalogue::{self, Message, Role};

mod page;

/// It repeats a part of the customer beside the customer, and is read from there.
const READ_BESIDE: &str = "shippingAddress";

/// A body with every member that is read, but for the one at `without`.
fn body(shape: &Shape, without: &str) -> Object {
    let mut object = Object::new();
    for field in shape
        .members()
        .iter()
        .filter(|field| (field.is_read() || field.path == READ_BESIDE) && field.path != without)
    {
        let inner = without.strip_prefix(field.path).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
        object = with(object, field.path, sample(field, inner));
    }
    object
}

fn sample(field: &Field, without: &str) -> Value {
    let text = |text: &str| Value::from(field.example.unwrap_or(text));
    match field.kind {
        Kind::Text | Kind::TextOrEmpty | Kind::Digits => text("1"),
        Kind::Word(words) => text(words[0]),
        Kind::Time => text("2026-11-20T18:00:00+07:00"),
        Kind::Bool => Value::Bool(true),
        Kind::Any => Object::new().with("any", Value::integer(1)).into(),
        Kind::Texts => vec![Value::from("1")].into(),
        Kind::Words(words) => vec![Value::from(words[0])].into(),
        Kind::Amount => Object::new().with("value", Value::integer(10_000)).with("currency", "IDR").into(),
        Kind::Money if without.is_empty() => {
            Object::new().with("value", "10000.00").with("currency", "IDR").into()
        }
        Kind::Money => Object::new().with(if without == "value" { "currency" } else { "value" }, "1").into(),
        Kind::Object(shape) => body(shape, without).into(),
        Kind::List(shape) => vec![Value::from(body(shape, without))].into(),
    }
}

/// The object with a value at a path, in place of what stands there; two objects are put together.
fn with(object: Object, path: &str, value: Value) -> Object {
    let (name, value) = match path.split_once('.') {
        None => (path, value),
        Some((outer, rest)) => {
            let value = match object.get(outer) {
                Some(Value::Array(elements)) => {
                    let first = elements.first().and_then(Value::as_object).cloned().unwrap_or_default();
                    vec![Value::from(with(first, rest, value))].into()
                }
                inner => {
                    with(inner.and_then(Value::as_object).cloned().unwrap_or_default(), rest, value).into()
                }
            };
            (outer, value)
        }
    };
    let mut is_there = false;
    let mut put: Object = object
        .iter()
        .map(|(known, old)| {
            let is_it = known == name;
            is_there |= is_it;
            (known.to_owned(), if is_it { together(old, &value) } else { old.clone() })
        })
        .collect();
    if !is_there {
        put.push(name, value);
    }
    put
}

fn together(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            new.iter().fold(old.clone(), |object, (name, value)| with(object, name, value.clone())).into()
        }
        (_, new) => new.clone(),
    }
}

/// Every path in a message; what nobody looks into is not looked into.
fn paths(value: &Value, before: &str, shape: &Shape, found: &mut BTreeSet<String>) {
    let places = shape.places().into_iter();
    let opaque: Vec<_> =
        places.filter(|place| matches!(place.field.kind, Kind::Any)).map(|place| place.path).collect();
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter() {
                let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
                if !opaque.contains(&path) {
                    paths(value, &path, shape, found);
                }
                found.insert(path);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| paths(element, before, shape, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The paths that are declared, with those of the objects on the way.
fn declared(shape: &Shape) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for Place { path, .. } in shape.places() {
        for (at, _) in path.match_indices('.') {
            all.insert(path[..at].to_owned());
        }
        all.insert(path);
    }
    all
}

fn name(message: &Message) -> String {
    format!("{} {:?}", message.service.code(), message.role)
}

fn requests() -> impl Iterator<Item = &'static Message> {
    catalogue::ALL.iter().filter(|message| message.role == Role::Request)
}

#[test]
fn what_is_written_is_what_is_declared() {
    for message in catalogue::ALL {
        let mut written = BTreeSet::new();
        let all = message.shape.places();
        for without in std::iter::once("").chain(all.iter().map(|place| place.path.as_str())) {
            let body = body(message.shape, without).into();
            match message.again(&body) {
                Ok(again) => paths(&again, "", message.shape, &mut written),
                Err(error) => assert_ne!(without, "", "{}: {error}: {}", name(message), body.to_compact()),
            }
        }
        if matches!(message.role, Role::Answer) {
            assert!(written.remove("responseCode") && written.remove("responseMessage"));
        }
        let declared = declared(message.shape);
        let missing: Vec<_> = declared.difference(&written).collect();
        // One list goes by its other name in one flavour.
        let is_other = |path: &str| {
            let others = message.shape.fields.iter().flat_map(|field| field.others);
            others.into_iter().any(|other| path == *other || path.starts_with(&format!("{other}.")))
        };
        let extra: Vec<_> = written.difference(&declared).filter(|path| !is_other(path)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{}: {missing:?}, {extra:?}", name(message));
    }
}

#[test]
fn what_is_mandatory_is_asked_for() {
    for message in requests() {
        for Place { path, field, is_read } in message.shape.places() {
            if field.need == Need::Mandatory && is_read {
                let error = message.again(&body(message.shape, &path).into());
                let error = error.expect_err(&format!("{} without {path}", name(message)));
                let told = (error.kind, error.field.replace("[0]", ""));
                // An object without members is missed by the first of them that has to be there.
                assert!(
                    told.0 == FaultKind::Missing && told.1.starts_with(&path),
                    "{}: {path}: {told:?}",
                    name(message)
                );
            }
        }
    }
}

/// What is passed over where it cannot be read: some banks put words of their own there.
const PASSED_OVER: &str = "additionalInfo.bank";

#[test]
fn every_member_is_read_as_what_it_is() {
    for message in requests() {
        let whole = body(message.shape, "");
        for Place { path, field, is_read } in message.shape.places() {
            let is_passed_over = path == PASSED_OVER && matches!(field.kind, Kind::Text);
            if !is_read || is_passed_over {
                continue;
            }
            let wrong = match field.kind {
                Kind::Bool | Kind::Any | Kind::Object(_) | Kind::List(_) | Kind::Money | Kind::Amount => {
                    Value::from("x")
                }
                _ => Value::Bool(true),
            };
            let error = message.again(&with(whole.clone(), &path, wrong).into());
            let error = error.expect_err(&format!("{}: {path} of a wrong type", name(message)));
            let told = (error.kind, error.field.replace("[0]", ""));
            assert_eq!(told, (FaultKind::Format, path.clone()), "{}", name(message));
        }
    }
}

#[test]
fn a_text_is_as_long_as_it_may_be_and_no_longer() {
    for message in requests() {
        let whole = body(message.shape, "");
        for Place { path, field, is_read } in message.shape.places() {
            let (Some(max), true) = (field.length_max, is_read) else { continue };
            let read = |length: usize| {
                let text = Value::from("1".repeat(length));
                let text = if matches!(field.kind, Kind::Texts) { vec![text].into() } else { text };
                message.again(&with(whole.clone(), &path, text).into())
            };
            if let Err(error) = read(max) {
                assert!(!error.to_string().contains("at most"), "{}: {path}: {error}", name(message));
            }
            let error = read(max + 1).expect_err(&format!("{}: {path} is too long", name(message)));
            assert_eq!(error.field.replace("[0]", ""), path, "{}", name(message));
        }
    }
}

#[test]
fn a_member_is_read_in_each_of_its_places() {
    for message in catalogue::ALL {
        let members = message.shape.members();
        let whole = message.again(&body(message.shape, "").into()).expect("the whole is read");
        for field in members.iter().filter(|field| field.is_read()) {
            // A place that is another member's too holds that one.
            let is_taken = |place: &&&str| members.iter().any(|other| other.path == **place);
            for place in field.others.iter().filter(|place| !is_taken(place)) {
                let elsewhere = with(body(message.shape, field.path), place, sample(field, ""));
                assert_eq!(
                    message.again(&elsewhere.into()).as_ref(),
                    Ok(&whole),
                    "{}: {place}",
                    name(message)
                );
            }
        }
    }
}
