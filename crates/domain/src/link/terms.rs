//! What a merchant agreed on about linked accounts.

use lunas_vocab::is_loopback_host;
use serde::{Deserialize, Serialize};

/// What a merchant agreed on about linked accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LinkTerms {
    /// Where its customers may be sent after linking or paying: URLs, each of which stands for itself and for what is
    /// below it.
    pub redirect_urls: Vec<String>,
    /// Whether its recurring charges ask for no PIN, however large they are.
    pub may_skip_pin: bool,
}

impl LinkTerms {
    /// Whether a URL, in its normal form, is one of the registered ones or below one. A registered URL of this machine
    /// without a port stands for all of its ports.
    pub fn allow(&self, url: &str) -> bool {
        self.redirect_urls.iter().any(|registered| is_below(url, registered.trim_end_matches('/')))
    }
}

fn is_below(url: &str, registered: &str) -> bool {
    let Some(rest) = url.strip_prefix(registered) else { return false };
    let rest = match rest.strip_prefix(':').filter(|_| is_this_machine(registered)) {
        Some(port) => port.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    rest.is_empty() || rest.starts_with(['/', '?', '#'])
}

/// Whether a registered URL names this machine and nothing more. Its servers come and go on any port.
fn is_this_machine(registered: &str) -> bool {
    registered.strip_prefix("http://").is_some_and(is_loopback_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_a_url_is_allowed_below_a_registered_one_and_nowhere_else() {
        let terms = LinkTerms {
            redirect_urls: [
                "https://shop.example/app/",
                "http://localhost",
                "http://shop.localhost",
                "http://[::1]",
                "shopapp://pay",
            ]
            .map(str::to_owned)
            .to_vec(),
            may_skip_pin: false,
        };
        let check = |url: &str, expected: bool| assert_eq!(terms.allow(url), expected, "{url}");
        check("https://shop.example/app", true);
        check("https://shop.example/app/", true);
        check("https://shop.example/app/return?x=1", true);
        check("https://shop.example/app?x=1", true);
        check("https://shop.example/app#x", true);
        check("shopapp://pay/done", true);
        check("http://localhost/", true);
        check("http://localhost:3000/return", true);
        check("http://shop.localhost:3000/return", true);
        check("http://[::1]:3000/return", true);
        check("http://other.localhost:3000/", false);
        check("http://shop.localhost:3000@evil.example/", false);
        check("https://shop.example/", false);
        check("https://shop.example/apps", false);
        check("https://shop.example/app@evil.example", false);
        check("https://shop.example.evil.example/app", false);
        check("https://shop.example:8443/app", false);
        check("http://localhost:3000@evil.example/", false);
        check("http://localhost:x@evil.example/", false);
        check("http://localhost.evil.example/", false);
        check("https://localhost/", false);
        check("", false);
        assert!(!LinkTerms::default().allow("https://shop.example/"));
    }
}
