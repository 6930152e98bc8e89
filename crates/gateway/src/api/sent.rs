//! What a header says, or what is wrong with how it was sent. A header that is there is never called missing.
//!
//! A line that is empty is not there: some senders add one of the same name. A line that comes again with the same value
//! says nothing new; with another value, nobody can know which of the two is meant.

use axum::http::{HeaderMap, header};
use lunas_snap::code::{Case, Failure};
use lunas_snap::header::{AUTHORIZATION_CUSTOMER, canonical};
use lunas_snap::json::Value;

use super::call::Received;
use crate::app::App;
use crate::app::token;

/// The most characters of a value that are repeated in a sentence.
const SHOWN_MAX: usize = 40;
const JSON: &str = "application/json";
/// Where access tokens come from, and those of accounts.
const GET_TOKEN: &str = "get one by POST /v1.0/access-token/b2b";
const GET_ACCOUNT_TOKEN: &str = "get one by POST /v1.0/registration-account-binding";

/// A header's one value; nothing where it is absent or empty.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Failure> {
    let mut found: Option<&str> = None;
    for line in headers.get_all(name) {
        let text = match line.to_str() {
            Ok(text) => text.trim(),
            Err(_) => return Err(wrong(name, &foreign(line.as_bytes()))),
        };
        match found {
            _ if text.is_empty() => {}
            Some(before) if before != text => {
                return Err(wrong(name, "it was sent twice with different values; send it once"));
            }
            _ => found = Some(text),
        }
    }
    if found.is_some_and(is_repeated) {
        return Err(wrong(name, "it has its value twice in one line; send it once"));
    }
    Ok(found)
}

fn wrong(name: &str, reason: &str) -> Failure {
    Failure::with(Case::InvalidFieldFormat, format!("{}: {reason}", canonical(name)))
}

/// What is in a line that is not plain ASCII.
fn foreign(line: &[u8]) -> String {
    let only = "send letters, digits and signs of ASCII only";
    let Some(at) = line.iter().position(|byte| !matches!(byte, b' '..=b'~' | b'\t')) else {
        return only.to_owned();
    };
    let rest = &line[at..];
    let read = match std::str::from_utf8(rest) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(),
    };
    match read.chars().next() {
        Some('\u{feff}') => format!("it begins with a byte order mark (U+FEFF); {only}"),
        Some(letter) if letter.is_alphanumeric() => {
            format!("it has '{letter}' (U+{:04X}), which is not ASCII; {only}", u32::from(letter))
        }
        Some(letter) => {
            format!("it has the character U+{:04X}, which is not ASCII; {only}", u32::from(letter))
        }
        None => format!("it has the byte {:02X}, which is neither ASCII nor UTF-8; {only}", rest[0]),
    }
}

/// Whether proxies or clients put two equal lines into one.
fn is_repeated(text: &str) -> bool {
    let mut parts = text.split(',').map(str::trim);
    let Some(first) = parts.next().filter(|first| !first.is_empty()) else { return false };
    let mut rest = parts.peekable();
    rest.peek().is_some() && rest.all(|part| part == first)
}

/// The body has to be JSON that nobody has wrapped. One that says nothing of its type is taken as JSON; another type is
/// not guessed at.
pub(super) fn check_content(headers: &HeaderMap) -> Result<(), Failure> {
    for line in headers.get_all(header::CONTENT_TYPE) {
        let Ok(text) = line.to_str() else { return Err(wrong("Content-Type", &foreign(line.as_bytes()))) };
        if text.trim().is_empty() {
            continue;
        }
        if text.contains(',') {
            let reason = format!("'{}' are two in one line; send it once, as {JSON}", shown(text));
            return Err(wrong("Content-Type", &reason));
        }
        let media = text.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case(JSON) {
            return Err(wrong("Content-Type", &format!("'{}' is not read; send {JSON}", shown(media))));
        }
    }
    for (name, plain) in [(header::CONTENT_ENCODING, "identity"), (header::TRANSFER_ENCODING, "chunked")] {
        for line in headers.get_all(&name) {
            let shown_name = if plain == "chunked" { "Transfer-Encoding" } else { "Content-Encoding" };
            let Ok(text) = line.to_str() else { return Err(wrong(shown_name, &foreign(line.as_bytes()))) };
            let mut codings = text.split(',').map(str::trim).filter(|coding| !coding.is_empty());
            if let Some(coding) = codings.find(|coding| !coding.eq_ignore_ascii_case(plain)) {
                let reason = format!("'{}' is not read; send the body as plain JSON", shown(coding));
                return Err(wrong(shown_name, &reason));
            }
        }
    }
    Ok(())
}

/// What a body that is no JSON is, where its first bytes say so.
pub(super) fn wrapped(raw: &[u8]) -> Option<&'static str> {
    match raw {
        [0x1f, 0x8b, ..] => Some("the body is compressed by gzip; send it as plain JSON"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("the body is compressed by zstd; send it as plain JSON"),
        [0xef, 0xbb, 0xbf, ..] => Some("the body begins with a byte order mark; send UTF-8 without it"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => {
            Some("the body is in UTF-16 or UTF-32; send it in UTF-8")
        }
        _ => None,
    }
}

/// The token of a header that is to have one behind the word `Bearer`; nothing where the header is absent. The error
/// says what it has instead.
pub(super) fn bearer<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Bearer> {
    let Some(text) = text(headers, name).map_err(Bearer::Unreadable)? else {
        return Ok(None);
    };
    let canonical = canonical(name);
    let (word, token) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let token = token.trim();
    let reason = match word.to_ascii_lowercase().as_str() {
        "bearer" if token.is_empty() => format!("{canonical} has no token behind the word Bearer"),
        "bearer" => return Ok(Some(token)),
        "basic" | "digest" | "token" | "hmac" if !token.is_empty() => {
            format!("{canonical} is of the scheme {}; send Bearer and the token", shown(word))
        }
        _ => {
            format!("{canonical} lacks the word Bearer before the token; send Bearer, a blank, and the token")
        }
    };
    Err(Bearer::NoToken(reason))
}

/// The customer token that a call carries.
pub(super) fn customer_token<'a>(call: &Received<'a>) -> Result<Option<&'a str>, Failure> {
    bearer(call.headers, AUTHORIZATION_CUSTOMER).map_err(|wrong| match wrong {
        Bearer::Unreadable(failure) => failure,
        Bearer::NoToken(reason) => Failure::with(Case::InvalidCustomerToken, reason),
    })
}

/// Why a header has no token, although it is there.
#[derive(Debug)]
pub(super) enum Bearer {
    /// It is no text.
    Unreadable(Failure),
    /// It has something else.
    NoToken(String),
}

/// What is wrong with an access token that is none of this gateway's, where its form tells. Of any other the published
/// documents list the message as it is, and nothing is added to it.
pub(super) fn trouble(token: &str) -> Option<String> {
    Some(format!("{}; {GET_TOKEN}", token_trouble(token, token::is_cut(token))?))
}

fn token_trouble(token: &str, is_cut: bool) -> Option<String> {
    let first = token.split_whitespace().next().unwrap_or_default();
    if first.eq_ignore_ascii_case("bearer") {
        Some("the word Bearer is there twice".to_owned())
    } else if token.contains(char::is_whitespace) {
        Some("the token has a blank in it".to_owned())
    } else if token.starts_with(['"', '\'', '<', '{', '[']) {
        Some("the token stands in quotes or brackets".to_owned())
    } else if is_cut {
        Some(format!("the token is cut off, only {} characters came", token.len()))
    } else {
        None
    }
}

/// Says more of a refusal than its code, where what the call brought tells it: why a customer's token is none.
pub(super) fn explained(app: &App, call: &Received<'_>, failure: Failure) -> Failure {
    if failure.case != Case::InvalidCustomerToken || failure.detail.is_some() {
        return failure;
    }
    let detail = match bearer(call.headers, AUTHORIZATION_CUSTOMER) {
        Err(_) => None,
        Ok(token) => {
            let charged = || call.body.get("chargeToken").and_then(Value::as_str).map(str::trim);
            match token.or_else(charged).filter(|token| !token.is_empty()) {
                None => Some("send Authorization-Customer with Bearer and the account's token".to_owned()),
                Some(token) if app.account_token_check(token).is_none() => {
                    let is_cut = app.is_cut_account_token(token);
                    token_trouble(token, is_cut).map(|trouble| format!("{trouble}; {GET_ACCOUNT_TOKEN}"))
                }
                Some(_) => None,
            }
        }
    };
    Failure { detail, ..failure }
}

fn shown(text: &str) -> String {
    let mut shown: String = text.trim().chars().take(SHOWN_MAX).collect();
    if text.trim().chars().count() > SHOWN_MAX {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn r10_a_header_is_read_or_says_what_is_wrong_with_it() {
        let check = |lines: &[&[u8]], expected: Result<Option<&str>, &str>| {
            let lines: Vec<(&'static str, &[u8])> =
                lines.iter().map(|line| ("x-external-id", *line)).collect();
            let headers = headers(&lines);
            match (text(&headers, "x-external-id"), expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{lines:?}"),
                (Err(failure), Err(expected)) => {
                    assert_eq!(failure.case, Case::InvalidFieldFormat, "{lines:?}");
                    let message = failure.message();
                    assert!(message.contains("X-EXTERNAL-ID: ") && message.contains(expected), "{message}");
                    assert!(!message.ends_with('…'), "{message}");
                }
                (read, expected) => panic!("{lines:?} gave {read:?}, not {expected:?}"),
            }
        };
        check(&[], Ok(None));
        check(&[b"", b"  "], Ok(None));
        check(&[b" a-1 "], Ok(Some("a-1")));
        check(&[b"", b"a", b"a "], Ok(Some("a")));
        check(&[b"a,b"], Ok(Some("a,b")));
        check(&[b","], Ok(Some(",")));
        check(&[b"a", b"b"], Err("twice with different values; send it once"));
        check(&[b"a, a"], Err("twice in one line; send it once"));
        check("pesanan-é".as_bytes().chunks(99).collect::<Vec<_>>().as_slice(), Err("'é' (U+00E9)"));
        check(&[b"pesanan-\xe9"], Err("the byte E9"));
        check(&["\u{feff}a".as_bytes()], Err("byte order mark (U+FEFF)"));
        check(&["a\u{a0}".as_bytes()], Err("the character U+00A0"));
        check(&["\u{200b}".as_bytes()], Err("the character U+200B"));
        check(&["一".as_bytes()], Err("'一' (U+4E00)"));
    }

    #[test]
    fn r10_only_plain_json_is_read() {
        let check = |lines: &[(&'static str, &[u8])], expected: Option<&str>| {
            let message = check_content(&headers(lines)).err().map(|failure| failure.message());
            match (&message, expected) {
                (None, None) => {}
                (Some(message), Some(expected)) => assert!(message.contains(expected), "{message}"),
                _ => panic!("{lines:?} gave {message:?}, not {expected:?}"),
            }
        };
        check(&[], None);
        check(&[("content-type", b"")], None);
        check(&[("content-type", b" Application/JSON ; charset=UTF-8")], None);
        check(
            &[("content-type", b"application/json"), ("content-type", b"application/json;charset=utf-8")],
            None,
        );
        let twice =
            "'application/json, application/json' are two in one line; send it once, as application/json";
        check(&[("content-type", b"application/json, application/json")], Some(twice));
        let other = "Content-Type: 'text/plain' is not read; send application/json";
        check(&[("content-type", b"application/json"), ("content-type", b"text/plain")], Some(other));
        check(&[("content-type", b"text/plain; charset=utf-8")], Some(other));
        check(&[("content-type", "application/jsön".as_bytes())], Some("'ö' (U+00F6)"));
        check(&[("content-encoding", b"identity")], None);
        check(&[("content-encoding", b"")], None);
        check(
            &[("content-encoding", b"gzip")],
            Some("Content-Encoding: 'gzip' is not read; send the body as plain"),
        );
        check(&[("content-encoding", b"identity, BR")], Some("'BR' is not read"));
        check(&[("transfer-encoding", b"Chunked")], None);
        check(&[("transfer-encoding", b"gzip, chunked")], Some("Transfer-Encoding: 'gzip' is not read"));
    }

    #[test]
    fn r10_a_token_is_found_or_it_is_said_what_is_there() {
        let check = |sent: &'static str, expected: Result<&str, &str>| {
            let headers = headers(&[("authorization", sent.as_bytes())]);
            match (bearer(&headers, "authorization"), expected) {
                (Ok(token), Ok(expected)) => assert_eq!(token, Some(expected), "{sent}"),
                (Err(Bearer::NoToken(reason)), Err(expected)) => {
                    assert!(reason.contains(expected), "{reason}")
                }
                (read, expected) => panic!("{sent} gave {read:?}, not {expected:?}"),
            }
        };
        for word in ["Bearer", "bearer", "BEARER"] {
            check(Box::leak(format!("{word} abc").into_boxed_str()), Ok("abc"));
        }
        check("Bearer   abc ", Ok("abc"));
        check("Bearer\tabc", Ok("abc"));
        check("Bearer", Err("no token behind the word Bearer"));
        check("eyJhbGciOi.abc.def", Err("lacks the word Bearer"));
        check("Bearer:abc", Err("lacks the word Bearer"));
        check("Basic YTpi", Err("scheme Basic"));
        check("Token abc", Err("scheme Token"));

        let check = |token: &str, expected: &str| {
            let said = trouble(token).unwrap_or_default();
            assert!(said.contains(expected) && said.contains("/v1.0/access-token/b2b"), "{token}: {said}");
        };
        check("Bearer abc", "the word Bearer is there twice");
        check("a b", "a blank in it");
        check("\"abc\"", "quotes or brackets");
        check("<abc>", "quotes or brackets");
        assert_eq!(trouble("abc"), None);
    }

    #[test]
    fn r10_a_body_in_disguise_is_recognised() {
        let check = |raw: &[u8], expected: Option<&str>| {
            assert_eq!(
                wrapped(raw).map(|said| said.contains(expected.unwrap_or("-"))),
                expected.map(|_| true)
            );
        };
        check(b"{}", None);
        check(b"", None);
        check(b"7", None);
        check(b"\x1f\x8b\x08", Some("gzip"));
        check(b"\x28\xb5\x2f\xfd", Some("zstd"));
        check("\u{feff}{}".as_bytes(), Some("byte order mark"));
        check(b"\xff\xfe{\0", Some("UTF-16"));
        check(b"{\0}\0", Some("UTF-16"));
        check(b"\0{\0}", Some("UTF-16"));
    }
}
