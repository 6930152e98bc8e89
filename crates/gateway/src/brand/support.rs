//! Whom a customer asks for help: an e-mail address, a phone number or a web page, as text and as a link.

use serde::de::{Deserialize, Deserializer, Error as _};
use url::Url;

/// The most characters of a contact.
const CHARS_MAX: usize = 120;

/// A contact, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// As customers read it.
    text: String,
    /// As it is opened.
    href: String,
}

impl Support {
    /// Reads a contact; an empty text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::default());
        }
        if text.chars().count() > CHARS_MAX || text.chars().any(|c| c.is_control()) {
            return None;
        }
        let href = if text.starts_with("https://") {
            let url = Url::parse(text).ok()?;
            let shown = text.trim_start_matches("https://").trim_end_matches('/').to_owned();
            return Some(Self { text: shown, href: url.into() });
        } else if is_email(text) {
            format!("mailto:{text}")
        } else {
            format!("tel:{}", phone(text)?)
        };
        Some(Self { text: text.to_owned(), href })
    }

    /// Whether there is nobody to ask.
    pub fn is_none(&self) -> bool {
        self.text.is_empty()
    }

    /// As customers read it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As it is opened.
    pub fn href(&self) -> &str {
        &self.href
    }
}

fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        !part.is_empty() && part.chars().all(is_plain)
    };
    text.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && host.contains('.'))
}

/// The digits of a number, with its plus; short ones (such as 1500123) are numbers too.
fn phone(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(number)
}

impl<'de> Deserialize<'de> for Support {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = "an e-mail address, a phone number or an https:// address was expected";
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?}: {expected}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p4_a_contact_is_shown_and_opened() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = Support::parse(text);
            assert_eq!(found.as_ref().map(|support| (support.text(), support.href())), expected, "{text}");
        };
        check("", Some(("", "")));
        check("bantuan@dompet.example", Some(("bantuan@dompet.example", "mailto:bantuan@dompet.example")));
        check("1500 123", Some(("1500 123", "tel:1500123")));
        check("+62 (21) 555-0100", Some(("+62 (21) 555-0100", "tel:+62215550100")));
        check("https://dompet.example/", Some(("dompet.example", "https://dompet.example/")));
        check(
            "https://wa.me/62812?text=a b",
            Some(("wa.me/62812?text=a b", "https://wa.me/62812?text=a%20b")),
        );
        for text in
            ["ask us", "12", "http://x.example", "javascript:alert(1)", "a@b", "a@b c.example", "@x.example"]
        {
            check(text, None);
        }
        check(&"1".repeat(16), None);
        check(&format!("https://{}.example", "x".repeat(120)), None);
    }
}
