//! What a body says, by value: two spellings of one request have one fingerprint.
//!
//! The order of members, blanks, escapes, `10000` for `10000.00`, one element where a list is meant, another offset of
//! the same instant, a null where a member could be left out: none of them makes another request. Neither do
//! credentials: a merchant that tries again has fetched new tokens meanwhile. Nor does a bank's mark that it tries
//! again. What is not understood as more than a text is compared as a text.
//!
//! ```
//! use lunas_snap::fingerprint::{self, Difference};
//! use lunas_snap::json;
//!
//! let read = |text: &str| json::parse(text.as_bytes()).expect("valid JSON");
//! let first = fingerprint::of(&read(r#"{"chargeToken":"a","amount":{"value":"10.00","currency":"IDR"}}"#));
//! let again = read(r#"{"amount":{"currency":"IDR","value":"10"},"chargeToken":"b"}"#);
//! assert_eq!(fingerprint::of(&again), first);
//! let other = read(r#"{"amount":{"value":"11.00","currency":"IDR"}}"#);
//! assert_eq!(fingerprint::difference(&first, &other), Difference::Member("amount.value".to_owned()));
//! ```

use std::borrow::Cow;

use lunas_vocab::Timestamp;

use crate::json::{Object, Value};
use crate::signature::body_digest;

/// Members that prove who asks or who pays and say nothing of what is asked for. Case does not matter.
pub const CREDENTIALS: [&str; 10] = [
    "accessToken",
    "authCode",
    "bankCardToken",
    "cardToken",
    "chargeToken",
    "merchantToken",
    "otp",
    "paymentOptionToken",
    "pin",
    "seamlessSign",
];
/// A member that only says that the call was made before.
const REPETITION_MARK: &str = "flagAdvise";

/// Bytes of the hash over everything: so many of SHA-256 that no two bodies meet, and each payment keeps them.
const HASH_LEN: usize = 16;
/// Bytes that stand for one member behind it: two for its place, one for its value. One changed value of 256 is not seen
/// by it, and then the difference has no name.
const MEMBER_LEN: usize = 3;
/// The most members that a difference can be found in. The outer ones are the first to be among them.
const MEMBERS_MAX: usize = 64;

/// What sets a body apart from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The member of that path is not as it was, or was not there.
    Member(String),
    /// Something is missing that was there.
    Missing,
    /// Something deep inside.
    Unnamed,
}

/// The fingerprint of a body: a hash of all its values, and a few bytes for each of its members, by which
/// [`difference`] finds the one that is not as it was.
pub fn of(body: &Value) -> Vec<u8> {
    let mut text = Vec::with_capacity(1024);
    let mut members = Vec::with_capacity(MEMBERS_MAX);
    walk(body, |leaf| {
        // A control character that no text of a message has, so that nothing can be moved over the border.
        for part in [leaf.place, "\u{1}", leaf.text, "\u{2}"] {
            text.extend_from_slice(part.as_bytes());
        }
        members.push((leaf.depth, leaf.member()));
    });
    members.sort_by_key(|(depth, _)| *depth);
    members.truncate(MEMBERS_MAX);
    let mut fingerprint = Vec::with_capacity(HASH_LEN + members.len() * MEMBER_LEN);
    fingerprint.extend(&body_digest(&text)[..HASH_LEN]);
    fingerprint.extend(members.iter().flat_map(|(_, member)| member));
    fingerprint
}

/// What sets `body` apart from the one of that fingerprint, which is another.
pub fn difference(first: &[u8], body: &Value) -> Difference {
    let known: Vec<&[u8]> = first.get(HASH_LEN..).unwrap_or_default().chunks_exact(MEMBER_LEN).collect();
    let mut leaves = Vec::new();
    walk(body, |leaf| leaves.push((leaf.depth, leaf.member(), leaf.path.to_owned())));
    leaves.sort_by_key(|(depth, ..)| *depth);
    let is_whole = known.len() < MEMBERS_MAX && leaves.len() <= MEMBERS_MAX;
    let named = |is_it: &dyn Fn(&[u8; MEMBER_LEN]) -> bool| {
        let found = leaves.iter().take(MEMBERS_MAX).find(|(_, member, _)| is_it(member));
        found.map(|(.., path)| Difference::Member(path.clone()))
    };
    let is_place_known = |member: &[u8; MEMBER_LEN]| known.iter().any(|other| other[..2] == member[..2]);
    let is_known = |member: &[u8; MEMBER_LEN]| known.iter().any(|other| *other == member);
    named(&|member| is_place_known(member) && !is_known(member))
        .or_else(|| named(&|member| is_whole && !is_place_known(member)))
        .unwrap_or(if known.len() > leaves.len() { Difference::Missing } else { Difference::Unnamed })
}

/// One value that has no parts.
struct Leaf<'w> {
    /// Where it stands, as people write it.
    path: &'w str,
    /// The same without the places of lists of one, which may be written without being lists.
    place: &'w str,
    place_hash: Short,
    depth: usize,
    /// What it comes to.
    text: &'w str,
}

impl Leaf<'_> {
    /// The bytes that stand for it.
    fn member(&self) -> [u8; MEMBER_LEN] {
        let ([a, b], [c, d]) = (self.place_hash.bytes(), Short::default().of(self.text).bytes());
        [a, b, c ^ d]
    }
}

/// A text's hash, which goes on where the text does. It names a difference and decides nothing.
#[derive(Clone, Copy)]
struct Short(u32);

impl Default for Short {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Short {
    fn of(self, text: &str) -> Self {
        Self(text.bytes().fold(self.0, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)))
    }

    fn bytes(self) -> [u8; 2] {
        let [a, b, c, d] = self.0.to_be_bytes();
        [a ^ c, b ^ d]
    }
}

/// Looks at every value that has no parts, at those of an object in the order of their names.
fn walk(body: &Value, look: impl FnMut(&Leaf<'_>)) {
    let (path, place) = (String::with_capacity(128), String::with_capacity(128));
    Walk { look, path, place, place_hash: Short::default(), depth: 0 }.value(body, false);
}

struct Walk<L> {
    look: L,
    path: String,
    place: String,
    place_hash: Short,
    depth: usize,
}

impl<L: FnMut(&Leaf<'_>)> Walk<L> {
    /// Takes a value apart. `is_amount` is said of the decimal of a money object.
    fn value(&mut self, value: &Value, is_amount: bool) {
        match value {
            Value::Null => {}
            Value::Bool(truth) => self.leaf(if *truth { "true" } else { "false" }),
            Value::Number(text) => self.leaf(&decimal(text)),
            Value::String(text) => {
                let text = text.trim();
                if !text.is_empty() {
                    self.leaf(&if is_amount { decimal(text) } else { instant(text) });
                }
            }
            Value::Array(elements) => self.elements(elements),
            Value::Object(object) => self.object(object),
        }
    }

    fn elements(&mut self, elements: &[Value]) {
        for (at, element) in elements.iter().enumerate() {
            let step = format!("[{at}]");
            let placed = if elements.len() > 1 { step.as_str() } else { "" };
            self.below(["", &step], ["", placed], |walk| walk.value(element, false));
        }
    }

    fn object(&mut self, object: &Object) {
        let mut members: Vec<(&str, &Value)> = object.iter().collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        let is_money = members.iter().any(|(name, _)| name.eq_ignore_ascii_case("currency"));
        for (name, value) in members {
            if CREDENTIALS.iter().any(|credential| credential.eq_ignore_ascii_case(name))
                || name == REPETITION_MARK
            {
                continue;
            }
            let is_amount = is_money && name.eq_ignore_ascii_case("value");
            let dot = |path: &str| if path.is_empty() { "" } else { "." };
            let (path, place) = ([dot(&self.path), name], [dot(&self.place), name]);
            self.below(path, place, |walk| walk.value(value, is_amount));
        }
    }

    /// Looks at something one step further down.
    fn below(&mut self, path: [&str; 2], place: [&str; 2], look: impl FnOnce(&mut Self)) {
        let above = (self.path.len(), self.place.len(), self.place_hash);
        path.into_iter().for_each(|part| self.path.push_str(part));
        for part in place {
            self.place.push_str(part);
            self.place_hash = self.place_hash.of(part);
        }
        self.depth += 1;
        look(self);
        self.depth -= 1;
        self.path.truncate(above.0);
        self.place.truncate(above.1);
        self.place_hash = above.2;
    }

    fn leaf(&mut self, text: &str) {
        let Self { look, path, place, place_hash, depth } = self;
        look(&Leaf { path, place, place_hash: *place_hash, depth: *depth, text });
    }
}

/// A decimal without the zeros that say nothing; a text that is none stays as it is.
fn decimal(text: &str) -> Cow<'_, str> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return text.into();
    }
    let (short, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    match (short, fraction) {
        ("", "") => "0".into(),
        (_, "") if short.len() == whole.len() => text[..sign.len() + whole.len()].into(),
        (_, "") => format!("{sign}{short}").into(),
        ("", fraction) => format!("{sign}0.{fraction}").into(),
        (short, fraction) => format!("{sign}{short}.{fraction}").into(),
    }
}

/// A time as the instant it names; any other text as it is.
fn instant(text: &str) -> Cow<'_, str> {
    let is_dated = matches!(text.as_bytes(), [y, _, _, _, b'-', ..] if y.is_ascii_digit());
    match Timestamp::parse(text).ok().filter(|_| is_dated) {
        Some(at) => format!("\u{3}{}", at.ms()).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn read(text: &str) -> Value {
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn r6_one_request_has_one_fingerprint_however_it_is_spelled() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(of(&read(one)) == of(&read(other)), expected, "{one} {other}");
        };
        check(r#"{"a":1,"b":{"c":"x","d":"y"}}"#, r#" {"b": {"d":"y", "c":"\u0078"}, "a": 1} "#, true);
        check(r#"{"a":1}"#, r#"{"a":1.0}"#, true);
        check(r#"{"a":-0.50}"#, r#"{"a":-0.5}"#, true);
        check(
            r#"{"a":{"value":"10000","currency":"IDR"}}"#,
            r#"{"a":{"currency":"IDR","value":"010000.0"}}"#,
            true,
        );
        check(
            r#"{"a":{"Value":"1.5","Currency":"IDR"}}"#,
            r#"{"a":{"Value":"1.50","Currency":"IDR"}}"#,
            true,
        );
        check(r#"{"a":null,"b":"","c":[],"d":{},"e":"x"}"#, r#"{"e":"x"}"#, true);
        check(r#"{"urlParam":{"url":"x"}}"#, r#"{"urlParam":[{"url":"x"}]}"#, true);
        check(r#"{"t":"2026-11-29T20:14:00+07:00"}"#, r#"{"t":"2026-11-29T13:14:00Z"}"#, true);
        check(r#"{"psid":"   70012"}"#, r#"{"psid":"70012"}"#, true);

        check(r#"{"customerNo":"0099"}"#, r#"{"customerNo":"99"}"#, false);
        check(r#"{"value":"1.0"}"#, r#"{"value":"1.00"}"#, false);
        check(r#"{"a":["x","y"]}"#, r#"{"a":["y","x"]}"#, false);
        check(r#"{"a":{"b":"x"}}"#, r#"{"a":"x"}"#, false);
        check(r#"{"a":"x"}"#, r#"{"a":"X"}"#, false);
        check(
            r#"{"a":{"value":"10000","currency":"IDR"}}"#,
            r#"{"a":{"value":"1000","currency":"IDR"}}"#,
            false,
        );
        check(r#"{"t":"2026-11-29T20:14:00+07:00"}"#, r#"{"t":"2026-11-29T20:14:00Z"}"#, false);
    }

    #[test]
    fn r6_credentials_are_not_compared_wherever_they_stand() {
        for name in CREDENTIALS {
            let body = |token: &str| {
                read(&format!(
                    r#"{{"{name}":"{token}","a":[{{"{}":"{token}","x":1}}],"b":2}}"#,
                    name.to_lowercase()
                ))
            };
            assert_eq!(of(&body("one")), of(&body("two")), "{name}");
        }
    }

    #[test]
    fn r6_a_difference_is_named() {
        let first = r#"{"a":"x","amount":{"value":"1.00","currency":"IDR"},"list":[{"n":1},{"n":2}],"one":[{"n":1}]}"#;
        let check = |other: &str, expected: Difference| {
            assert_eq!(difference(&of(&read(first)), &read(other)), expected, "{other}");
        };
        let member = |path: &str| Difference::Member(path.to_owned());
        check(&first.replace("\"x\"", "\"y\""), member("a"));
        check(&first.replace("1.00", "1.01"), member("amount.value"));
        check(&first.replace(r#"{"n":2}"#, r#"{"n":3}"#), member("list[1].n"));
        check(&first.replace(r#"[{"n":1}]}"#, r#"[{"n":3}]}"#), member("one[0].n"));
        check(&first.replace(r#""a":"x""#, r#""a":"x","b":"z""#), member("b"));
        check(&first.replace(r#""a":"x","#, ""), Difference::Missing);
    }

    #[test]
    fn r6_a_large_body_has_a_bounded_fingerprint_and_its_outer_members_are_named() {
        let body = |amount: u32, deep: u32| {
            let many: Vec<String> =
                (0..500).map(|n| format!(r#"{{"id":{},"x":{{"y":{n}}}}}"#, n + deep)).collect();
            read(&format!(r#"{{"aa":[{}],"amount":{amount}}}"#, many.join(",")))
        };
        let first = of(&body(1, 0));
        assert_eq!(first.len(), HASH_LEN + MEMBERS_MAX * MEMBER_LEN);
        assert_eq!(difference(&first, &body(2, 0)), Difference::Member("amount".to_owned()));
        assert_ne!(of(&body(1, 1)), first);
        let deep = read(&body(1, 0).to_compact().replace(r#""y":499"#, r#""y":-1"#));
        assert_ne!(of(&deep), first);
        assert_eq!(difference(&first, &deep), Difference::Unnamed);
    }
}
