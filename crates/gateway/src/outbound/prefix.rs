//! A merchant's prefix: the URL that paths are appended to, checked when it is entered and not when it is called.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use lunas_vocab::is_localhost;
use url::{Host, Url};

use super::address::is_public;

/// The most characters of a prefix; servers refuse request targets of some thousands.
const LENGTH_MAX: usize = 1024;

/// A URL that can be called, with whatever path is appended to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(Url);

/// Why a text is no prefix, as a clause for a person who has just typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot be called: {reason}")]
pub struct NoPrefix {
    text: String,
    reason: String,
}

impl Prefix {
    /// Reads a prefix.
    pub fn parse(text: &str) -> Result<Self, NoPrefix> {
        let refused = |reason: &str| NoPrefix { text: text.to_owned(), reason: reason.to_owned() };
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(refused("it holds a blank, a tab or a line break"));
        }
        let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        let wrong = [
            (text.len() > LENGTH_MAX, "it is longer than 1024 characters"),
            (!matches!(url.scheme(), "http" | "https"), "only http:// and https:// URLs are called"),
            (url.host_str().is_none_or(str::is_empty), "it names no host"),
            (
                !url.username().is_empty() || url.password().is_some(),
                "a user or password before the host is not sent; put a token into the path or the query",
            ),
            (url.fragment().is_some(), "what follows # never leaves a client; put it into the query"),
            (url.port() == Some(0), "nothing listens on port 0"),
        ];
        match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, reason)) => Err(refused(reason)),
            None => Ok(Self(url)),
        }
    }

    /// The host, if it is an address that is not on the public internet, or a name of this machine. Other names are not
    /// looked up: where they point may change.
    pub fn not_public(&self) -> Option<String> {
        let ip = match self.0.host()? {
            Host::Ipv4(ip) => IpAddr::from(ip),
            Host::Ipv6(ip) => IpAddr::from(ip),
            Host::Domain(name) => return is_localhost(name).then(|| name.to_owned()),
        };
        (!is_public(ip)).then(|| ip.to_string())
    }

    /// Whether it has a query, which the URLs made of it keep.
    pub fn has_query(&self) -> bool {
        self.0.query().is_some()
    }

    /// The URL with `path` appended to the prefix's own path, before its query. `path` starts with a slash; a query of
    /// its own goes behind the prefix's.
    pub fn at(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        if let Some(query) = query {
            let queries: Vec<&str> = self.0.query().into_iter().chain([query]).collect();
            url.set_query(Some(&queries.join("&")));
        }
        url
    }
}

impl FromStr for Prefix {
    type Err = NoPrefix;

    fn from_str(text: &str) -> Result<Self, NoPrefix> {
        Self::parse(text)
    }
}

/// Without the slash that a path brings along.
impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_a_path_goes_before_the_query() {
        let check = |prefix: &str, path: &str, expected: &str| {
            assert_eq!(Prefix::parse(prefix).unwrap().at(path).as_str(), expected, "{prefix} and {path}");
        };
        let path = "/v1.0/debit/notify";
        check("http://h", path, "http://h/v1.0/debit/notify");
        check("http://h/", path, "http://h/v1.0/debit/notify");
        check("http://h/a", path, "http://h/a/v1.0/debit/notify");
        check("http://h/a//", path, "http://h/a/v1.0/debit/notify");
        check("http://h/a?token=x", path, "http://h/a/v1.0/debit/notify?token=x");
        check("http://h?token=x", path, "http://h/v1.0/debit/notify?token=x");
        check("https://h:8443/a/?t=a/b&u=%2F", path, "https://h:8443/a/v1.0/debit/notify?t=a/b&u=%2F");
        check("http://h/a%20b/%C3%A9", path, "http://h/a%20b/%C3%A9/v1.0/debit/notify");
        check("http://h/a", "/x?y=1", "http://h/a/x?y=1");
        check("http://h/a?t=1", "/x?y=1", "http://h/a/x?t=1&y=1");
        check("http://[::1]:3000/a", path, "http://[::1]:3000/a/v1.0/debit/notify");
    }

    #[test]
    fn r8_what_cannot_be_called_is_refused_with_a_reason() {
        let check = |text: &str, reason: &str| {
            let error = Prefix::parse(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        };
        check("", "relative URL");
        check("shop.example/hook", "relative URL");
        check("localhost:3000/p", "only http:// and https://");
        check("ftp://h/a", "only http:// and https://");
        check("javascript:alert(1)", "only http:// and https://");
        check("http://", "empty host");
        check("http:///", "empty host");
        check("http://h/a#b", "#");
        check("http://h/#", "#");
        check("http://user@h/a", "user or password");
        check("http://:pw@h/a", "user or password");
        check("http://user:pw@h/a", "user or password");
        check("http://h:0/a", "port 0");
        check("http://h:port/a", "invalid port");
        check("http://h:65536/a", "invalid port");
        check("http://h/a b", "blank");
        check(" http://h/a", "blank");
        check("http://h/a\n", "line break");
        check("http://h/\u{a0}", "blank");
        check("http://[::1/a", "IPv6");
        check("http://1.2.3.4.5/", "IPv4");
        check("http://a..b%00/", "");
        check(&format!("http://h/{}", "a".repeat(1024)), "longer");
    }
}
