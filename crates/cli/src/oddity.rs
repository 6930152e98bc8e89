//! What is odd about the parts of a call that somebody signs by hand. A signature is made of anything, and one that is
//! made of the wrong thing looks like any other.

use lunas_snap::json;
use lunas_snap::service::Service;
use lunas_vocab::{ClientId, Timestamp};

use crate::verdict::say;

/// What is odd, a sentence each.
#[derive(Debug, Default)]
pub(crate) struct Oddities(Vec<String>);

impl Oddities {
    /// Tells stderr. The command goes on: whoever signs by hand may mean it.
    pub(crate) fn tell(self) {
        for sentence in self.0 {
            say(&format!("warning: {sentence}"));
        }
    }

    fn note(&mut self, is_odd: bool, sentence: impl Into<String>) {
        if is_odd {
            self.0.push(sentence.into());
        }
    }

    /// The path of a call that a merchant makes.
    pub(crate) fn path(mut self, path: &str) -> Self {
        let bare = path.split(['?', '#']).next().unwrap_or_default();
        if !self.shape_of_path(path) && Service::find(bare).is_none() {
            let near = Service::ALL.iter().find(|service| bare.ends_with(service.path()));
            let hint = near.map(|service| format!("; did you mean {}?", service.path())).unwrap_or_default();
            self.note(true, format!("--path {bare} is the path of no service{hint}"));
        }
        self
    }

    /// The path of a notification, which may have a prefix.
    pub(crate) fn notification_path(mut self, path: &str) -> Self {
        self.shape_of_path(path);
        self
    }

    /// Notes what no path has. Whether there was anything.
    fn shape_of_path(&mut self, path: &str) -> bool {
        let before = self.0.len();
        let has_host = path.contains("://") || path.starts_with("//");
        self.note(has_host, "--path has a host in it; what is signed begins with the / behind the host");
        self.note(!has_host && !path.starts_with('/'), "--path does not begin with a /");
        self.note(path.contains(char::is_whitespace), "--path has a blank in it");
        self.note(path.contains('#'), "--path has a # in it; what follows one is never sent");
        self.note(path.len() > 1 && path.ends_with('/'), "--path ends in a /, which is another path");
        self.0.len() > before
    }

    /// The method, in upper case.
    pub(crate) fn method(mut self, method: &str) -> Self {
        let is_known = Service::ALL.iter().any(|service| service.method() == method);
        self.note(
            !is_known,
            format!("--method {method} is of no service; they use POST, and GET for the auth code"),
        );
        self
    }

    /// The access token.
    pub(crate) fn token(mut self, token: &str) -> Self {
        let is_bearer = token.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
        self.note(is_bearer, "--token begins with \"Bearer\"; only what follows it is signed");
        self.note(token.trim().is_empty(), "--token is empty");
        self.surroundings("--token", if is_bearer { token.trim_start()[6..].trim_start() } else { token });
        self
    }

    /// The client secret.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.note(secret.trim().is_empty(), "--secret is empty");
        let is_key = secret.contains("-----BEGIN");
        self.note(is_key, "--secret is a key; a transaction is signed with the client secret");
        if !is_key {
            self.surroundings("--secret", secret);
        }
        self
    }

    /// The client id.
    pub(crate) fn client_id(mut self, client_id: &str) -> Self {
        self.note(ClientId::new(client_id).is_err(), "--client-id is no client id, such as G1234325-SNAP");
        self.surroundings("--client-id", client_id);
        self
    }

    /// `X-TIMESTAMP`.
    pub(crate) fn timestamp(mut self, timestamp: &str) -> Self {
        let is_time = Timestamp::parse(timestamp).is_ok();
        self.note(
            !is_time,
            format!("--timestamp {timestamp:?} is no time, such as 2026-11-20T10:00:00+07:00"),
        );
        self
    }

    /// The body as it is sent.
    pub(crate) fn body(mut self, method: &str, body: &[u8]) -> Self {
        let is_blank = body.iter().all(u8::is_ascii_whitespace);
        let has_body = matches!(method, "POST" | "PUT");
        self.note(is_blank && has_body, format!("the body is empty, and {method} is sent with one (--body)"));
        self.note(!is_blank && json::parse(body).is_err(), "the body is no JSON; it is signed as it is");
        self
    }

    /// What a shell or an editor leaves around a value.
    fn surroundings(&mut self, name: &str, value: &str) {
        self.note(
            value.trim() != value || value.contains(['\n', '\r']),
            format!("{name} has blanks or line breaks around or in it, which are signed with it"),
        );
        let quoted = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
        self.note(quoted('"') || quoted('\''), format!("{name} stands in quotes, which are signed with it"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p9_what_makes_no_sense_is_said() {
        let check = |oddities: Oddities, expected: &[&str]| {
            let told = oddities.0;
            assert_eq!(told.len(), expected.len(), "{told:?}");
            for (sentence, words) in told.iter().zip(expected) {
                assert!(sentence.contains(words), "{sentence} lacks {words}");
            }
        };
        let none = Oddities::default;
        check(none().path("/v1.0/debit/status"), &[]);
        check(none().path("/v1.0/debit/status?x=1"), &[]);
        check(none().path("https://h.example/v1.0/debit/status"), &["host"]);
        check(none().path("//h.example/v1.0/debit/status"), &["host"]);
        check(none().path("v1.0/debit/status"), &["begin with a /"]);
        check(none().path("/v1.0/debit/status/"), &["ends in a /"]);
        check(none().path("/v1.0/debit/ status"), &["blank"]);
        check(none().path("/v1.0/debit/status#x"), &["#"]);
        check(none().path("/v1.0/debit/state"), &["of no service"]);
        check(none().path("/api/v1.0/debit/status"), &["did you mean /v1.0/debit/status?"]);
        check(none().path(""), &["begin with a /"]);
        check(none().notification_path("/shop/v1.0/debit/notify"), &[]);
        check(none().notification_path("https://shop.example/v1.0/debit/notify"), &["host"]);
        check(none().method("POST").method("GET"), &[]);
        check(none().method("DELETE"), &["of no service"]);
        check(none().method("PSOT"), &["PSOT"]);
        check(none().token("gp9HjjEj"), &[]);
        check(none().token("Bearer gp9HjjEj"), &["Bearer"]);
        check(none().token("bearer gp9HjjEj"), &["Bearer"]);
        check(none().token("gp9HjjEj\n"), &["line breaks"]);
        check(none().token("\"gp9HjjEj\""), &["quotes"]);
        check(none().token(""), &["empty"]);
        check(none().secret("s3cr3t"), &[]);
        check(none().secret(" s3cr3t"), &["blanks"]);
        check(none().secret("'s3cr3t'"), &["quotes"]);
        check(none().secret(""), &["empty"]);
        check(none().secret("-----BEGIN PRIVATE KEY-----\n"), &["client secret"]);
        check(none().client_id("G1234325-SNAP"), &[]);
        check(none().client_id(""), &["no client id"]);
        check(none().timestamp("2023-07-31T07:10:00+07:00"), &[]);
        for odd in ["12345", "", "yesterday", "1700000000", "2023-13-31T07:10:00+07:00"] {
            check(none().timestamp(odd), &["no time"]);
        }
        check(none().body("POST", b"{}").body("GET", b"").body("DELETE", b""), &[]);
        check(none().body("POST", b" "), &["empty"]);
        check(none().body("POST", b"{"), &["no JSON"]);
        check(none().body("POST", b"\xef\xbb\xbf{}"), &["no JSON"]);
    }
}
